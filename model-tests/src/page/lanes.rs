//! The lanes of a run of commands: one for projects, and one for each thread, with its turns as bars.

use std::collections::BTreeMap;

use orchestration::read_model::{Thread, ThreadChange, TurnStatus};
use orchestration::{OrchestrationReadModel, ThreadId};
use serde::Serialize;

use crate::fields::Id;
use crate::walkthrough::Walkthrough;
use crate::walkthrough::names::Names;

/// A turn on the lane of its thread.
#[derive(Debug, Serialize)]
pub(super) struct Bar {
    lane: usize,
    /// The step with which it began: 0 if it was there at the beginning.
    from: usize,
    /// The step with which it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<usize>,
    name: String,
    /// How it ended.
    end: &'static str,
}

/// The lanes of a run.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    /// Their names, in order.
    pub(super) names: Vec<String>,
    pub(super) bars: Vec<Bar>,
    threads: BTreeMap<ThreadId, usize>,
    /// The bars that go on, by thread.
    open: BTreeMap<ThreadId, usize>,
}

impl Lanes {
    pub(super) fn of(walkthrough: &Walkthrough) -> Self {
        let names = walkthrough.names();
        let mut lanes = Self {
            names: vec!["projects".to_owned()],
            ..Self::default()
        };
        for thread in walkthrough
            .model_after(0)
            .into_iter()
            .flat_map(OrchestrationReadModel::threads)
        {
            lanes.note(0, thread, names);
        }
        for step in walkthrough.steps() {
            if let Some(id) = step.command.thread_id() {
                lanes.lane(id, names);
            }
            for change in step.after.changed_threads(&step.before) {
                match change {
                    ThreadChange::Added(thread) => lanes.note(step.number, thread, names),
                    ThreadChange::Changed { after, .. } => lanes.note(step.number, after, names),
                    ThreadChange::Removed(thread) => lanes.close(step.number, thread.id(), "removed"),
                }
            }
        }
        lanes
    }

    /// The lane of a thread; the first is that of projects.
    pub(super) fn of_thread(&self, id: Option<ThreadId>) -> usize {
        id.and_then(|id| self.threads.get(&id).copied()).unwrap_or_default()
    }

    fn lane(&mut self, id: ThreadId, names: &Names) -> usize {
        let next = self.names.len();
        let lane = *self.threads.entry(id).or_insert(next);
        if lane == next {
            self.names.push(names.name(Id::Thread, &id.to_string()));
        }
        lane
    }

    /// Takes down which turn goes on in a thread.
    fn note(&mut self, step: usize, thread: &Thread, names: &Names) {
        let lane = self.lane(thread.id(), names);
        let active = thread
            .active_turn()
            .map(|turn| names.name(Id::Turn, &turn.id().to_string()));
        let open = self.open.get(&thread.id()).and_then(|index| self.bars.get(*index));
        if open.map(|bar| &bar.name) == active.as_ref() {
            return;
        }
        let end = thread
            .turns()
            .next_back()
            .map_or("removed", |turn| match turn.status() {
                TurnStatus::Running => "removed",
                TurnStatus::Completed => "completed",
                TurnStatus::Interrupted => "interrupted",
                TurnStatus::Failed { .. } => "failed",
            });
        self.close(step, thread.id(), end);
        if let Some(name) = active {
            self.open.insert(thread.id(), self.bars.len());
            let (from, to, end) = (step, None, "running");
            self.bars.push(Bar {
                lane,
                from,
                to,
                name,
                end,
            });
        }
    }

    fn close(&mut self, step: usize, id: ThreadId, end: &'static str) {
        let open = self.open.remove(&id).and_then(|index| self.bars.get_mut(index));
        if let Some(bar) = open {
            (bar.to, bar.end) = (Some(step), end);
        }
    }
}
