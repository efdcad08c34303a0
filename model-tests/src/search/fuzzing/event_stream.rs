//! Events, ill-sorted and contradictory ones included, on any model.
//!
//! The first byte says what to begin with: an arbitrary model, or one on the way of a legal run, whose events then come
//! at odd times, and again, among arbitrary ones. With the three bytes behind it, the steps of that run lie as those of
//! the other targets do.

use arbitrary::{Arbitrary, Unstructured};
use orchestration::{OrchestrationEvent, OrchestrationReadModel, Snapshot, project};

use super::Checked;
use super::finding::{Evidence, Finding};
use crate::check::invariants::Findings;
use crate::check::laws::{check_replay, check_totality};
use crate::generate::{Resolver, Step};
use crate::subject::Decided;
use crate::subject::Subject;

/// The most steps of the legal run.
pub(crate) const MOST_STEPS: u8 = 32;

/// The most events that come then.
const MOST_EVENTS: usize = 128;

/// A model and what is to happen to it.
pub(super) fn check(subject: Subject, bytes: &[u8], observe: &mut impl FnMut(&OrchestrationReadModel)) -> Checked {
    // Bytes run out somewhere: what was made of them until then is enough.
    let mut source = Unstructured::new(bytes);
    let (model, known) = beginning(subject, &mut source).unwrap_or_default();
    let mut events = Vec::new();
    let mut snapshot = Snapshot {
        model: model.clone(),
        ..Snapshot::default()
    };
    let mut findings = Findings::default();
    while events.len() < MOST_EVENTS && !source.is_empty() {
        let Ok(event) = next_event(&known, &mut source) else {
            break;
        };
        events.push(event.clone());
        let after = check_totality(subject, snapshot.model.clone(), &event, &mut findings);
        let expected = project(snapshot.model.clone(), &event);
        check_replay(subject, snapshot.clone(), vec![event], &expected, &mut findings);
        if let Some(violation) = findings.violations.pop() {
            return Checked {
                steps: events.len() as u64,
                finding: Some(Finding {
                    violation,
                    evidence: Evidence::Events { model, events },
                }),
            };
        }
        snapshot = Snapshot {
            sequence: snapshot.sequence + 1,
            stored_at: events.last().map(OrchestrationEvent::at),
            model: after.unwrap_or_default(),
        };
        observe(&snapshot.model);
    }
    Checked {
        steps: events.len() as u64,
        finding: None,
    }
}

/// A model, and the events of the run that led to it and went on from it, if one did.
fn beginning(
    subject: Subject,
    source: &mut Unstructured<'_>,
) -> arbitrary::Result<(OrchestrationReadModel, Vec<OrchestrationEvent>)> {
    let [kind, steps, past @ ..]: [u8; 4] = source.arbitrary()?;
    if kind.is_multiple_of(2) {
        return Ok((OrchestrationReadModel::arbitrary(source)?, Vec::new()));
    }
    let mut model = OrchestrationReadModel::default();
    let mut resolver = Resolver::new();
    let mut known = Vec::new();
    for _ in 0..=steps % MOST_STEPS {
        let command = resolver.resolve(Step::arbitrary(source)?, &model);
        let decision: Decided = subject.decide(&command, &model);
        let events = decision.unwrap_or_default();
        model = subject.fold(model, &events);
        resolver.advance(&events);
        known.extend(events);
    }
    // What was yet to come then has something to say to the model.
    let past = usize::from(u16::from_le_bytes(past)) % (known.len() + 1);
    let model = subject.fold(OrchestrationReadModel::default(), known.iter().take(past));
    Ok((model, known))
}

/// An event that came before, or an arbitrary one.
fn next_event(known: &[OrchestrationEvent], source: &mut Unstructured<'_>) -> arbitrary::Result<OrchestrationEvent> {
    if !known.is_empty() && source.ratio(3, 4)? {
        return source.choose(known).cloned();
    }
    OrchestrationEvent::arbitrary(source)
}
