//! Values: ids and strings that are parsed once and well-formed ever after.
//!
//! | type | over | rule |
//! |---|---|---|
//! | [`ProjectId`] [`ThreadId`] [`TurnId`] [`MessageId`] [`ActionId`] [`CheckpointId`] | [`uuid::Uuid`] | any UUID; distinct types |
//! | [`ToolCallId`] | string | the provider's own id; 1 to 1024 bytes |
//! | [`ProjectPath`] | string | absolute, no NUL, at most 4096 bytes; normalised lexically |
//! | [`GitRef`] | string | a commit hash or ref name: no white space or control characters, 1 to 1024 bytes |
//! | [`BranchName`] | string | what `git check-ref-format --branch` accepts, without its `@{-N}` shorthand |
//! | [`Label`] | string | names, titles, a provider, a model: something other than white space, no control characters, at most 1024 bytes; kept as given |
//! | [`NonBlank`] | string | prompts, commit messages, descriptions: something other than white space; kept as given |
//! | [`Text`] | string | anything, the empty string too |
//!
//! An ill-formed value cannot be built, neither by hand nor through serde, and the [`ValueError`]
//! says which [rule](ValueRule) it broke. String values share their text: a clone copies a pointer.

mod error;
mod git;
mod ids;
mod path;
mod strings;

pub use error::{BranchRule, ValueError, ValueRule};
pub use git::{BranchName, GitRef};
pub use ids::{ActionId, CheckpointId, MessageId, ProjectId, ThreadId, TurnId};
pub use path::ProjectPath;
pub use strings::{Label, NonBlank, Text, ToolCallId};
