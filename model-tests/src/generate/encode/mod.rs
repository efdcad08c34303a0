//! From a trace of concrete commands back to steps.
//!
//! Two runs go along with each other on the core: the trace, and the steps found so far. For each command of the trace
//! a step of its kind is sought that resolves to the same command in the other run, where the ids are others, and that
//! has the same outcome. The bytes of a step are sought one after the other, since each decides another part of the
//! command.

mod names;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::rc::Rc;

use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, decide, project};

use self::names::{Gist, Renaming};
use super::resolver::Resolver;
use super::step::{Step, Steps};
use crate::kind::Kind;

/// Steps made from a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Encoded {
    /// The steps, one for each command for which one was found.
    pub steps: Steps,
    /// Where in the trace the commands stand for which none was found, from 0.
    pub missed: Vec<usize>,
}

/// Makes steps from a trace, such that their run has the same kinds of command with the same outcomes as the trace's.
///
/// Ids, names, texts and times are others. A command whose like no step gives is left out, and the run goes on without
/// it: a step names only what is near at hand, so that the like of one about something long gone may not be found.
#[must_use]
pub(crate) fn encode(trace: &[OrchestrationCommand]) -> Encoded {
    let mut runs = Runs::default();
    let mut encoded = Encoded {
        steps: Steps::default(),
        missed: Vec::new(),
    };
    for (index, command) in trace.iter().enumerate() {
        match runs.encode(command) {
            Some(step) => encoded.steps.0.push(step),
            None => encoded.missed.push(index),
        }
    }
    encoded
}

/// What came of a command, in any run: the kinds of its events, or of the refusal.
type Outcome = Result<Vec<&'static str>, &'static str>;

/// In what two commands agree, the most important first.
type Agreement = Rc<[bool]>;

/// Two runs that go along with each other, and which names of one stand for which of the other.
#[derive(Default)]
struct Runs {
    /// The trace's run.
    model: OrchestrationReadModel,
    /// The steps' run.
    other: OrchestrationReadModel,
    resolver: Resolver,
    renaming: Renaming,
}

impl Runs {
    fn encode(&mut self, command: &OrchestrationCommand) -> Option<Step> {
        let (outcome, events) = outcome(command, &self.model);
        let step = self.find(command, &outcome);
        self.model = events.iter().fold(std::mem::take(&mut self.model), project);
        self.apply(step?, command);
        step
    }

    /// Takes the step in the steps' run.
    fn apply(&mut self, step: Step, command: &OrchestrationCommand) {
        let like = self.resolver.resolve(step, &self.other);
        let (outcome, events) = outcome(&like, &self.other);
        self.other = events.iter().fold(std::mem::take(&mut self.other), project);
        self.resolver.advance(&events);
        if outcome.is_ok() {
            self.renaming.learn(Gist::of(command), Gist::of(&like));
        }
    }

    fn find(&self, command: &OrchestrationCommand, expected: &Outcome) -> Option<Step> {
        let has_outcome = |step: &Step| {
            let like = self.resolver.resolve(*step, &self.other);
            outcome(&like, &self.other).0 == *expected
        };
        let nearest = self.nearest(command);
        if has_outcome(&nearest) {
            return Some(nearest);
        }
        alternatives(nearest).find(has_outcome)
    }

    /// The step of the command's kind that says most nearly the same.
    fn nearest(&self, command: &OrchestrationCommand) -> Step {
        let gist = Gist::of(command);
        // Most steps resolve to one of a few commands, and each of these is compared once.
        let mut known: HashMap<OrchestrationCommand, Agreement> = HashMap::new();
        let mut agreement = |step: Step| {
            let like = self.resolver.resolve(step, &self.other);
            let compare = |like: &OrchestrationCommand| Rc::from(self.renaming.agreement(&gist, &Gist::of(like)));
            match known.entry(like) {
                Entry::Occupied(entry) => Rc::clone(entry.get()),
                Entry::Vacant(entry) => {
                    let agreement: Agreement = compare(entry.key());
                    Rc::clone(entry.insert(agreement))
                }
            }
        };
        let simplest = Step {
            kind: Kind::of(command),
            place: 0,
            target: 0,
            variation: 0,
        };
        let place = best(|place| agreement(Step { place, ..simplest }));
        let target = best(|target| {
            agreement(Step {
                place,
                target,
                ..simplest
            })
        });
        let variation = best(|variation| {
            agreement(Step {
                place,
                target,
                variation,
                ..simplest
            })
        });
        Step {
            place,
            target,
            variation,
            ..simplest
        }
    }
}

fn outcome(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> (Outcome, Vec<OrchestrationEvent>) {
    match decide(command, model) {
        Ok(events) => (Ok(events.iter().map(OrchestrationEvent::kind).collect()), events),
        Err(error) => (Err(error.kind()), Vec::new()),
    }
}

/// The first byte with the greatest agreement; full agreement ends the search.
fn best(mut agreement: impl FnMut(u8) -> Agreement) -> u8 {
    let mut best = (0, Agreement::default());
    for byte in 0..=u8::MAX {
        let found = agreement(byte);
        if found > best.1 {
            let is_full = found.iter().all(|agrees| *agrees);
            best = (byte, found);
            if is_full {
                break;
            }
        }
    }
    best.0
}

/// Steps of the same kind that do something else: every place, with a sample of targets and variations.
fn alternatives(step: Step) -> impl Iterator<Item = Step> {
    /// One target of each sort, and a few live ones.
    const TARGETS: [u8; 7] = [0, 1, 2, 3, 224, 240, 250];
    /// One variation of each sort.
    const VARIATIONS: [u8; 5] = [0, 80, 160, 224, 248];
    (0..=u8::MAX).flat_map(move |place| {
        TARGETS.into_iter().flat_map(move |target| {
            VARIATIONS.into_iter().map(move |variation| Step {
                place,
                target,
                variation,
                ..step
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::RandomSteps;

    /// The commands that the steps resolve to, each with what came of it.
    fn run(steps: impl IntoIterator<Item = Step>) -> Vec<(OrchestrationCommand, Outcome)> {
        let (mut model, mut resolver) = (OrchestrationReadModel::default(), Resolver::new());
        let mut run = Vec::new();
        for step in steps {
            let command = resolver.resolve(step, &model);
            let (outcome, events) = outcome(&command, &model);
            model = events.iter().fold(model, project);
            resolver.advance(&events);
            run.push((command, outcome));
        }
        run
    }

    fn kinds_and_outcomes(run: &[(OrchestrationCommand, Outcome)]) -> Vec<(Kind, &Outcome)> {
        run.iter()
            .map(|(command, outcome)| (Kind::of(command), outcome))
            .collect()
    }

    /// The same trace with other ids and names.
    fn renamed(trace: &[OrchestrationCommand]) -> Vec<OrchestrationCommand> {
        let json = serde_json::to_string(trace).unwrap();
        let json = json
            .replace("-4000-800", "-4abc-912")
            .replace("/home/me/project-", "/srv/")
            .replace("call-", "toolu_");
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn a_trace_with_ids_of_its_own_gives_steps_of_an_equivalent_run() {
        for seed in 0..20 {
            let original = run(RandomSteps::new(seed).take(40));
            let trace: Vec<_> = original.iter().map(|(command, _)| command.clone()).collect();
            let trace = renamed(&trace);
            let encoded = encode(&trace);
            assert_eq!(encoded.missed, Vec::<usize>::new(), "seed {seed}");
            let again = run(encoded.steps);
            assert_eq!(kinds_and_outcomes(&again), kinds_and_outcomes(&original), "seed {seed}");
        }
    }
}
