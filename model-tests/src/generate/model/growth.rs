//! What grows, and how far: past the borders at which what is kept in trees of 32 branches, in bytes or in words changes.

use std::fmt;

/// Something of which a model may have many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Projects.
    Projects,
    /// Threads of one project.
    Threads,
    /// Branches of one project.
    Branches,
    /// Commits of one branch.
    Commits,
    /// Turns of one thread.
    Turns,
    /// Messages of one turn.
    Entries,
    /// Pieces of one message.
    Pieces,
    /// Open tool calls of one turn.
    ToolCalls,
    /// Pending approvals of one turn.
    Approvals,
    /// Checkpoints of one thread.
    Checkpoints,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Projects,
        Self::Threads,
        Self::Branches,
        Self::Commits,
        Self::Turns,
        Self::Entries,
        Self::Pieces,
        Self::ToolCalls,
        Self::Approvals,
        Self::Checkpoints,
    ];

    /// Whether there are many of it in one turn.
    pub(super) const fn is_inside_a_turn(self) -> bool {
        match self {
            Self::Entries | Self::Pieces | Self::ToolCalls | Self::Approvals => true,
            Self::Projects | Self::Threads | Self::Branches | Self::Commits | Self::Turns | Self::Checkpoints => false,
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Projects => "projects",
            Self::Threads => "threads",
            Self::Branches => "branches",
            Self::Commits => "commits",
            Self::Turns => "turns",
            Self::Entries => "entries",
            Self::Pieces => "pieces",
            Self::ToolCalls => "tool calls",
            Self::Approvals => "approvals",
            Self::Checkpoints => "checkpoints",
        })
    }
}

/// How many there are on both sides of each border: a node of a tree of 32 branches is full at 32 and its parent at 1,024;
/// a byte holds no more than 255.
///
/// Past each border comes before what is on it: what is wrong on it mostly is so past it.
pub const BORDERS: [usize; 12] = [33, 65, 257, 1_025, 32, 31, 64, 63, 256, 255, 1_024, 1_023];

/// One dimension, grown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Growth {
    /// What grows.
    pub dimension: Dimension,
    /// How many there are to be.
    pub size: usize,
}

impl Growth {
    /// How many there are: each dimension at each side of each border.
    pub const COUNT: usize = Dimension::ALL.len() * BORDERS.len();

    /// The growth of a number, round and round: first past each border, then on it and before it.
    #[must_use]
    pub const fn numbered(number: usize) -> Self {
        let number = number % Self::COUNT;
        Self {
            dimension: Dimension::ALL[number % Dimension::ALL.len()],
            size: BORDERS[number / Dimension::ALL.len()],
        }
    }

    /// How many of a dimension there are to be, if that is what grows.
    pub(super) fn of(growth: Option<Self>, dimension: Dimension) -> Option<usize> {
        growth
            .filter(|growth| growth.dimension == dimension)
            .map(|growth| growth.size)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_dimension_comes_to_both_sides_of_every_border() {
        let all: BTreeSet<_> = (0..Growth::COUNT).map(Growth::numbered).collect();
        assert_eq!(all.len(), Growth::COUNT);
        assert_eq!(Growth::numbered(Growth::COUNT), Growth::numbered(0));
    }
}
