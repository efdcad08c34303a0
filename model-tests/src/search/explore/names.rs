//! The pools of ids and texts that explored commands draw on.

use chrono::{DateTime, Utc};
use orchestration::{
    ActionId, BranchName, CheckpointId, GitRef, Label, MessageId, NonBlank, ProjectId, ProjectPath, Text, ThreadId,
    ToolCallId, TurnId, ValueError,
};
use uuid::Uuid;

/// How many values each pool of strings holds: more than any scope needs.
const POOL: u32 = 32;

/// The number of an id that is never given to anything.
const NEVER: u32 = u32::MAX;

/// Everything that commands are made of, made once.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) at: DateTime<Utc>,
    pub(super) label: Label,
    pub(super) other_label: Label,
    pub(super) text: NonBlank,
    pub(super) output: Text,
    pub(super) git_ref: GitRef,
    paths: Vec<ProjectPath>,
    branches: Vec<BranchName>,
    tool_calls: Vec<ToolCallId>,
    never_called: ToolCallId,
    pieces: Vec<Text>,
}

impl Names {
    pub(super) fn new() -> Result<Self, ValueError> {
        Ok(Self {
            at: DateTime::UNIX_EPOCH,
            label: Label::parse("label")?,
            other_label: Label::parse("other label")?,
            text: NonBlank::parse("text")?,
            output: Text::from("output"),
            git_ref: GitRef::parse("0123abcd")?,
            paths: (0..POOL)
                .map(|number| ProjectPath::parse(format!("/project-{number}")))
                .collect::<Result<_, _>>()?,
            branches: (0..POOL)
                .map(|number| BranchName::parse(format!("branch-{number}")))
                .collect::<Result<_, _>>()?,
            tool_calls: (0..POOL)
                .map(|number| ToolCallId::parse(format!("call-{number}")))
                .collect::<Result<_, _>>()?,
            never_called: ToolCallId::parse("never-called")?,
            pieces: ('a'..='z').map(|letter| Text::from(letter.to_string())).collect(),
        })
    }

    pub(super) fn path(&self, number: u32) -> ProjectPath {
        pooled(&self.paths, number).clone()
    }

    pub(super) fn branch(&self, number: u32) -> BranchName {
        pooled(&self.branches, number).clone()
    }

    pub(super) fn tool_call(&self, number: u32) -> ToolCallId {
        pooled(&self.tool_calls, number).clone()
    }

    pub(super) fn never_called(&self) -> ToolCallId {
        self.never_called.clone()
    }

    /// The text of the piece with this index in a message: each has its own, so that their order shows.
    pub(super) fn piece(&self, index: usize) -> Text {
        self.pieces[index % self.pieces.len()].clone()
    }
}

fn pooled<T>(pool: &[T], number: u32) -> &T {
    &pool[number as usize % pool.len()]
}

/// Ids that are told apart by a number, and by a mark of their kind for whoever reads a trace.
pub(super) trait Numbered: Copy + PartialEq {
    /// The id of this number.
    fn numbered(number: u32) -> Self;

    /// An id that nothing ever has.
    fn never() -> Self {
        Self::numbered(NEVER)
    }
}

macro_rules! numbered {
    ($($id:ty: $mark:literal,)+) => {
        $(
            impl Numbered for $id {
                fn numbered(number: u32) -> Self {
                    Self::new(Uuid::from_u128(($mark << 96) | u128::from(number)))
                }
            }
        )+
    };
}

numbered! {
    ProjectId: 1,
    ThreadId: 2,
    TurnId: 3,
    MessageId: 4,
    ActionId: 5,
    CheckpointId: 6,
}

#[cfg(test)]
mod tests {
    use super::{Names, POOL};

    #[test]
    fn names_of_other_numbers_are_others_until_the_pool_is_used_up() {
        let names = Names::new().expect("the names are well-formed");
        assert_ne!(names.path(0), names.path(POOL - 1));
        assert_eq!(names.path(1), names.path(POOL + 1));
        assert_ne!(names.branch(0), names.branch(1));
        assert_ne!(names.tool_call(0), names.tool_call(1));
        assert_ne!(names.piece(0), names.piece(25));
        assert_eq!(names.piece(1), names.piece(27));
    }
}
