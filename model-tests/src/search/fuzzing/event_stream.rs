//! Events, ill-sorted and contradictory ones included, on any model.
//!
//! The first byte says what to begin with: an arbitrary model, or one on the way of a legal run, whose events then come
//! at odd times, and again, among arbitrary ones or among [stray](crate::generate::stray_event) ones. The three bytes
//! behind it only align the steps of that run as in the inputs of the other targets.

use arbitrary::{Arbitrary, Unstructured};
use orchestration::{OrchestrationEvent, OrchestrationReadModel};

use super::{Checked, counterexample};
use crate::check::invariants::Findings;
use crate::check::laws::Stream;
use crate::counterexample::Evidence;
use crate::generate::{Resolver, Step, Walk, stray_event};
use crate::subject::Subject;

/// The most steps of the legal run.
pub(crate) const MOST_STEPS: u8 = 32;

/// The first byte of a stream in which a legal run's events come among stray ones.
pub(crate) const STRAY: u8 = 3;

/// The most events that come then.
const MOST_EVENTS: usize = 128;

/// A model and what is to happen to it.
pub(super) fn check(subject: Subject, bytes: &[u8]) -> Checked {
    let mut findings = Findings::default();
    let evidence = stream(subject, bytes, &mut findings);
    Checked {
        steps: evidence.len() as u64,
        found: counterexample(findings.violations, || evidence),
    }
}

/// Lets the events that the bytes stand for come to their model, up to the first that breaks something. Gives both.
pub(crate) fn stream(subject: Subject, bytes: &[u8], findings: &mut Findings) -> Evidence {
    // Bytes run out somewhere: what was made of them until then is enough.
    let mut source = Unstructured::new(bytes);
    let beginning = Beginning::of(subject, &mut source).unwrap_or_default();
    let Beginning {
        model,
        known,
        past,
        mut stray,
    } = beginning;
    let mut stream = Stream::new(subject, model.clone());
    stream.check_model(findings);
    let mut events = Vec::new();
    for event in known.iter().take(past) {
        stream.step(event, findings);
        events.push(event.clone());
    }
    for _ in 0..MOST_EVENTS {
        if !findings.violations.is_empty() || source.is_empty() {
            break;
        }
        let next = match &mut stray {
            None => next_event(&known, &mut source),
            Some(resolver) => next_stray_event(&known, resolver, stream.model(), &mut source),
        };
        let Ok(event) = next else { break };
        stream.step(&event, findings);
        events.push(event);
    }
    stream.check_model(findings);
    Evidence::Events { model, events }
}

/// What to begin with.
#[derive(Default)]
struct Beginning {
    model: OrchestrationReadModel,
    /// The events of a legal run.
    known: Vec<OrchestrationEvent>,
    /// How many of them come first, as they did there.
    past: usize,
    /// What stray events are made by, if they come.
    stray: Option<Resolver>,
}

impl Beginning {
    /// An arbitrary model; or the empty one and the events of a legal run.
    fn of(subject: Subject, source: &mut Unstructured<'_>) -> arbitrary::Result<Self> {
        let [kind, steps, past @ ..]: [u8; 4] = source.arbitrary()?;
        if kind.is_multiple_of(2) {
            return Ok(Self {
                model: OrchestrationReadModel::arbitrary(source)?,
                ..Self::default()
            });
        }
        let mut walk = Walk::new(subject);
        let mut known = Vec::new();
        for _ in 0..=steps % MOST_STEPS {
            known.extend(walk.take(Step::arbitrary(source)?).decided.unwrap_or_default());
        }
        // Events after the cut still apply.
        let past = usize::from(u16::from_le_bytes(past)) % (known.len() + 1);
        Ok(Self {
            model: OrchestrationReadModel::default(),
            known,
            past,
            stray: (kind % 4 == STRAY).then(|| walk.into_resolver()),
        })
    }
}

/// An event that came before, or an arbitrary one.
fn next_event(known: &[OrchestrationEvent], source: &mut Unstructured<'_>) -> arbitrary::Result<OrchestrationEvent> {
    if !known.is_empty() && source.ratio(3, 4)? {
        return source.choose(known).cloned();
    }
    OrchestrationEvent::arbitrary(source)
}

/// An event that came before, or a stray one.
fn next_stray_event(
    known: &[OrchestrationEvent],
    resolver: &mut Resolver,
    model: &OrchestrationReadModel,
    source: &mut Unstructured<'_>,
) -> arbitrary::Result<OrchestrationEvent> {
    if !known.is_empty() && source.ratio(1, 4)? {
        return source.choose(known).cloned();
    }
    let event = stray_event(Step::arbitrary(source)?, resolver, model);
    resolver.advance(std::slice::from_ref(&event));
    Ok(event)
}
