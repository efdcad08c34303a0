//! Events, ill-sorted and contradictory ones included, on any model.
//!
//! The first byte says what to begin with: an arbitrary model, or one on the way of a legal run, whose events then come
//! at odd times, and again, among arbitrary ones. With the three bytes behind it, the steps of that run lie as those of
//! the other targets do.

use arbitrary::{Arbitrary, Unstructured};
use orchestration::{OrchestrationEvent, OrchestrationReadModel};

use super::{Checked, counterexample};
use crate::check::invariants::Findings;
use crate::check::laws::Stream;
use crate::counterexample::Evidence;
use crate::generate::{Step, Walk};
use crate::subject::Subject;

/// The most steps of the legal run.
pub(crate) const MOST_STEPS: u8 = 32;

/// The most events that come then.
const MOST_EVENTS: usize = 128;

/// A model and what is to happen to it.
pub(super) fn check(subject: Subject, bytes: &[u8]) -> Checked {
    // Bytes run out somewhere: what was made of them until then is enough.
    let mut source = Unstructured::new(bytes);
    let (model, known, past) = beginning(subject, &mut source).unwrap_or_default();
    let mut stream = Stream::new(subject, model.clone());
    let mut findings = Findings::default();
    stream.check_model(&mut findings);
    let mut events = Vec::new();
    for event in known.iter().take(past) {
        stream.step(event, &mut findings);
        events.push(event.clone());
    }
    for _ in 0..MOST_EVENTS {
        if !findings.violations.is_empty() || source.is_empty() {
            break;
        }
        let Ok(event) = next_event(&known, &mut source) else {
            break;
        };
        stream.step(&event, &mut findings);
        events.push(event);
    }
    stream.check_model(&mut findings);
    Checked {
        steps: events.len() as u64,
        found: counterexample(findings.violations, || Evidence::Events { model, events }),
    }
}

/// What to begin with.
type Beginning = (OrchestrationReadModel, Vec<OrchestrationEvent>, usize);

/// An arbitrary model; or the empty one, the events of a legal run, and how many of them come first, as they did there.
fn beginning(subject: Subject, source: &mut Unstructured<'_>) -> arbitrary::Result<Beginning> {
    let [kind, steps, past @ ..]: [u8; 4] = source.arbitrary()?;
    if kind.is_multiple_of(2) {
        return Ok((OrchestrationReadModel::arbitrary(source)?, Vec::new(), 0));
    }
    let mut walk = Walk::new(subject);
    let mut known = Vec::new();
    for _ in 0..=steps % MOST_STEPS {
        known.extend(walk.take(Step::arbitrary(source)?).decided.unwrap_or_default());
    }
    // Events after the cut still apply.
    let past = usize::from(u16::from_le_bytes(past)) % (known.len() + 1);
    Ok((OrchestrationReadModel::default(), known, past))
}

/// An event that came before, or an arbitrary one.
fn next_event(known: &[OrchestrationEvent], source: &mut Unstructured<'_>) -> arbitrary::Result<OrchestrationEvent> {
    if !known.is_empty() && source.ratio(3, 4)? {
        return source.choose(known).cloned();
    }
    OrchestrationEvent::arbitrary(source)
}
