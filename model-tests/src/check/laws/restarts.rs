//! A2 across restarts: a snapshot that was stored and read behaves as the live model does, and a snapshot of another log is
//! recognised as such.

use orchestration::{OrchestrationCommand, OrchestrationReadModel, Snapshot};

use super::store::Store;
use super::stored::check_stored;
use crate::check::invariants::{Findings, Invariant};
use crate::check::told::{between_decisions, between_models, between_snapshots};
use crate::check::view::{is_alike, is_alike_snapshot};
use crate::subject::Subject;

/// The most restarts in one trace.
const MOST_RESTARTS: usize = 16;

/// A2: a server that restarts over and over, each time from a snapshot and the rest of its log, makes the same decisions and
/// comes to the same model as a server that never stops. A snapshot that outlived its log does not mislead it.
///
/// To compare the models is not enough: the indices inside a model are not stored, and equality ignores them.
pub(crate) fn check_restarts(subject: Subject, trace: &[OrchestrationCommand], findings: &mut Findings) {
    let fault = fault_of_restarts(subject, trace, findings)
        .and_then(|store| fault_of_lost_tail(subject, store, trace))
        .err();
    findings.expect(Invariant::A2, fault.is_none(), || fault.unwrap_or_default());
}

/// Runs the trace on a server that restarts and on one that does not. Gives what is stored then, or what is wrong.
fn fault_of_restarts(
    subject: Subject,
    trace: &[OrchestrationCommand],
    findings: &mut Findings,
) -> Result<Store, String> {
    let interval = trace.len().div_ceil(MOST_RESTARTS).max(1);
    let mut live = OrchestrationReadModel::default();
    let (mut store, mut restarted) = (Store::default(), Snapshot::default());
    for (restart, commands) in trace.chunks(interval).enumerate() {
        // Every other snapshot covers the whole log. The others leave a rest of the log to replay.
        if restart.is_multiple_of(2) {
            store.write_snapshot(&restarted).map_err(|error| error.to_string())?;
        }
        restarted = store
            .recover(subject)
            .map_err(|error| format!("a stored model cannot be read: {error}"))?;
        for command in commands {
            let expected = subject.decide(command, &live);
            let found = subject.decide(command, &restarted.model);
            findings.expect(Invariant::A2, expected == found, || {
                let change = between_decisions(&expected, &found);
                format!("{} is decided otherwise after a restart: {change}", command.kind())
            });
            live = subject.fold(live, expected.iter().flatten());
            store.append(subject, &mut restarted, found.as_deref().unwrap_or_default());
        }
    }
    if !is_alike(&live, &restarted.model) {
        let change = between_models(&live, &restarted.model);
        return Err(format!("the same run with restarts came to another model: {change}"));
    }
    check_stored(subject, store.log(), &live, findings);
    store.write_snapshot(&restarted).map_err(|error| error.to_string())?;
    Ok(store)
}

/// Restores a log from a backup that ends in its middle, and lets it grow past the snapshot by other events: at each
/// restart the model is that of the log, and not that of the snapshot.
fn fault_of_lost_tail(subject: Subject, mut store: Store, trace: &[OrchestrationCommand]) -> Result<(), String> {
    let before = store.len();
    store.lose_tail(before.midpoint(0));
    let mut live = store.recover(subject)?;
    // Backwards, so that the result is another log.
    let mut commands = trace.iter().rev().chain(trace);
    while store.len() < before
        && let Some(command) = commands.next()
    {
        let events = subject.decide(command, &live.model).unwrap_or_default();
        store.append(subject, &mut live, &events);
    }
    let recovered = store.recover(subject)?;
    if is_alike_snapshot(&recovered, &live) {
        return Ok(());
    }
    Err(format!(
        "a server restarts with a snapshot that outlived its log: it was taken at event {before}, the log lost its tail \
         and has {} events now, and the model is not that of the log: {}",
        store.len(),
        between_snapshots(&live, &recovered)
    ))
}
