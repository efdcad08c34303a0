//! One who asks, over the standard streams or over TCP: JSON Lines, each request with an id that its replies bear.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{BufRead, Write};
use std::iter;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use orchestration::uuid::Uuid;
use orchestration::{OrchestrationCommand, StoredEvent};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thiserror::Error;

use crate::crash::Point;
use crate::engine::{Answer, Request, Snapshots};
use crate::server::Server;
use crate::store::{Failure, Log, Synchronous};

/// The version of the protocol.
const PROTOCOL: u32 = 1;

/// What is asked for. Fields that are not known are ignored.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Ask {
    /// Opens the store of a folder: first, where the process was not given one.
    Open { folder: PathBuf, protocol: Option<u32> },
    /// Carries out a command. The key names the request for ever, whoever sends it: it takes effect once.
    ///
    /// The command is taken as it is, for a harness that compares. A server that trusts no client's clock stamps it with
    /// its own, by `with_at`.
    Dispatch {
        command: OrchestrationCommand,
        key: Option<Uuid>,
    },
    /// Reads the log.
    Log { after: u64, limit: usize },
    /// Reads the model.
    Model {},
    /// Writes a snapshot.
    Snapshot {},
    /// Follows the log.
    Subscribe { after: u64 },
    /// Ends the process when it has passed the point so many times more.
    CrashAt { point: Point, hits: NonZeroU32 },
}

/// Who asks.
pub enum Peer {
    /// The process that started this one. It opens the store, may have this one crash, and gives an id to one request only,
    /// over all restarts: so the id is a key.
    Parent(Synchronous, Option<Server>),
    /// One of several, who knows nothing of the others' ids: it gives a key with what must take effect once.
    Guest(Server),
}

/// Something is wrong with the request, not with the engine.
#[derive(Debug, Error)]
#[error("{0}")]
struct BadRequest(String);

fn bad_request(message: impl Display) -> Failure {
    BadRequest(message.to_string()).into()
}

struct Connection {
    peer: Peer,
    output: Output,
    answers: Sender<(u64, Answer)>,
    threads: Vec<JoinHandle<()>>,
}

/// Carries out requests until the input ends. Gives the threads that are still at work for them.
pub fn serve(
    peer: Peer,
    input: impl BufRead,
    output: impl Write + Send + 'static,
) -> Result<Vec<JoinHandle<()>>, Failure> {
    let output = Output(Arc::new(Mutex::new(output)));
    let (answers, answered) = mpsc::channel();
    let answering = output.clone();
    let threads = vec![thread::spawn(move || send_answers(&answered, &answering))];
    let mut connection = Connection {
        peer,
        output,
        answers,
        threads,
    };
    for line in input.split(b'\n') {
        connection.take(line?.trim_ascii())?;
    }
    Ok(connection.threads)
}

impl Connection {
    /// Carries out the request of a line. What goes wrong is the reply, and the next line is read.
    fn take(&mut self, line: &[u8]) -> Result<(), Failure> {
        #[derive(Deserialize)]
        #[serde(expecting = "an object with an id")]
        struct Id {
            id: u64,
        }

        if line.is_empty() {
            return Ok(());
        }
        let id = serde_json::from_slice(line).map(|Id { id }| id);
        let carried_out = match &id {
            Ok(id) => serde_json::from_slice(line)
                .map_err(bad_request)
                .and_then(|ask| self.carry_out(*id, ask)),
            Err(error) => Err(bad_request(error)),
        };
        carried_out.or_else(|error| {
            let kind = if error.is::<BadRequest>() {
                "bad_request"
            } else {
                "failed"
            };
            self.output
                .send(id.ok(), json!({"error": {"type": kind, "message": error.to_string()}}))
        })
    }

    fn carry_out(&mut self, id: u64, ask: Ask) -> Result<(), Failure> {
        match ask {
            Ask::Open { folder, protocol } => {
                let opened = self.open(&folder, protocol.unwrap_or(PROTOCOL))?;
                self.output.send(Some(id), opened)
            }
            Ask::Dispatch { command, key } => {
                let key = key.or(self.peer.is_parent().then(|| Uuid::from_u128(id.into())));
                let caller = (id, self.answers.clone());
                let handed_in = self.peer.server()?.requests.send(Request { key, command, caller });
                handed_in.map_err(|_| "the writer has ended".into())
            }
            Ask::Log { after, limit } => {
                let server = self.peer.server()?;
                // No further than is published: else whoever reads it would find an older model than this.
                let published = server.published.live().sequence.saturating_sub(after);
                let events = Log::open(&server.folder)?.after(after, limit.min(usize::try_from(published)?))?;
                self.output.send(Some(id), BTreeMap::from([("events", events)]))
            }
            // As a snapshot is stored: with its sequence, and more than is asked for.
            Ask::Model {} => self.output.send(Some(id), &*self.peer.server()?.published.live()),
            Ask::Snapshot {} => {
                let server = self.peer.server()?;
                let live = server.published.live();
                server.snapshots.write(&live)?;
                self.output.send(Some(id), json!({"sequence": live.sequence}))
            }
            Ask::Subscribe { after } => self.subscribe(id, after),
            Ask::CrashAt { point, hits } if self.peer.is_parent() => {
                point.arm(hits);
                self.output.send(Some(id), json!({}))
            }
            Ask::CrashAt { .. } => Err(bad_request("crash_at is for the standard streams alone")),
        }
    }

    fn open(&mut self, folder: &Path, protocol: u32) -> Result<Value, Failure> {
        if protocol != PROTOCOL {
            return Err(bad_request(format!("the protocol is {protocol}: expected {PROTOCOL}")));
        }
        let (synchronous, opened) = match &mut self.peer {
            Peer::Parent(synchronous, opened @ None) => (*synchronous, opened),
            Peer::Parent(_, Some(server)) | Peer::Guest(server) => {
                return Err(bad_request(format!(
                    "the store is open already, in {}",
                    server.folder.display()
                )));
            }
        };
        let (server, writer) = Server::open(folder, synchronous)
            .map_err(|error| bad_request(format!("{} cannot be opened: {error}", folder.display())))?;
        self.threads.push(writer);
        let sequence = opened.insert(server).published.live().sequence;
        let crash_points = Point::ALL;
        Ok(
            json!({"protocol": PROTOCOL, "sequence": sequence, "crash_points": crash_points, "deduplicates": true, "recovers": true}),
        )
    }

    /// Sends events from a thread of their own, so that the peer can ask for other things meanwhile.
    fn subscribe(&mut self, id: u64, after: u64) -> Result<(), Failure> {
        let server = self.peer.server()?;
        let (published, log) = (Arc::clone(&server.published), Log::open(&server.folder)?);
        let output = self.output.clone();
        self.threads.push(thread::spawn(move || {
            let send = |events: &[StoredEvent]| {
                output.send_all(events.iter().map(|event| (id, BTreeMap::from([("event", event)]))))
            };
            // It fails when nobody takes them any more.
            if let Err(error) = published.follow(&log, after, send) {
                eprintln!("a subscription has ended: {error}");
            }
        }));
        Ok(())
    }
}

impl Peer {
    fn is_parent(&self) -> bool {
        matches!(self, Self::Parent(..))
    }

    fn server(&self) -> Result<&Server, Failure> {
        match self {
            Self::Parent(_, Some(server)) | Self::Guest(server) => Ok(server),
            Self::Parent(_, None) => Err(bad_request("no store is open: expected the op `open` before this one")),
        }
    }
}

/// Sends the answers that wait, all at once.
fn send_answers(answered: &Receiver<(u64, Answer)>, output: &Output) {
    while let Ok(first) = answered.recv() {
        let replies = iter::once(first).chain(answered.try_iter()).map(|(id, answer)| {
            let answer = match answer {
                Answer::Accepted { sequence } => json!({"outcome": "accepted", "sequence": sequence}),
                Answer::Rejected { error, sequence } => {
                    json!({"outcome": "rejected", "error": error, "sequence": sequence})
                }
            };
            (id, answer)
        });
        if output.send_all(replies).is_err() {
            return;
        }
    }
}

/// Where replies are written. Whoever has much to send waits here for a peer that is slow; the writer never does.
#[derive(Clone)]
struct Output(Arc<Mutex<dyn Write + Send>>);

impl Output {
    fn send(&self, id: Option<u64>, reply: impl Serialize) -> Result<(), Failure> {
        self.send_all(iter::once((id, reply)))
    }

    /// Sends replies, a line each, all at once.
    fn send_all(&self, replies: impl Iterator<Item = (impl Serialize, impl Serialize)>) -> Result<(), Failure> {
        #[derive(Serialize)]
        struct Reply<I, R> {
            id: I,
            #[serde(flatten)]
            reply: R,
        }

        let mut lines = Vec::new();
        for (id, reply) in replies {
            serde_json::to_writer(&mut lines, &Reply { id, reply })?;
            lines.push(b'\n');
        }
        let mut output = self.0.lock().map_err(|_| "a thread panicked while it sent")?;
        output.write_all(&lines)?;
        Ok(output.flush()?)
    }
}
