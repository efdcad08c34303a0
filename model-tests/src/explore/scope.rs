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
    /// Just enough for every rule: for tests.
    pub const TINY: Self = Self {
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

    /// A second turn, a second approval, a second thread: seconds.
    pub const SMALL: Self = Self {
        threads: 1,
        turns: 2,
        messages: 1,
        pieces: 2,
        approvals: 2,
        checkpoints: 2,
        ..Self::TINY
    };

    /// The largest that two cores explore in half a minute.
    pub const DEFAULT: Self = Self {
        threads: 2,
        turns: 2,
        messages: 1,
        pieces: 1,
        approvals: 1,
        ..Self::TINY
    };

    /// For a night.
    pub const LARGE: Self = Self {
        projects: 2,
        threads: 1,
        turns: 2,
        ..Self::SMALL
    };

    /// The ids that a pool of threads needs: those that are there, and those that branches remember.
    pub(super) const fn thread_ids(&self) -> u32 {
        let (projects, threads, branches) = (self.projects as u32, self.threads as u32, self.branches as u32);
        projects * (threads + branches)
    }
}
