//! Proving an engine: the harness drives a whole server, kills it, starts it again, and holds what it did against the core.
//!
//! What fails in a server is seldom the decision. It is the wiring: a batch half appended, an answer before the commit, a
//! snapshot one event too new, a subscriber told of what was then lost. So the harness sends commands as many clients would,
//! crashes the engine at any moment and at the points that it names itself, and then reads its log. The log is the witness of
//! the order in which things happened: with it everything else is checked without any search.
//!
//! | for | see |
//! |---|---|
//! | an engine to be proved | [`Engine`] |
//! | one in a process of its own, in any language | [`process`], [`protocol`] |
//! | what is done with it, in order | [`Schedule`], [`Action`] |
//! | what happened, in order | [`History`], [`Moment`] |
//! | to drive an engine at random, or by a schedule | [`drive()`], [`carry_out`] |
//! | a failing run made short, and shown | [`shrink()`], [`words`], [`rows`] |
//! | what must hold of what happened | [`Check`], [`check`] |
//! | an engine on a disk whose power is cut at every call | [`simulated`] |
//!
//! [`Engine`] has four methods. [`Engine::open`] starts it on its store, [`Engine::send`] hands it a request,
//! [`Engine::receive`] takes what it says, and [`Engine::crash`] ends it as a power cut would. Between `send` and `receive` it
//! may do as it likes: answer at once or later, one request after the other or many together.
//!
//! An engine in Rust is proved by a test. This one keeps its log in memory, which here outlives a crash:
//!
//! ```
//! use std::collections::{BTreeMap, VecDeque};
//! use std::sync::atomic::AtomicBool;
//! use std::time::Duration;
//!
//! use model_tests::engine::protocol::{Body, Message, Opened, Request, RequestId};
//! use model_tests::engine::{Engine, Failure, Options, Progress, Received, drive};
//! use orchestration::{Snapshot, StoredEvent, decide};
//!
//! #[derive(Default)]
//! struct Memory {
//!     log: Vec<StoredEvent>,
//!     live: Snapshot,
//!     subscribers: BTreeMap<RequestId, usize>,
//!     said: VecDeque<Message>,
//! }
//!
//! impl Memory {
//!     fn publish(&mut self) {
//!         for (id, told) in &mut self.subscribers {
//!             for event in self.log.iter().skip(*told).cloned().map(Box::new) {
//!                 self.said.push_back(Message { id: *id, body: Body::Delivered { event } });
//!             }
//!             *told = self.log.len();
//!         }
//!     }
//! }
//!
//! impl Engine for Memory {
//!     fn open(&mut self, _patience: Duration) -> Result<Opened, Failure> {
//!         self.live = self.log.iter().try_fold(Snapshot::default(), Snapshot::apply).expect("it has no gap");
//!         Ok(Opened { sequence: self.live.sequence, ..Opened::default() })
//!     }
//!
//!     fn send(&mut self, request: &Request) -> Result<(), Failure> {
//!         let sequence = self.live.sequence;
//!         let body = match request {
//!             Request::Dispatch { command, .. } => match decide(command, &self.live.model) {
//!                 Ok(events) => {
//!                     for (sequence, event) in (sequence + 1..).zip(events) {
//!                         let stored = StoredEvent { sequence, event, stored_at: command.at() };
//!                         self.live.advance(&stored).expect("it is the next one");
//!                         self.log.push(stored);
//!                     }
//!                     self.publish();
//!                     Body::Accepted { sequence: self.live.sequence }
//!                 }
//!                 Err(error) => Body::Rejected { error, sequence: Some(sequence) },
//!             },
//!             Request::Log { after, limit, .. } => {
//!                 let events = self.log.iter().skip(*after as usize).take(*limit as usize);
//!                 Body::Log { events: events.cloned().collect() }
//!             }
//!             Request::Model { .. } => Body::Model { sequence, model: Box::new(self.live.model.clone()) },
//!             Request::Subscribe { id, after } => {
//!                 self.subscribers.insert(*id, *after as usize);
//!                 self.publish();
//!                 return Ok(());
//!             }
//!             Request::Snapshot { .. } | Request::CrashAt { .. } => Body::Unsupported,
//!         };
//!         self.said.push_back(Message { id: request.id(), body });
//!         Ok(())
//!     }
//!
//!     fn receive(&mut self, _patience: Duration) -> Result<Received, Failure> {
//!         Ok(self.said.pop_front().map_or(Received::Nothing, Received::Message))
//!     }
//!
//!     fn crash(&mut self) {
//!         self.subscribers.clear();
//!         self.said.clear();
//!     }
//! }
//!
//! let options = Options {
//!     seed: 7,
//!     clients: 4,
//!     commands: 500,
//!     kills: 5,
//!     duration: None,
//!     patience: Duration::from_secs(10),
//! };
//! let run = drive(&mut Memory::default(), &options, &Progress::default(), &AtomicBool::new(false));
//! assert!(!run.has_failed(), "{:?} {:?}", run.checked.findings, run.failure);
//! ```

mod checks;
mod drive;
mod history;
pub mod process;
pub mod protocol;
mod report;
mod run;
mod schedule;
mod shrink;
pub mod simulated;

use std::time::Duration;

use thiserror::Error;

pub use checks::{Check, Checked, Count, Finding, Tally, UnknownCheck, check};
pub use drive::{Options, Progress, drive};
pub use history::{Answer, History, Moment};
pub use report::{Row, Tell, rows, rows_telling, words};
pub use run::{Counts, Run, carry_out};
pub use schedule::{Action, Schedule};
pub use shrink::{Shrinking, Shrunk, shrink};

use protocol::{Message, Opened, Request};

/// An engine under test.
///
/// The engine keeps its store from one [`open`](Self::open) to the next: a [`crash`](Self::crash) ends all else of it.
pub trait Engine {
    /// Starts the engine on its store: the first time on an empty one, later on what the crash has left. It is open when it
    /// has recovered.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it does not open within the patience.
    fn open(&mut self, patience: Duration) -> Result<Opened, Failure>;

    /// Hands over a request, without waiting for what comes of it.
    ///
    /// # Errors
    ///
    /// [`Failure`] if there is nobody to take it, other than an engine that has just died: that is told by
    /// [`receive`](Self::receive).
    fn send(&mut self, request: &Request) -> Result<(), Failure>;

    /// The next thing that the engine says, waited for as long as the patience lasts.
    ///
    /// # Errors
    ///
    /// [`Failure`] if what it says cannot be understood.
    fn receive(&mut self, patience: Duration) -> Result<Received, Failure>;

    /// Ends it at once, wherever it is, with nothing tidied up. What it has said before and nobody has received yet may be
    /// lost. Does nothing to an engine that has ended.
    fn crash(&mut self);

    /// Whether it does nothing by itself, and only works while somebody [receives](Self::receive) from it: then nothing
    /// depends on how much time goes by, and the same is done with it from the same seed.
    fn is_in_step(&self) -> bool {
        false
    }

    /// The last that it wrote for its own log, if there is such a thing: what explains why it died.
    fn last_words(&self) -> Vec<String> {
        Vec::new()
    }
}

/// What waiting for an engine came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Received {
    /// It said something.
    Message(Message),
    /// It has said nothing as long as the patience lasted.
    Nothing,
    /// It has ended, by itself or at a crash point. All that it said before was received.
    Ended {
        /// How, in words: `signal: 6 (SIGABRT)`.
        how: String,
    },
}

/// Why an engine could not be driven any further. What it stored and said may still be checked up to there.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failure {
    /// It could not be started.
    #[error("the engine does not start: {reason}")]
    NotStarted {
        /// Why.
        reason: String,
    },
    /// It owes a reply, and does not give it.
    #[error("the engine has not answered {request} within {}", humantime::format_duration(*patience))]
    Silent {
        /// What it was asked, as the protocol writes it.
        request: String,
        /// How long it was waited for.
        patience: Duration,
    },
    /// What it says is not of the protocol.
    #[error("the engine has written a line that is no message of the protocol: {reason}: {line}")]
    NoMessage {
        /// What is wrong with it.
        reason: String,
        /// The line, or its beginning.
        line: String,
    },
    /// It answers what nobody has asked, or a second time.
    #[error("the engine has answered request {id} {}", if *is_known { "twice" } else { "that was never sent" })]
    Unasked {
        /// The id of the reply.
        id: u64,
        /// Whether there was such a request.
        is_known: bool,
    },
    /// It answers with something else than what it was asked for.
    #[error("the engine has answered {request} with {reply}: expected {expected}")]
    Mistaken {
        /// What it was asked, as the protocol writes it.
        request: String,
        /// What it said.
        reply: String,
        /// What could have been expected.
        expected: &'static str,
    },
    /// It says that it cannot do what it was asked for.
    #[error("the engine cannot do what it was asked for, {request}: {message}")]
    Unable {
        /// What it was asked, as the protocol writes it.
        request: String,
        /// What it says.
        message: String,
    },
    /// It has ended, though it was not to.
    #[error("the engine has ended by itself: {how}")]
    Died {
        /// How.
        how: String,
    },
}
