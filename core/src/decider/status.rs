//! Changes of a thread's status.

use chrono::{DateTime, Utc};

use super::Events;
use crate::events::{OrchestrationEvent, ThreadStatusChanged};
use crate::read_model::{Thread, ThreadStatus};

/// An event with the change of status that it causes, if it causes one.
pub(super) fn with_status(
    event: impl Into<OrchestrationEvent>,
    thread: &Thread,
    to: ThreadStatus,
    at: DateTime<Utc>,
) -> Events {
    let (thread_id, from) = (thread.id(), thread.status());
    if from == to {
        return vec![event.into()];
    }
    vec![
        event.into(),
        ThreadStatusChanged {
            thread_id,
            from,
            to,
            at,
        }
        .into(),
    ]
}
