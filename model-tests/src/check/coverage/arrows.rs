//! From which status to which commands have led, and how often.

use std::fmt::Write as _;

use super::Status;
use crate::kind::Kind;

/// How often each kind of command has led from one status to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrows {
    counts: Box<[[[u64; Kind::COUNT]; Status::ALL.len()]; Status::ALL.len()]>,
}

/// All commands that have led from one status to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// What the thread was doing before.
    pub from: Status,
    /// What it was doing after.
    pub to: Status,
    /// Which kinds of command led there, each with how often.
    pub kinds: Vec<(Kind, u64)>,
}

impl Arrow {
    /// How often it was taken.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.kinds.iter().map(|(_, count)| count).sum()
    }
}

impl Arrows {
    /// Notes that an accepted command of this kind has led from one status of its thread to another. Where there is no thread, before
    /// or after, nothing is noted: it is about a project.
    pub fn note(&mut self, kind: Kind, from: Status, to: Status) {
        if from != Status::NoThread || to != Status::NoThread {
            self.counts[from as usize][to as usize][kind.index()] += 1;
        }
    }

    /// Adds others to these.
    pub fn add(&mut self, other: &Self) {
        let theirs = other.counts.iter().flatten().flatten();
        for (mine, theirs) in self.counts.iter_mut().flatten().flatten().zip(theirs) {
            *mine += theirs;
        }
    }

    /// All counts, taken or not: to be kept, and to be had again.
    pub(crate) fn counts_mut(&mut self) -> impl Iterator<Item = &mut u64> {
        self.counts.iter_mut().flatten().flatten()
    }

    /// Those that were taken, in the order of the statuses.
    pub fn iter(&self) -> impl Iterator<Item = Arrow> {
        let pairs = Status::ALL
            .into_iter()
            .flat_map(|from| Status::ALL.into_iter().map(move |to| (from, to)));
        pairs.filter_map(|(from, to)| {
            let counts = Kind::ALL.into_iter().zip(self.counts[from as usize][to as usize]);
            let kinds: Vec<_> = counts.filter(|(_, count)| *count > 0).collect();
            (!kinds.is_empty()).then_some(Arrow { from, to, kinds })
        })
    }

    /// The graph of statuses as a Mermaid diagram: which kinds of command lead from where to where.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        let mut text = String::from("stateDiagram-v2\n");
        for Arrow { from, to, kinds } in self.iter() {
            let kinds: Vec<_> = kinds.into_iter().map(|(kind, _)| kind.name()).collect();
            // Writing to a string does not fail.
            let _ = writeln!(text, "    {} --> {}: {}", state(from), state(to), kinds.join(", "));
        }
        text
    }
}

const fn state(status: Status) -> &'static str {
    match status {
        Status::NoThread => "[*]",
        Status::Idle => "Idle",
        Status::Running => "Running",
        Status::AwaitingApproval => "AwaitingApproval",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_told_by_statuses_and_kinds() {
        let mut arrows = Arrows::default();
        arrows.note(Kind::CreateProject, Status::NoThread, Status::NoThread);
        arrows.note(Kind::CreateThread, Status::NoThread, Status::Idle);
        for kind in [Kind::TextDelta, Kind::TextDelta, Kind::ToolCall] {
            arrows.note(kind, Status::Running, Status::Running);
        }
        arrows.add(&arrows.clone());
        let told: Vec<_> = arrows
            .iter()
            .map(|arrow| (arrow.from, arrow.to, arrow.count()))
            .collect();
        assert_eq!(
            told,
            [
                (Status::NoThread, Status::Idle, 2),
                (Status::Running, Status::Running, 6)
            ]
        );
        assert_eq!(
            arrows.to_mermaid(),
            "stateDiagram-v2\n    [*] --> Idle: create_thread\n    Running --> Running: text_delta, tool_call\n"
        );
    }
}
