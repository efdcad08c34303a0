//! The names and sentences of the invariants.

use std::fmt;

use serde::Serialize;

/// What kind of thing an invariant speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// One model, after every event.
    State,
    /// One command, from before it to after it.
    Step,
    /// Whole runs.
    Law,
    /// The whole graph of reachable states.
    Progress,
    /// The second opinion.
    Reference,
}

/// An enumeration whose every member has a short name and says in a sentence what is always true, and the error of a name that
/// none has.
macro_rules! catalogue {
    (
        $(#[$meta:meta])* $enum:ident, $(#[$unknown_meta:meta])* $unknown:ident:
        $( $name:ident $sentence:literal, )+
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub enum $enum {
            $(
                #[doc = $sentence]
                $name,
            )+
        }

        impl $enum {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The short name: a letter and a number.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$name => stringify!($name), )+
                }
            }

            /// What is always true.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self {
                    $( Self::$name => $sentence, )+
                }
            }
        }

        impl std::fmt::Display for $enum {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.name())
            }
        }

        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        $(#[$unknown_meta])*
        pub struct $unknown {
            /// The name.
            pub name: String,
        }

        impl std::str::FromStr for $enum {
            type Err = $unknown;

            fn from_str(name: &str) -> Result<Self, $unknown> {
                let known = Self::ALL.iter().find(|known| known.name() == name);
                known.copied().ok_or_else(|| $unknown { name: name.to_owned() })
            }
        }
    };
}

pub(crate) use catalogue;

macro_rules! invariants {
    ($( $name:ident $family:ident $sentence:literal, )+) => {
        catalogue! {
            /// Something that is always true of a correct core.
            Invariant,
            /// No invariant has this name.
            #[error("there is no invariant {name}: expected one of {}", Invariant::ALL.iter().map(|known| known.name()).collect::<Vec<_>>().join(", "))]
            UnknownInvariant:
            $( $name $sentence, )+
        }

        impl Invariant {
            /// What kind of thing it speaks of.
            #[must_use]
            pub const fn family(self) -> Family {
                match self {
                    $( Self::$name => Family::$family, )+
                }
            }
        }
    };
}

invariants! {
    S1 State "every thread's project exists, the selected thread exists, and every key equals its value's id",
    S2 State "no two projects share a path",
    S3 State "a thread has at most one active turn, and it is its last",
    S4 State "a thread is idle exactly when it has no active turn, awaits approval exactly when an approval is pending in its active turn, and runs exactly when it has an active turn with none pending",
    S5 State "an ended turn has no open tool call, no pending approval, and a time at which it ended; an active one has no such time",
    S6 State "a thread's branch is one of its project's, made by that thread; no more commits are pushed than there are",
    S7 State "the turn counts of a thread's checkpoints never fall along the list and never exceed the number of its ended turns",
    S8 State "a turn's first entry is the user's prompt, and its only message of the user; ids are unique: turns and checkpoints in the thread, entries of a kind in the turn",
    S9 State "an approval that names a tool call stands behind it in its turn",
    S10 State "a tool call has an output exactly when it ended by a result: it succeeded or failed",
    S11 State "nothing in an active turn is cancelled; a pending approval's tool call is open; in an ended turn a cancelled approval's tool call is cancelled",
    T1 Step "a refused command causes no event and leaves the model as it was; an accepted one causes at least one event",
    T2 Step "an ended turn never changes again; it only goes, whole, by restore or delete",
    T3 Step "a message's text is the concatenation of the pieces accepted for it, in order",
    T4 Step "only the named thread changes, and with a branch command its project's branches; deleting a project changes only that project and its threads",
    T5 Step "a status moves only from idle to running, between running and awaiting approval, and from either to idle; `ThreadStatusChanged` is emitted exactly then, with the true statuses",
    T6 Step "no tool call ends with a result while an approval of it is pending; an approval is decided once, and no decision is ever overwritten",
    T7 Step "restoring keeps exactly the turns, by identity and unchanged, that stood when the checkpoint was made",
    T8 Step "every field of an accepted command is found in the model afterwards, until a later command overwrites it; `created_at`, `started_at` and `at` of what it makes, `ended_at` of what it ends and `updated_at` of what it touches are its time, whatever times came before",
    A1 Law "decide and project are deterministic",
    A2 Law "replaying the log gives the live model, and so does any snapshot with the rest of the log",
    A3 Law "every command, event, error and model survives JSON, to an equal value",
    A4 Law "renaming ids consistently commutes with decide and project, but for orderings by id",
    A5 Law "commands on different threads commute: either order gives equal models, save `SelectThread`, and `CreateBranch` of one name in one project",
    A6 Law "the projector takes any event on any model without panic, S1 and S2 still hold, and an event about what is not there changes nothing",
    A7 Law "two models are equal exactly when all that can be read of them is equal; equal ones hash alike, a clone never changes when the original does, and accessors of one fact agree",
    A8 Law "deciding a command, projecting and replaying its events, cloning the model and looking up what is named take no more than logarithmically in how much there is of anything, for each thing that is removed or settled, and copy no text",
    A9 Law "what is in turns that have ended decides nothing: where such a turn is known only by how it ended and by how many entries it has of each kind, every decision is the same, and so is what becomes of the model",
    L1 Progress "from every reachable state every active thread gets back to idle by one `InterruptTurn`, and interrupting all active turns leaves all threads idle",
    L2 Progress "from every reachable state the empty model can be reached: no state is a dead end",
    L3 Progress "every command is accepted somewhere, every event is emitted, every kind of event changes the model somewhere, every error is returned: no rule is dead",
    R1 Reference "the core and the reference machine agree on every outcome and on every state, to the last field of every event, error and value",
    R2 Reference "the core says of a model that it is legal, or names the rule that is broken first, just as the harness does; and what is read is legal",
    R3 Reference "a text is taken for a value, and kept, or is refused for a rule that it breaks, just as a second reading of the rules has it",
}

/// An invariant that did not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Which one.
    pub invariant: Invariant,
    /// What was found instead, naming the things involved.
    pub message: String,
}

impl Violation {
    /// A violation of this invariant.
    pub fn new(invariant: Invariant, message: impl Into<String>) -> Self {
        Self {
            invariant,
            message: message.into(),
        }
    }
}

impl Violation {
    /// Of several violations found at once, the most telling: one that says what is wrong, rather than one that only says
    /// that the reference machine disagrees.
    #[must_use]
    pub(crate) fn most_telling(violations: impl IntoIterator<Item = Self>) -> Option<Self> {
        violations.into_iter().min_by_key(|violation| violation.invariant)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.invariant, self.message)
    }
}
