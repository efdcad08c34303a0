//! What is true of every model that the decider's events add up to, and what it is called when it is not.
//!
//! | rule | what holds of every legal model |
//! |---|---|
//! | S1 | every thread's project exists, the selected thread exists, and every key equals its value's id |
//! | S2 | no two projects share a path |
//! | S3 | a thread has at most one active turn, and it is its last |
//! | S4 | a thread is idle exactly when it has no active turn, awaits approval exactly when an approval is pending in its active turn, and runs exactly when it has an active turn with none pending |
//! | S5 | an ended turn has no open tool call, no pending approval, and a time at which it ended; an active one has no such time |
//! | S6 | a thread's branch is one of its project's, made by that thread; no more commits are pushed than there are |
//! | S7 | the turn counts of a thread's checkpoints never fall along the list and never exceed the number of its ended turns |
//! | S8 | a turn's first entry is the user's prompt, and its only message of the user; ids are unique: turns and checkpoints in the thread, entries of a kind in the turn |
//! | S9 | an approval that names a tool call stands behind it in its turn |
//! | S10 | a tool call has an output exactly when it ended by a result: it succeeded or failed |
//! | S11 | nothing in an active turn is cancelled; a pending approval's tool call is open; in an ended turn a cancelled approval's tool call is cancelled |
//!
//! They are inductive: a model of which they hold, reachable or not, keeps them through any event that
//! [`decide`](crate::decide) gives on it, and after each event of a batch, not only after the last.
//! [`OrchestrationReadModel::check`](crate::OrchestrationReadModel::check) says which does not hold, and reading a model
//! or a [snapshot](crate::Snapshot) does so too, and refuses what is not legal: a damaged snapshot is replaced by the
//! log, and never acted on.
//!
//! ```
//! use orchestration::{OrchestrationReadModel, ThreadId};
//!
//! let damaged = r#"{"projects":{},"threads":{},"selected_thread":"6f9619ff-8b86-4d01-b42d-00c04fc964ff"}"#;
//! assert_eq!(
//!     serde_json::from_str::<OrchestrationReadModel>(damaged).unwrap_err().to_string(),
//!     "illegal model: S1 is broken: the selected thread 6f9619ff-8b86-4d01-b42d-00c04fc964ff does not exist"
//! );
//! assert_eq!(OrchestrationReadModel::default().check(), Ok(()));
//! ```

mod illegal;
mod places;
mod turns;

pub use illegal::{Breach, IllegalModel, Place, Rule};

use crate::read_model::OrchestrationReadModel;

/// A rule of the model: which of it does not hold, and where.
type Check = fn(&OrchestrationReadModel) -> Result<(), IllegalModel>;

/// The rules, in order.
const CHECKS: [Check; 11] = [
    places::keys_and_references_hold,
    places::paths_are_unique,
    turns::the_active_turn_is_the_last,
    turns::the_status_is_what_the_turns_call_for,
    turns::ended_turns_are_settled,
    places::branches_are_their_threads_own,
    places::checkpoints_count_ended_turns,
    turns::prompts_come_first_and_ids_are_unique,
    turns::approvals_stand_behind_their_tool_calls,
    turns::outputs_come_with_results,
    turns::cancelling_comes_with_the_end,
];

impl OrchestrationReadModel {
    /// Checks that the model is [legal](crate::legality): that S1 to S11 hold of it.
    ///
    /// Every model that the decider's events add up to is, and so is every model that was read. Takes time about linear
    /// in all that the model holds: for tests, for tools, and where a model comes from elsewhere.
    ///
    /// # Errors
    ///
    /// [`IllegalModel`], which says the first of the rules that does not hold, and where.
    pub fn check(&self) -> Result<(), IllegalModel> {
        CHECKS.iter().try_for_each(|check| check(self))
    }
}
