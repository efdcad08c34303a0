//! A2 where servers restart: a snapshot that was stored and read goes on as the live model does.

use orchestration::{OrchestrationCommand, OrchestrationReadModel};

use crate::check::invariants::{Findings, Invariant};
use crate::subject::Subject;

/// The most restarts in one trace.
const MOST_RESTARTS: usize = 64;

/// A2: a server that stores its model and restarts from it, over and over, decides what one decides that never stops,
/// and comes to the same model.
///
/// That two models are equal does not tell as much: what a model keeps to find things is not stored, and equality
/// passes over it.
pub fn check_restarts(subject: Subject, trace: &[OrchestrationCommand], findings: &mut Findings) {
    let interval = trace.len().div_ceil(MOST_RESTARTS).max(1);
    let (mut live, mut restarted) = (OrchestrationReadModel::default(), OrchestrationReadModel::default());
    for (index, command) in trace.iter().enumerate() {
        if index.is_multiple_of(interval) {
            restarted = match restart(&restarted) {
                Ok(model) => model,
                Err(error) => {
                    findings.expect(Invariant::A2, false, || {
                        format!("a stored model cannot be read: {error}")
                    });
                    return;
                }
            };
        }
        let expected = subject.decide(command, &live);
        let found = subject.decide(command, &restarted);
        findings.expect(Invariant::A2, expected == found, || {
            format!(
                "{} is decided otherwise after a restart: expected {expected:?}, found {found:?}",
                command.kind()
            )
        });
        live = subject.fold(live, expected.iter().flatten());
        restarted = subject.fold(restarted, found.iter().flatten());
    }
    findings.expect(Invariant::A2, live == restarted, || {
        "the same run with restarts came to another model".to_owned()
    });
}

fn restart(model: &OrchestrationReadModel) -> serde_json::Result<OrchestrationReadModel> {
    serde_json::from_slice(&serde_json::to_vec(model)?)
}
