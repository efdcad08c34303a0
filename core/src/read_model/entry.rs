//! What a turn is made of: messages, tool calls and approvals.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::message_text::MessageText;
use super::status::{Decision, MessageRole, ToolCallStatus};
use crate::values::{ActionId, Label, MessageId, Text, ToolCallId};
use crate::wire::tagged_enum;

tagged_enum! {
    /// Something in a turn.
    pub enum TurnEntry {
        /// Something said.
        "message" => Message(Message),
        /// Something done.
        "tool_call" => ToolCall(ToolCall),
        /// Something asked.
        "approval" => Approval(Approval),
    }
}

impl TurnEntry {
    /// The message, if the entry is one.
    #[must_use]
    pub const fn as_message(&self) -> Option<&Message> {
        match self {
            Self::Message(message) => Some(message),
            Self::ToolCall(_) | Self::Approval(_) => None,
        }
    }

    /// The tool call, if the entry is one.
    #[must_use]
    pub const fn as_tool_call(&self) -> Option<&ToolCall> {
        match self {
            Self::ToolCall(call) => Some(call),
            Self::Message(_) | Self::Approval(_) => None,
        }
    }

    /// The approval, if the entry is one.
    #[must_use]
    pub const fn as_approval(&self) -> Option<&Approval> {
        match self {
            Self::Approval(approval) => Some(approval),
            Self::Message(_) | Self::ToolCall(_) => None,
        }
    }

    /// Whether the entry is an open tool call or a pending approval: something that the end of the turn cancels.
    #[must_use]
    pub const fn is_unsettled(&self) -> bool {
        match self {
            Self::Message(_) => false,
            Self::ToolCall(call) => matches!(call.status, ToolCallStatus::Open),
            Self::Approval(approval) => approval.decision.is_pending(),
        }
    }

    /// Settles what is open or pending, as the end of the turn does.
    pub(super) fn cancel(&mut self) {
        match self {
            Self::Message(_) => {}
            Self::ToolCall(call) => call.status = ToolCallStatus::Cancelled,
            Self::Approval(approval) => approval.decision = Decision::Cancelled,
        }
    }
}

/// Defines the entries' structs, with what all of them derive.
macro_rules! entry {
    ($(#[$meta:meta])* pub struct $name:ident { $($fields:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        pub struct $name {
            $($fields)*
            #[serde(deserialize_with = "crate::wire::time")]
            #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::arbitrary_values::time))]
            pub(crate) at: DateTime<Utc>,
        }
    };
}

entry! {
    /// Something said in a turn.
    pub struct Message {
        pub(crate) id: MessageId,
        pub(crate) role: MessageRole,
        pub(crate) text: MessageText,
    }
}

entry! {
    /// Something done in a turn.
    pub struct ToolCall {
        pub(crate) id: ToolCallId,
        pub(crate) name: Label,
        pub(crate) input: Text,
        pub(crate) status: ToolCallStatus,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub(crate) output: Option<Text>,
    }
}

entry! {
    /// Something that the agent asked in a turn.
    pub struct Approval {
        pub(crate) id: ActionId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub(crate) tool_call_id: Option<ToolCallId>,
        pub(crate) description: Text,
        pub(crate) decision: Decision,
    }
}

impl Message {
    /// The message's id, unique in its turn.
    #[must_use]
    pub const fn id(&self) -> MessageId {
        self.id
    }

    /// Whose it is.
    #[must_use]
    pub const fn role(&self) -> MessageRole {
        self.role
    }

    /// What it says so far.
    #[must_use]
    pub const fn text(&self) -> &MessageText {
        &self.text
    }

    /// When it began.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.at
    }
}

impl ToolCall {
    /// The provider's id of the call, unique in its turn.
    #[must_use]
    pub const fn id(&self) -> &ToolCallId {
        &self.id
    }

    /// The tool's name.
    #[must_use]
    pub const fn name(&self) -> &Label {
        &self.name
    }

    /// What the tool was given.
    #[must_use]
    pub const fn input(&self) -> &Text {
        &self.input
    }

    /// What has become of the call.
    #[must_use]
    pub const fn status(&self) -> ToolCallStatus {
        self.status
    }

    /// What the tool gave back; nothing while it is open, and when it was cancelled.
    #[must_use]
    pub const fn output(&self) -> Option<&Text> {
        self.output.as_ref()
    }

    /// When the call began.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.at
    }
}

impl Approval {
    /// The action that the approval is about, unique in its turn.
    #[must_use]
    pub const fn id(&self) -> ActionId {
        self.id
    }

    /// The tool call that waits for the answer, where it is about one.
    #[must_use]
    pub const fn tool_call_id(&self) -> Option<&ToolCallId> {
        self.tool_call_id.as_ref()
    }

    /// What the user is asked.
    #[must_use]
    pub const fn description(&self) -> &Text {
        &self.description
    }

    /// What the user answered.
    #[must_use]
    pub const fn decision(&self) -> &Decision {
        &self.decision
    }

    /// When it was asked.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.at
    }
}
