//! Stored events as `serde` derives them, with errors that name the field: every event is buffered, and every field's
//! name is a string of its own. What the crate's own way of reading is measured against.

use std::fmt;

use chrono::{DateTime, Utc};
use orchestration::events::{
    ApprovalRequested, BranchCreated, BranchPushed, ChangesCommitted, CheckpointCreated, CheckpointRestored,
    MessageAppended, MessageChunkReceived, PendingActionApproved, PendingActionRejected, ProjectCreated,
    ProjectDeleted, ProjectRenamed, ThreadCreated, ThreadDeleted, ThreadSelected, ThreadStatusChanged, ToolCallEnded,
    ToolCallStarted, TurnCompleted, TurnFailed, TurnInterrupted, TurnStarted,
};
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read to be measured")]
pub struct StoredEvent {
    sequence: u64,
    event: Event,
    stored_at: DateTime<Utc>,
}

macro_rules! derived {
    ($($kind:literal => $variant:ident,)+) => {
        #[derive(Deserialize)]
        #[serde(tag = "type")]
        #[expect(dead_code, reason = "only read to be measured")]
        enum Event {
            $( #[serde(rename = $kind, deserialize_with = "naming_fields")] $variant($variant), )+
        }
    };
}

derived! {
    "project_created" => ProjectCreated,
    "project_renamed" => ProjectRenamed,
    "project_deleted" => ProjectDeleted,
    "thread_created" => ThreadCreated,
    "thread_selected" => ThreadSelected,
    "thread_deleted" => ThreadDeleted,
    "thread_status_changed" => ThreadStatusChanged,
    "turn_started" => TurnStarted,
    "turn_interrupted" => TurnInterrupted,
    "turn_completed" => TurnCompleted,
    "turn_failed" => TurnFailed,
    "message_appended" => MessageAppended,
    "message_chunk_received" => MessageChunkReceived,
    "tool_call_started" => ToolCallStarted,
    "tool_call_ended" => ToolCallEnded,
    "approval_requested" => ApprovalRequested,
    "pending_action_approved" => PendingActionApproved,
    "pending_action_rejected" => PendingActionRejected,
    "checkpoint_created" => CheckpointCreated,
    "checkpoint_restored" => CheckpointRestored,
    "branch_created" => BranchCreated,
    "changes_committed" => ChangesCommitted,
    "branch_pushed" => BranchPushed,
}

fn naming_fields<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(NamingFields(deserializer))
}

/// Wraps a deserialiser, a visitor of a struct, or access to its fields.
struct NamingFields<T>(T);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for NamingFields<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(NamingFields(visitor))
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for NamingFields<V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(formatter)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(NamedFields {
            fields,
            name: String::new(),
        })
    }
}

/// The fields of a struct, with the name of the one that was read last.
struct NamedFields<A> {
    fields: A,
    name: String,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for NamedFields<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.fields.next_key::<String>()? {
            None => Ok(None),
            Some(name) => {
                self.name = name;
                seed.deserialize(self.name.as_str().into_deserializer()).map(Some)
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.fields
            .next_value_seed(seed)
            .map_err(|error| Error::custom(format_args!("in field `{}`: {error}", self.name)))
    }

    fn size_hint(&self) -> Option<usize> {
        self.fields.size_hint()
    }
}
