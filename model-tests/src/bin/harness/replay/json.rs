//! A replay as JSON Lines, for machines.

use std::io::{self, Write};

use model_tests::walkthrough::Step;
use model_tests::walkthrough::replay::{Replay, Totals};
use orchestration::{DeciderError, OrchestrationEvent, OrchestrationReadModel};
use serde::Serialize;

use super::{End, Found, Located, Show};

/// Writes a line for each step, and one for the whole.
pub struct Lines<W> {
    sink: W,
}

impl<W: Write> Lines<W> {
    /// Writes to a sink.
    pub const fn new(sink: W) -> Self {
        Self { sink }
    }

    fn write(&mut self, line: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.sink, line)?;
        self.sink.write_all(b"\n")
    }
}

/// The line of a step.
#[derive(Serialize)]
struct StepLine<'a> {
    step: u64,
    #[serde(flatten)]
    outcome: OutcomeFields<'a>,
}

#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
enum OutcomeFields<'a> {
    Accepted {
        events: &'a [OrchestrationEvent],
    },
    Rejected {
        error: &'a DeciderError,
    },
    /// The last step of a replay; the violation tells more.
    Panicked,
}

/// The last line.
#[derive(Serialize)]
struct SummaryLine<'a> {
    #[serde(flatten)]
    totals: Totals,
    violations: Vec<ViolationFields<'a>>,
    /// Only where it was stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    incomplete_because: Option<[String; 1]>,
    model: &'a OrchestrationReadModel,
}

#[derive(Serialize)]
struct ViolationFields<'a> {
    step: u64,
    invariant: &'static str,
    sentence: &'static str,
    message: &'a str,
}

impl<W: Write> Show for Lines<W> {
    fn step(&mut self, step: &Step) -> io::Result<()> {
        let outcome = match &step.decision {
            Some(Ok(events)) => OutcomeFields::Accepted { events },
            Some(Err(error)) => OutcomeFields::Rejected { error },
            None => OutcomeFields::Panicked,
        };
        self.write(&StepLine {
            step: step.number as u64,
            outcome,
        })
    }

    fn end(&mut self, replay: &Replay, found: &Found<'_>, end: &End) -> io::Result<()> {
        let violations = found
            .violations
            .iter()
            .map(|Located { step, violation }| ViolationFields {
                step: *step,
                invariant: violation.invariant.name(),
                sentence: violation.invariant.sentence(),
                message: &violation.message,
            })
            .collect();
        self.write(&SummaryLine {
            totals: replay.totals(),
            violations,
            incomplete_because: match end {
                End::Stopped(reason) => Some([reason.to_string()]),
                End::Whole | End::Unshown | End::Unreadable(_) => None,
            },
            model: replay.run().model(),
        })?;
        self.sink.flush()
    }
}
