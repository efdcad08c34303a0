//! How much of the domain is explored: scopes that have names, and bounds of one's own.

use clap::ValueEnum;
use model_tests::search::explore::{Abstraction, Scope};

/// The scopes that have names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScopeName {
    /// One of everything.
    Tiny,
    /// With messages that go on and commits that are pushed.
    Small,
    /// Two approvals at once: the largest that two cores explore in half a minute.
    Default,
    /// Three threads side by side.
    Wide,
    /// Three turns one after the other, with checkpoints.
    Long,
    /// Two turns with something of everything: some minutes.
    Large,
    /// Two turns with two approvals at once; ended turns by kinds.
    TwoTurns,
    /// Two threads, each with a turn; ended turns by kinds.
    TwoThreads,
    /// Two projects, each with a thread and a turn; ended turns by kinds.
    TwoProjects,
}

impl ScopeName {
    /// The bounds.
    pub const fn scope(self) -> Scope {
        match self {
            Self::Tiny => Scope::TINY,
            Self::Small => Scope::SMALL,
            Self::Default => Scope::DEFAULT,
            Self::Wide => Scope::WIDE,
            Self::Long => Scope::LONG,
            Self::Large => Scope::LARGE,
            Self::TwoTurns => Scope::TWO_TURNS,
            Self::TwoThreads => Scope::TWO_THREADS,
            Self::TwoProjects => Scope::TWO_PROJECTS,
        }
    }

    /// How its states are told apart, unless something else is asked for.
    pub const fn abstraction(self) -> Abstraction {
        match self {
            Self::Tiny | Self::Small | Self::Default | Self::Wide | Self::Long | Self::Large => Abstraction::Names,
            Self::TwoTurns | Self::TwoThreads | Self::TwoProjects => Abstraction::EndedTurns,
        }
    }

    /// What it is called on the command line.
    pub fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }
}

/// Bounds that replace those of the named scope.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Bounds {
    /// At most this many projects.
    #[arg(long)]
    projects: Option<u8>,
    /// At most this many threads in a project.
    #[arg(long = "threads-per-project")]
    threads_per_project: Option<u8>,
    /// At most this many turns in a thread.
    #[arg(long)]
    turns: Option<u8>,
    /// At most this many messages of the agent in a turn.
    #[arg(long)]
    messages: Option<u8>,
    /// At most this many pieces of a message.
    #[arg(long)]
    pieces: Option<u8>,
    /// At most this many tool calls in a turn.
    #[arg(long)]
    tool_calls: Option<u8>,
    /// At most this many approvals in a turn.
    #[arg(long)]
    approvals: Option<u8>,
    /// At most this many checkpoints of a thread.
    #[arg(long)]
    checkpoints: Option<u8>,
    /// At most this many branches in a project.
    #[arg(long)]
    branches: Option<u8>,
    /// At most this many commits on a branch.
    #[arg(long)]
    commits: Option<u8>,
}

impl Bounds {
    pub(super) fn over(self, scope: Scope) -> Scope {
        Scope {
            projects: self.projects.unwrap_or(scope.projects),
            threads: self.threads_per_project.unwrap_or(scope.threads),
            turns: self.turns.unwrap_or(scope.turns),
            messages: self.messages.unwrap_or(scope.messages),
            pieces: self.pieces.unwrap_or(scope.pieces),
            tool_calls: self.tool_calls.unwrap_or(scope.tool_calls),
            approvals: self.approvals.unwrap_or(scope.approvals),
            checkpoints: self.checkpoints.unwrap_or(scope.checkpoints),
            branches: self.branches.unwrap_or(scope.branches),
            commits: self.commits.unwrap_or(scope.commits),
        }
    }
}
