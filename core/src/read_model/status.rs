//! Statuses, roles, modes and decisions.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::values::Text;

/// Defines an enum that carries nothing: a `snake_case` string on the wire, a few plain words when displayed.
macro_rules! word_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident => $words:literal, )+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(match self {
                    $( Self::$variant => $words, )+
                })
            }
        }
    };
}

word_enum! {
    /// What a thread is doing.
    ///
    /// There is none for a failed or finished turn: that is the turn's own [`TurnStatus`]. A thread whose last turn
    /// failed is idle, so that the next prompt can start.
    pub enum ThreadStatus {
        /// No turn is active; a prompt may start one.
        Idle => "idle",
        /// A turn is active, and the agent works on it.
        Running => "running",
        /// A turn is active, and at least one approval is pending in it.
        AwaitingApproval => "awaiting approval",
    }
}

word_enum! {
    /// Whether the agent asks before it acts.
    pub enum RuntimeMode {
        /// The agent acts without asking.
        FullAccess => "full access",
        /// The agent asks first.
        Supervised => "supervised",
    }
}

word_enum! {
    /// Whose a message is.
    pub enum MessageRole {
        /// The user's prompt.
        User => "user",
        /// The agent's answer.
        Assistant => "assistant",
        /// The agent's reasoning.
        Reasoning => "reasoning",
    }
}

word_enum! {
    /// What has become of a tool call.
    pub enum ToolCallStatus {
        /// It has no result yet.
        Open => "open",
        /// It ended with a result.
        Succeeded => "succeeded",
        /// It ended with an error.
        Failed => "failed",
        /// Its turn ended first.
        Cancelled => "cancelled",
    }
}

/// What has become of a turn.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TurnStatus {
    /// It is the active turn.
    Running,
    /// The agent was done with it.
    Completed,
    /// The user stopped it.
    Interrupted,
    /// The agent gave up on it.
    Failed {
        /// What went wrong.
        message: Text,
        /// The provider's own code for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<Text>,
    },
}

impl TurnStatus {
    /// Whether the turn goes on.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        matches!(self, Self::Running)
    }
}

impl fmt::Display for TurnStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Interrupted => "interrupted",
            Self::Failed { .. } => "failed",
        })
    }
}

/// What the user answered to an approval.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Decision {
    /// Nothing yet.
    Pending,
    /// Yes.
    Approved,
    /// No.
    Rejected {
        /// What the agent was told about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    },
    /// Nothing, and the turn has ended.
    Cancelled,
}

impl Decision {
    /// Whether the answer is still to come.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        matches!(self, Self::Pending)
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected { .. } => "rejected",
            Self::Cancelled => "cancelled",
        })
    }
}
