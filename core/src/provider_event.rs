//! Provider events: what an agent says while it works on a turn.
//!
//! An engine translates each provider's own stream into these seven, and hands each to the core inside an
//! [`IngestProviderEvent`](crate::commands::IngestProviderEvent). What they cause is told by the table of
//! [`decider`](crate::decider). What a provider says is taken as it comes: only ids and names have rules.

use serde::{Deserialize, Serialize};

use crate::values::{ActionId, Label, MessageId, Text, ToolCallId};
use crate::wire::tagged_enum;

tagged_enum! {
    /// What an agent said or did in a turn.
    pub enum ProviderEvent {
        /// A piece of the answer's text.
        "text_delta" => TextDelta(TextDelta),
        /// A piece of the agent's reasoning.
        "thinking_delta" => ThinkingDelta(ThinkingDelta),
        /// The agent calls a tool.
        "tool_call" => ToolCall(ToolCallRequest),
        /// A tool call ended.
        "tool_result" => ToolResult(ToolResult),
        /// The agent asks the user before it goes on.
        "awaiting_approval" => AwaitingApproval(ApprovalRequest),
        /// The agent is done with the turn.
        "turn_complete" => TurnComplete(TurnComplete),
        /// The agent gave up on the turn.
        "error" => Error(ProviderError),
    }
}

/// Defines the payloads of the provider events, with what all of them derive.
macro_rules! provider_event {
    ($(#[$meta:meta])* pub struct $name:ident { $($fields:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($fields)* }
    };
}

provider_event! {
    /// A piece of the answer's text: opens an [`Assistant`](crate::read_model::MessageRole::Assistant) message, or goes on with one.
    pub struct TextDelta {
        /// The message that the piece belongs to.
        pub message_id: MessageId,
        /// The piece, to be put behind what the message holds already.
        pub text: Text,
    }
}

provider_event! {
    /// A piece of the agent's reasoning: opens a [`Reasoning`](crate::read_model::MessageRole::Reasoning) message, or goes on with one.
    pub struct ThinkingDelta {
        /// The message that the piece belongs to.
        pub message_id: MessageId,
        /// The piece, to be put behind what the message holds already.
        pub text: Text,
    }
}

provider_event! {
    /// The agent calls a tool.
    pub struct ToolCallRequest {
        /// The provider's id of the call, new in the turn.
        pub tool_call_id: ToolCallId,
        /// The tool's name.
        pub name: Label,
        /// What the tool is given, in the provider's own form.
        pub input: Text,
    }
}

provider_event! {
    /// A tool call ended.
    pub struct ToolResult {
        /// The call, open and waiting for no approval.
        pub tool_call_id: ToolCallId,
        /// What the tool gave back.
        pub output: Text,
        /// Whether the tool failed.
        pub is_error: bool,
    }
}

provider_event! {
    /// The agent asks the user before it goes on.
    pub struct ApprovalRequest {
        /// The action to approve or reject, new in the turn.
        pub action_id: ActionId,
        /// The open tool call that waits for the answer, where it is about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub tool_call_id: Option<ToolCallId>,
        /// What the user is asked.
        pub description: Text,
    }
}

provider_event! {
    /// The agent is done with the turn.
    pub struct TurnComplete {}
}

provider_event! {
    /// The agent gave up on the turn.
    pub struct ProviderError {
        /// What went wrong.
        pub message: Text,
        /// The provider's own code for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub code: Option<Text>,
    }
}
