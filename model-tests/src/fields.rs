//! The fields of the wire form: what each holds, whatever carries it.
//!
//! A field of one name holds the same in commands, provider events, events and errors. What renames ids, shrinks commands or
//! looks for one command in another reads this table; the test `fields` holds it against all that the core writes. An id that
//! is missing here would never be renamed, and A4 would not notice.

/// A field of commands, provider events, events and errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether there are kinds in which it may be absent.
    pub is_optional: bool,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holds {
    /// The kind of what carries it.
    Kind,
    /// An id.
    Id(Id),
    /// An id, or a word that is not an id: errors use one field for whatever they expected.
    IdOrWord(Id),
    /// A name which no two things of a kind may share, and the simplest there is.
    Name(&'static str),
    /// A text that no rule looks at, and the simplest there is.
    Text(&'static str),
    /// One of a few words, or a flag.
    Choice,
    /// A number.
    Count,
    /// A time, and the simplest there is.
    Time(&'static str),
    /// Fields of its own.
    Fields,
}

/// A kind of id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Id {
    /// A project's.
    Project,
    /// A thread's.
    Thread,
    /// A turn's.
    Turn,
    /// A message's.
    Message,
    /// That of an action that awaits an approval.
    Action,
    /// A checkpoint's.
    Checkpoint,
    /// That of a tool call, which an agent gives and which may be any text.
    ToolCall,
}

/// Every field. Those that tell where a command acts come first: `generate::encode` looks for them in this order.
pub const FIELDS: &[Field] = &[
    always("type", Holds::Kind),
    always("project_id", Holds::Id(Id::Project)),
    always("thread_id", Holds::Id(Id::Thread)),
    always("turn_id", Holds::Id(Id::Turn)),
    always("message_id", Holds::Id(Id::Message)),
    always("action_id", Holds::Id(Id::Action)),
    always("checkpoint_id", Holds::Id(Id::Checkpoint)),
    optional("tool_call_id", Holds::Id(Id::ToolCall)),
    always("expected", Holds::IdOrWord(Id::Turn)),
    always("found", Holds::IdOrWord(Id::Turn)),
    always("path", Holds::Name("/a")),
    always("branch", Holds::Name("a")),
    optional("model", Holds::Text("a")),
    always("runtime_mode", Holds::Choice),
    optional("reason", Holds::Text("")),
    optional("code", Holds::Text("")),
    optional("description", Holds::Text("a")),
    always("is_error", Holds::Choice),
    always("name", Holds::Text("a")),
    always("title", Holds::Text("a")),
    always("provider", Holds::Text("a")),
    always("prompt", Holds::Text("a")),
    always("message", Holds::Text("a")),
    always("git_ref", Holds::Text("a")),
    always("text", Holds::Text("a")),
    always("input", Holds::Text("")),
    always("output", Holds::Text("")),
    always("role", Holds::Choice),
    always("status", Holds::Choice),
    always("from", Holds::Choice),
    always("to", Holds::Choice),
    always("turn_count", Holds::Count),
    always("event", Holds::Fields),
    always("at", Holds::Time("2026-01-01T00:00:00Z")),
];

/// The words that a [choice](Holds::Choice) may be, in commands, events, errors and models.
pub const CHOICES: &[&str] = &[
    "idle",
    "running",
    "awaiting_approval",
    "full_access",
    "supervised",
    "user",
    "assistant",
    "reasoning",
    "open",
    "succeeded",
    "failed",
    "cancelled",
    "completed",
    "interrupted",
    "pending",
    "approved",
];

const fn always(name: &'static str, holds: Holds) -> Field {
    Field {
        name,
        holds,
        is_optional: false,
    }
}

const fn optional(name: &'static str, holds: Holds) -> Field {
    Field {
        is_optional: true,
        ..always(name, holds)
    }
}

impl Field {
    /// The field of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| field.name == name)
    }

    /// The simplest text that it may hold, if it holds one.
    #[must_use]
    pub const fn simplest(&self) -> Option<&'static str> {
        match self.holds {
            Holds::Name(simplest) | Holds::Text(simplest) | Holds::Time(simplest) => Some(simplest),
            Holds::Kind | Holds::Id(_) | Holds::IdOrWord(_) | Holds::Choice | Holds::Count | Holds::Fields => None,
        }
    }

    /// The kind of id that it holds when its value is this text, if that is one.
    #[must_use]
    pub(crate) fn id_in(&self, text: &str) -> Option<Id> {
        match self.holds {
            Holds::Id(id) => Some(id),
            Holds::IdOrWord(id) => uuid::Uuid::try_parse(text).is_ok().then_some(id),
            Holds::Kind
            | Holds::Name(_)
            | Holds::Text(_)
            | Holds::Choice
            | Holds::Count
            | Holds::Time(_)
            | Holds::Fields => None,
        }
    }
}
