//! How much of the domain is explored.

use serde::Serialize;

/// The greatest number of each kind of thing in a state that is explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// Projects.
    pub projects: u8,
    /// Threads in a project.
    pub threads: u8,
    /// Turns in a thread.
    pub turns: u8,
    /// The agent's messages in a turn.
    pub messages: u8,
    /// Pieces of one of the agent's messages.
    pub pieces: u8,
    /// Tool calls in a turn.
    pub tool_calls: u8,
    /// Approvals in a turn.
    pub approvals: u8,
    /// Checkpoints of a thread.
    pub checkpoints: u8,
    /// Branches in a project.
    pub branches: u8,
    /// Commits on a branch.
    pub commits: u8,
}

impl Scope {
    /// One of everything: just enough for every rule.
    pub const TINY: Self = Self {
        projects: 1,
        threads: 1,
        turns: 1,
        messages: 1,
        pieces: 1,
        tool_calls: 1,
        approvals: 1,
        checkpoints: 1,
        branches: 1,
        commits: 0,
    };

    /// Two approvals at once, and little else: what [`SMALL`](Self::SMALL) has no room for.
    pub const TWO_APPROVALS: Self = Self {
        approvals: 2,
        messages: 0,
        pieces: 0,
        tool_calls: 0,
        checkpoints: 0,
        branches: 0,
        ..Self::TINY
    };

    /// One of everything, with messages that go on and commits that are pushed.
    pub const SMALL: Self = Self {
        pieces: 2,
        commits: 1,
        ..Self::TINY
    };

    /// Two approvals at once: the largest that two cores explore in half a minute.
    pub const DEFAULT: Self = Self {
        approvals: 2,
        ..Self::SMALL
    };

    /// Three threads side by side.
    pub const WIDE: Self = Self {
        threads: 3,
        messages: 0,
        pieces: 0,
        tool_calls: 0,
        branches: 0,
        ..Self::TINY
    };

    /// Three turns one after the other, with checkpoints between them. Each asks under the same id, so that an answer for
    /// one could be taken for an answer to the next.
    pub const LONG: Self = Self {
        turns: 3,
        messages: 0,
        pieces: 0,
        tool_calls: 0,
        checkpoints: 2,
        branches: 0,
        ..Self::TINY
    };

    /// Two threads and a branch that outlives one of them: enough for every kind of renaming.
    pub(crate) const RENAMABLE: Self = Self {
        projects: 1,
        threads: 2,
        turns: 0,
        messages: 0,
        pieces: 0,
        tool_calls: 0,
        approvals: 0,
        checkpoints: 1,
        branches: 2,
        commits: 1,
    };

    /// Two turns, each with something of everything: some minutes.
    pub const LARGE: Self = Self {
        turns: 2,
        branches: 0,
        ..Self::TINY
    };

    /// Two turns with two approvals at once: only for those who do not look into ended turns.
    pub const TWO_TURNS: Self = Self {
        turns: 2,
        branches: 0,
        ..Self::DEFAULT
    };

    /// Two threads of one project, each with a turn.
    pub const TWO_THREADS: Self = Self {
        threads: 2,
        checkpoints: 0,
        branches: 0,
        ..Self::TINY
    };

    /// Two projects, each with a thread and a turn.
    pub const TWO_PROJECTS: Self = Self {
        projects: 2,
        checkpoints: 0,
        branches: 0,
        ..Self::TINY
    };

    /// Whether there is room for every rule to apply, so that a rule which never did can be called dead.
    pub(super) const fn has_room_for_every_rule(&self) -> bool {
        self.projects > 0
            && self.threads > 0
            && self.turns > 0
            && self.messages > 0
            && self.pieces > 1
            && self.tool_calls > 0
            && self.approvals > 0
            && self.checkpoints > 0
            && self.branches > 0
            && self.commits > 0
    }

    /// The ids that a pool of threads needs: those that are there, and those that branches remember.
    pub(super) const fn thread_ids(&self) -> u32 {
        let (projects, threads, branches) = (self.projects as u32, self.threads as u32, self.branches as u32);
        projects * (threads + branches)
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    const ROOMY: Scope = Scope {
        projects: 1,
        threads: 1,
        turns: 1,
        messages: 1,
        pieces: 2,
        tool_calls: 1,
        approvals: 1,
        checkpoints: 1,
        branches: 1,
        commits: 1,
    };

    #[test]
    fn there_is_room_for_every_rule_only_where_there_may_be_one_of_each_thing_and_a_second_piece() {
        assert!(ROOMY.has_room_for_every_rule());
        let narrower: [fn(&mut Scope) -> &mut u8; 10] = [
            |scope| &mut scope.projects,
            |scope| &mut scope.threads,
            |scope| &mut scope.turns,
            |scope| &mut scope.messages,
            |scope| &mut scope.pieces,
            |scope| &mut scope.tool_calls,
            |scope| &mut scope.approvals,
            |scope| &mut scope.checkpoints,
            |scope| &mut scope.branches,
            |scope| &mut scope.commits,
        ];
        for field in narrower {
            let (mut fewer, mut more) = (ROOMY, ROOMY);
            *field(&mut fewer) -= 1;
            *field(&mut more) += 1;
            assert!(!fewer.has_room_for_every_rule(), "{fewer:?}");
            assert!(more.has_room_for_every_rule(), "{more:?}");
        }
    }

    #[test]
    fn every_thread_of_each_project_has_an_id_and_every_one_that_a_branch_remembers() {
        let scope = Scope {
            projects: 3,
            threads: 4,
            branches: 2,
            ..ROOMY
        };
        assert_eq!(scope.thread_ids(), 18);
    }
}
