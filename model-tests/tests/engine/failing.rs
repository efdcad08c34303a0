//! Engines that cannot be driven to their end, and what is made of a run that fails.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use model_tests::engine::protocol::{Body, Message, Opened, Request};
use model_tests::engine::{
    Action, Check, Engine, Failure, Options, Progress, Received, Run, Shrinking, Shrunk, drive, rows, shrink, words,
};

use crate::small::Small;

/// The small engine with one thing wrong about it.
struct Wrong {
    small: Small,
    with: Wrongness,
    waiting: Option<Message>,
}

#[derive(Clone, Copy)]
enum Wrongness {
    /// The first command is answered twice.
    AnswersTwice,
    /// An answer is of nothing that was sent.
    AnswersNobody,
    /// Models are not given.
    GivesNoModel,
    /// For a model it gives the number alone.
    GivesNumberForModel,
    /// Commands are not answered.
    KeepsSilent,
    /// It ends when the first command comes.
    Dies,
    /// The last event is lost at every crash.
    LosesLast,
}

impl Wrong {
    fn new(with: Wrongness) -> Self {
        Self {
            small: Small::default(),
            with,
            waiting: None,
        }
    }
}

impl Engine for Wrong {
    fn open(&mut self, patience: Duration) -> Result<Opened, Failure> {
        self.small.open(patience)
    }

    fn send(&mut self, request: &Request) -> Result<(), Failure> {
        match (self.with, request) {
            (Wrongness::GivesNoModel, Request::Model { id }) => {
                let message = "no model today".to_owned();
                self.waiting = Some(Message {
                    id: *id,
                    body: Body::Unable { message },
                });
                Ok(())
            }
            (Wrongness::GivesNumberForModel, Request::Model { id }) => {
                self.waiting = Some(Message {
                    id: *id,
                    body: Body::Snapshot { sequence: 7 },
                });
                Ok(())
            }
            (Wrongness::KeepsSilent, Request::Dispatch { .. }) => Ok(()),
            _ => self.small.send(request),
        }
    }

    fn receive(&mut self, patience: Duration) -> Result<Received, Failure> {
        if let Some(message) = self.waiting.take() {
            return Ok(Received::Message(message));
        }
        let received = self.small.receive(patience)?;
        if let Received::Message(Message {
            id,
            body: Body::Accepted { sequence },
        }) = &received
        {
            let again = Message {
                id: *id,
                body: Body::Accepted { sequence: *sequence },
            };
            match self.with {
                Wrongness::AnswersTwice => self.waiting = Some(again),
                Wrongness::AnswersNobody => self.waiting = Some(Message { id: 1_000, ..again }),
                Wrongness::Dies => {
                    return Ok(Received::Ended {
                        how: "exit status: 7".to_owned(),
                    });
                }
                Wrongness::GivesNoModel
                | Wrongness::GivesNumberForModel
                | Wrongness::KeepsSilent
                | Wrongness::LosesLast => {}
            }
        }
        Ok(received)
    }

    fn crash(&mut self) {
        if matches!(self.with, Wrongness::LosesLast) {
            self.small.log.pop();
        }
        self.small.crash();
    }

    fn last_words(&self) -> Vec<String> {
        vec!["I did what I could".to_owned()]
    }
}

fn options() -> Options {
    Options {
        seed: 5,
        clients: 3,
        commands: 100,
        kills: 4,
        duration: None,
        patience: Duration::from_millis(50),
    }
}

fn driven(wrong: Wrongness) -> Run {
    let stop = AtomicBool::new(false);
    drive(&mut Wrong::new(wrong), &options(), &Progress::default(), &stop)
}

/// Whether a message is as it should be.
type Expectation<'a> = &'a dyn Fn(&str) -> bool;

#[test]
fn an_engine_that_does_not_keep_to_the_protocol_is_told_what_was_expected() {
    let model = |message: &str| message.starts_with(r#"the engine has answered {"op":"model","id":"#);
    let expectations: [(Wrongness, Expectation<'_>); 6] = [
        (Wrongness::AnswersTwice, &|message| {
            message.starts_with("the engine has answered request ") && message.ends_with("twice")
        }),
        (Wrongness::AnswersNobody, &|message| {
            message == "the engine has answered request 1000 that was never sent"
        }),
        (Wrongness::GivesNoModel, &|message| {
            message.starts_with("the engine cannot do what it was asked for") && message.ends_with("no model today")
        }),
        (Wrongness::GivesNumberForModel, &|message| {
            model(message) && message.ends_with("expected a model with its number")
        }),
        (Wrongness::KeepsSilent, &|message| {
            message.starts_with("the engine has not answered dispatch ") && message.ends_with("within 50ms")
        }),
        (Wrongness::Dies, &|message| {
            message == "the engine has ended by itself: exit status: 7"
        }),
    ];
    for (wrong, is_expected) in expectations {
        let run = driven(wrong);
        let message = run.failure.as_ref().map(ToString::to_string).unwrap_or_default();
        assert!(is_expected(&message), "{message}");
        assert!(run.has_failed());
        assert_eq!(run.last_words, ["I did what I could"]);
        assert!(run.checked.findings.is_empty(), "{:?}", run.checked.findings);
    }
}

fn shrunk(wrong: Wrongness) -> Shrunk {
    let shrinking = Shrinking {
        tries: 2,
        patience: Duration::from_millis(50),
        limit: Duration::from_secs(60),
    };
    let stop = AtomicBool::new(false);
    let mut make = || Ok(Box::new(Wrong::new(wrong)) as Box<dyn Engine>);
    shrink(&mut make, driven(wrong), Some(&options()), shrinking, &stop)
}

#[test]
fn a_failing_run_is_made_short_and_shows_the_same() {
    let Shrunk { run, shown, tries } = shrunk(Wrongness::LosesLast);
    assert_eq!(run.checked.findings[0].check, Check::E4);
    assert_eq!((shown, tries), (2, 2));
    let lines: Vec<_> = run.schedule.actions.iter().map(words).collect();
    assert!(lines.len() <= 3, "{lines:?}");
    assert!(
        matches!(
            run.schedule.actions[..],
            [Action::Send { client: 0, .. }, .., Action::Crash { after: 0 }]
        ),
        "{lines:?}"
    );
}

#[test]
fn a_run_that_ends_early_is_made_short_too() {
    let Shrunk { run, .. } = shrunk(Wrongness::Dies);
    assert!(matches!(run.failure, Some(Failure::Died { .. })));
    assert!(run.schedule.actions.len() <= 2, "{:?}", run.schedule.actions);
}

#[test]
fn what_core_log_and_client_say_stands_side_by_side_and_the_difference_is_marked() {
    let rows = rows(&shrunk(Wrongness::LosesLast).run);
    let marked: Vec<_> = rows.iter().filter(|row| row.is_marked).collect();
    assert_eq!(marked.len(), 1);
    assert!(marked[0].what.starts_with("client 0, "), "{rows:?}");
    assert!(marked[0].told.starts_with("accepted up to "), "{rows:?}");
    assert_eq!(marked[0].log, "nothing");
}

#[test]
fn a_run_in_which_nothing_differs_has_no_mark() {
    let run = drive(
        &mut Small::default(),
        &options(),
        &Progress::default(),
        &AtomicBool::new(false),
    );
    let rows = rows(&run);
    assert!(rows.len() >= 100 && rows.iter().all(|row| !row.is_marked));
}
