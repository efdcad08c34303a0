//! Whether two values are the same, by what can be seen of them: no equality of the core is asked.

use chrono::{DateTime, Utc};
use orchestration::read_model::{MessageRole, RuntimeMode, ThreadStatus, ToolCallStatus};
use orchestration::{
    ActionId, BranchName, CheckpointId, GitRef, Label, MessageId, NonBlank, ProjectId, ProjectPath, Text, ThreadId,
    ToolCallId, TurnId,
};

/// A value that can be held against another of its type, and be shown.
pub(super) trait Same {
    /// Whether it is the same as another one.
    fn is_same(&self, other: &Self) -> bool;
}

/// What is said in bytes.
macro_rules! same_bytes {
    ($($value:ident by $bytes:ident),+ $(,)?) => {
        $(
            impl Same for $value {
                fn is_same(&self, other: &Self) -> bool {
                    self.$bytes().as_bytes() == other.$bytes().as_bytes()
                }
            }
        )+
    };
}

same_bytes! {
    ProjectId by as_uuid,
    ThreadId by as_uuid,
    TurnId by as_uuid,
    MessageId by as_uuid,
    ActionId by as_uuid,
    CheckpointId by as_uuid,
    ToolCallId by as_str,
    ProjectPath by as_str,
    GitRef by as_str,
    BranchName by as_str,
    Label by as_str,
    NonBlank by as_str,
    Text by as_str,
}

/// What is one of a few words.
macro_rules! same_word {
    ($($value:ident),+) => {
        $(
            impl Same for $value {
                fn is_same(&self, other: &Self) -> bool {
                    *self as u8 == *other as u8
                }
            }
        )+
    };
}

same_word!(ThreadStatus, RuntimeMode, MessageRole, ToolCallStatus);

/// What others than the core look after.
macro_rules! same_value {
    ($($value:ty),+) => {
        $(
            impl Same for $value {
                fn is_same(&self, other: &Self) -> bool {
                    self == other
                }
            }
        )+
    };
}

same_value!(DateTime<Utc>, bool, u32);

impl<T: Same> Same for Option<T> {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(one), Some(other)) => one.is_same(other),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }
}
