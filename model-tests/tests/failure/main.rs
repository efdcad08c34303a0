//! What breaks is shrunk to the few commands that matter, and reported so that it can be seen, replayed and tested.

#[rustfmt::skip]
mod generated;
mod report;
mod shrinking;

use model_tests::counterexample::{Counterexample, Evidence, Origin, Search};
use model_tests::generate::{RandomSteps, Step, Walk};
use model_tests::proof::bugs::{BUGS, Bug};
use model_tests::subject::{Decided, Subject};
use orchestration::{DeciderError, OrchestrationCommand, OrchestrationReadModel, ThreadId, decide};

fn bug(id: &str) -> &'static Bug {
    BUGS.iter().find(|bug| bug.id == id).expect("it is planted")
}

/// The counterexample that evidence makes, if it shows anything.
fn counterexample(subject: Subject, evidence: Evidence) -> Option<Counterexample> {
    let violation = evidence.check(subject)?;
    Some(Counterexample {
        violation,
        evidence,
        origin: Origin::of(Search::Given),
    })
}

/// Bytes without a meaning, always the same ones for a seed.
fn random_bytes(seed: u64, length: usize) -> Vec<u8> {
    let steps = RandomSteps::new(seed).flat_map(Step::to_bytes);
    std::iter::once(1).chain(steps).take(length).collect()
}

/// A random trace of a subject.
fn random_trace(subject: Subject, seed: u64, length: usize) -> Vec<OrchestrationCommand> {
    let mut walk = Walk::new(subject);
    RandomSteps::new(seed)
        .take(length)
        .map(|step| walk.take(step).command)
        .collect()
}

/// Names another thread than the missing one in its refusals of selections at the beginning of time, if the bits of the id are such as
/// renaming makes them: nothing but renaming shows it.
const BIASED: Subject = Subject::CORE.with_decider(biased);

fn biased(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> Decided {
    let is_first =
        matches!(command, OrchestrationCommand::SelectThread(_)) && command.at() == chrono::DateTime::UNIX_EPOCH;
    decide(command, model).map_err(|error| match error {
        DeciderError::ThreadNotFound { thread_id }
            if is_first && thread_id.as_uuid().as_bytes()[..4] == [0, 0, 0, 2] =>
        {
            let thread_id = ThreadId::new(uuid::Uuid::nil());
            DeciderError::ThreadNotFound { thread_id }
        }
        other => other,
    })
}

fn select_thread(id: &str) -> OrchestrationCommand {
    let json = serde_json::json!({"type": "select_thread", "thread_id": id, "at": "1970-01-01T00:00:00Z"});
    serde_json::from_value(json).expect("a command")
}
