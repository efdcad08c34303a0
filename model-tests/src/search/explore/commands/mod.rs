//! The commands that are tried in a state.

mod projects;
mod provider;
mod threads;
mod turns;

use chrono::{DateTime, Utc};
use orchestration::commands::OrchestrationCommand;
use orchestration::read_model::Project;
use orchestration::{OrchestrationReadModel, ValueError};

use super::Scope;
use super::names::Names;
use crate::generate::clock::time_of_command;
use crate::kind::Kind;

/// Makes the commands that are tried in a state of a scope.
#[derive(Clone, Debug)]
pub struct Commands {
    scope: Scope,
    /// Whether only one is tried of several ids that are interchangeable.
    symmetry: bool,
    names: Names,
    /// Kinds that are not tried.
    left_out: &'static [Kind],
}

impl Commands {
    /// The commands of a scope. With `symmetry` new ids are always the first of their pool that are free, without it
    /// each free id is tried.
    ///
    /// # Errors
    ///
    /// If a name that commands are made of breaks a rule of its type.
    pub fn new(scope: Scope, symmetry: bool) -> Result<Self, ValueError> {
        let names = Names::new()?;
        Ok(Self {
            scope,
            symmetry,
            names,
            left_out: &[],
        })
    }

    /// The same, without commands of these kinds.
    pub(super) fn without(self, left_out: &'static [Kind]) -> Self {
        Self { left_out, ..self }
    }

    /// Every command that the scope allows in this state: with the ids of what is there, with new ones where there is
    /// room or where they are refused for another reason, and with ones that never were.
    #[must_use]
    pub fn of(&self, model: &OrchestrationReadModel) -> Vec<OrchestrationCommand> {
        let mut list = List {
            commands: Vec::with_capacity(128),
            maker: self,
            model,
            last: model.projects().next().map(Project::updated_at),
            shift: shift_of(model),
        };
        list.projects();
        for project in model.projects() {
            list.last = Some(project.updated_at());
            list.new_threads(project.id());
        }
        for thread in model.threads() {
            list.last = Some(thread.updated_at());
            list.thread(thread);
        }
        list.absent_thread();
        list.deleted_threads();
        if !self.left_out.is_empty() {
            list.commands
                .retain(|command| !self.left_out.contains(&Kind::of(command)));
        }
        list.commands
    }

    /// New ids: those of the pool that are not taken, or only the first of them.
    fn fresh<T>(&self, size: u32, make: impl Fn(u32) -> T, is_taken: impl Fn(&T) -> bool) -> impl Iterator<Item = T> {
        let most = if self.symmetry { 1 } else { usize::MAX };
        (0..size).map(make).filter(move |id| !is_taken(id)).take(most)
    }
}

/// The commands of one state, as they are made.
struct List<'a> {
    commands: Vec<OrchestrationCommand>,
    maker: &'a Commands,
    model: &'a OrchestrationReadModel,
    /// When the project or thread that the next commands are about was last touched.
    last: Option<DateTime<Utc>>,
    /// Which times the commands of this state come at.
    shift: u8,
}

/// A number that differs from state to state, so that a kind of command comes at all sorts of times.
fn shift_of(model: &OrchestrationReadModel) -> u8 {
    model.threads().fold(0, |shift: u8, thread| {
        let [seconds, ..] = thread.updated_at().timestamp().to_le_bytes();
        let [nanoseconds, ..] = thread.updated_at().timestamp_subsec_nanos().to_le_bytes();
        shift.wrapping_mul(31).wrapping_add(seconds).wrapping_add(nanoseconds)
    })
}

impl List<'_> {
    fn push(&mut self, command: impl Into<OrchestrationCommand>) {
        let command = command.into();
        // Where states are told apart by all that is in them, times that differ would make two of one.
        let command = if self.maker.symmetry {
            command.with_at(self.time())
        } else {
            command
        };
        self.commands.push(command);
    }

    /// A time that depends only on the state and on the number of the command in it, as the commands themselves do: traces are
    /// made again from these numbers.
    fn time(&self) -> DateTime<Utc> {
        time_of_command(self.commands.len() as u64, self.shift, self.last)
    }
}

#[cfg(test)]
mod tests {
    use orchestration::testing::Unchecked;
    use serde_json::{Value, json};

    use super::*;

    fn model(updated_at: &[&str]) -> OrchestrationReadModel {
        let id = |number: usize| format!("00000000-0000-0000-0000-{number:012}");
        let thread = |number: usize, updated_at: &str| {
            json!({
                "id": id(number), "project_id": id(9), "title": "a", "provider": "a", "runtime_mode": "supervised",
                "status": "idle", "turns": [], "checkpoints": [], "created_at": updated_at, "updated_at": updated_at,
            })
        };
        let threads = updated_at.iter().enumerate();
        let threads: serde_json::Map<String, Value> = threads
            .map(|(number, updated_at)| (id(number), thread(number, updated_at)))
            .collect();
        let Unchecked(model) = serde_json::from_value(json!({ "projects": {}, "threads": threads })).expect("a model");
        model
    }

    #[test]
    fn commands_come_at_times_that_depend_on_when_every_thread_was_touched() {
        assert_eq!(shift_of(&model(&[])), 0);
        assert_eq!(shift_of(&model(&["1970-01-01T00:00:05.000000007Z"])), 12);
        let two = ["1970-01-01T00:00:05.000000007Z", "1970-01-01T00:00:01Z"];
        assert_eq!(shift_of(&model(&two)), 117);
    }
}
