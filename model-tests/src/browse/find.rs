//! Looks for the nearest state that has what is wanted.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use orchestration::{OrchestrationCommand, OrchestrationReadModel};

use super::{Browser, Wanted};
use crate::search::explore::fingerprint_up_to_names;

/// How far to look.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most states to look at.
    pub states: usize,
    /// The longest that it may take.
    pub time: Duration,
}

/// What came of looking.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The commands that lead there from where it began: none, if it is there already.
    Way(Vec<OrchestrationCommand>),
    /// There is no such state, within the scope.
    Nowhere,
    /// There is none among so many states: it gave up.
    NotAmong(usize),
}

/// A state that was come to, and how.
struct Reached {
    /// The index of the state before it.
    parent: usize,
    command: Option<OrchestrationCommand>,
    model: OrchestrationReadModel,
}

impl Browser {
    /// Looks for the nearest state that has what is wanted, breadth first. States that differ by a renaming of ids count once.
    #[must_use]
    pub fn find(&self, from: &OrchestrationReadModel, wanted: &Wanted, limits: Limits, stop: &AtomicBool) -> Found {
        let started = Instant::now();
        let mut known = HashSet::from([fingerprint_up_to_names(from)]);
        let mut reached = vec![Reached {
            parent: 0,
            command: None,
            model: from.clone(),
        }];
        if wanted.is_met_by(from) {
            return Found::Way(Vec::new());
        }
        let mut next = 0;
        while let Some(Reached { model, .. }) = reached.get(next) {
            let model = model.clone();
            for command in self.commands.of(&model) {
                let Some(after) = self.after(&command, &model) else {
                    continue;
                };
                if !known.insert(fingerprint_up_to_names(&after)) {
                    continue;
                }
                let is_met = wanted.is_met_by(&after);
                reached.push(Reached {
                    parent: next,
                    command: Some(command),
                    model: after,
                });
                if is_met {
                    return Found::Way(way(&mut reached));
                }
            }
            let is_over = started.elapsed() >= limits.time || stop.load(Ordering::Relaxed);
            if reached.len() >= limits.states || is_over {
                return Found::NotAmong(reached.len());
            }
            next += 1;
        }
        Found::Nowhere
    }
}

/// The commands that lead to the last state.
fn way(reached: &mut [Reached]) -> Vec<OrchestrationCommand> {
    let mut commands = Vec::new();
    let mut state = reached.len().saturating_sub(1);
    while let Some(command) = reached.get_mut(state).and_then(|state| state.command.take()) {
        commands.push(command);
        state = reached[state].parent;
    }
    commands.reverse();
    commands
}

#[cfg(test)]
mod tests {
    use super::super::SCOPE;
    use super::*;
    use crate::kind::Kind;
    use crate::search::explore::Scope;
    use crate::subject::Subject;

    const FAR: Limits = Limits {
        states: 100_000,
        time: Duration::from_secs(60),
    };

    fn find(scope: Scope, wanted: &str, limits: Limits) -> Found {
        let browser = Browser::new(Subject::CORE, scope).expect("the names are well-formed");
        let wanted = wanted.parse().expect("it is understood");
        browser.find(
            &OrchestrationReadModel::default(),
            &wanted,
            limits,
            &AtomicBool::new(false),
        )
    }

    #[test]
    fn the_nearest_state_is_found_with_the_way_to_it() {
        let Found::Way(way) = find(SCOPE, "awaiting approval and two checkpoints", FAR) else {
            panic!("it is not found");
        };
        let kinds: Vec<_> = way.iter().map(Kind::of).collect();
        assert_eq!(kinds.len(), 6, "{kinds:?}");
        let model = way.iter().fold(OrchestrationReadModel::default(), |model, command| {
            let events = orchestration::decide(command, &model).expect("every step is accepted");
            Subject::CORE.fold(model, &events)
        });
        let wanted: Wanted = "awaiting approval and two checkpoints"
            .parse()
            .expect("it is understood");
        assert!(wanted.is_met_by(&model));
    }

    #[test]
    fn what_is_there_already_needs_no_command() {
        assert_eq!(find(SCOPE, "no projects", FAR), Found::Way(Vec::new()));
    }

    #[test]
    fn what_the_scope_has_no_room_for_is_nowhere() {
        assert_eq!(find(Scope::TINY, "two projects", FAR), Found::Nowhere);
    }

    #[test]
    fn it_gives_up_after_so_many_states_and_says_so() {
        let few = Limits { states: 100, ..FAR };
        assert!(matches!(
            find(Scope::TINY, "two projects", few),
            Found::NotAmong(100..1_000)
        ));
        let short = Limits {
            time: Duration::ZERO,
            ..FAR
        };
        assert!(matches!(find(Scope::TINY, "two projects", short), Found::NotAmong(_)));
    }
}
