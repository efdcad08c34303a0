//! Against a search that others wrote.

use std::hash::{Hash, Hasher};

use orchestration::{OrchestrationCommand, OrchestrationReadModel};
use stateright::{Checker, Model};

use super::super::canonical::{self, Fingerprint};
use super::super::commands::Commands;
use super::super::{Abstraction, Scope};
use super::{TWO_PROJECTS, after, commands, explored};

/// The same states for a search that others wrote.
struct Stateright {
    commands: Commands,
}

#[derive(Clone, Debug)]
struct State {
    fingerprint: Fingerprint,
    model: OrchestrationReadModel,
}

impl State {
    fn of(model: OrchestrationReadModel) -> Self {
        Self {
            fingerprint: canonical::of(&model, Abstraction::Names),
            model,
        }
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.fingerprint.hash(state);
    }
}

impl Model for Stateright {
    type State = State;
    type Action = OrchestrationCommand;

    fn init_states(&self) -> Vec<State> {
        vec![State::of(OrchestrationReadModel::default())]
    }

    fn actions(&self, state: &State, actions: &mut Vec<OrchestrationCommand>) {
        actions.extend(self.commands.of(&state.model));
    }

    fn next_state(&self, state: &State, command: OrchestrationCommand) -> Option<State> {
        after(&command, &state.model).map(State::of)
    }

    fn properties(&self) -> Vec<stateright::Property<Self>> {
        // Without a property there is nothing to check, and the search would not begin.
        vec![stateright::Property::always(
            "every thread has its project",
            |_, state: &State| {
                state
                    .model
                    .threads()
                    .all(|thread| state.model.project(thread.project_id()).is_some())
            },
        )]
    }
}

#[test]
fn stateright_finds_the_same_number_of_states() {
    for scope in [Scope::TINY, Scope::RENAMABLE, TWO_PROJECTS] {
        let checker = Stateright {
            commands: commands(scope, true),
        }
        .checker()
        .threads(2)
        .spawn_bfs()
        .join();
        checker.assert_properties();
        assert_eq!(
            checker.unique_state_count() as u64,
            explored(scope, Abstraction::Names, 2).states,
            "{scope:?}"
        );
    }
}
