//! Ids over UUIDs, a type for each kind of thing.

use core::cmp::Ordering;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use super::strings::deserialize_parsed;
use super::{ValueError, ValueRule};

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        ///
        /// Any UUID will do; the caller draws it, the core never does. Ordered as its bytes are.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id with these bits.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bits of the id.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                // As numbers: the same order, in two instructions and not in a call that compares bytes.
                self.0.as_u128().cmp(&other.0.as_u128())
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = ValueError;

            fn from_str(given: &str) -> Result<Self, ValueError> {
                Uuid::parse_str(given).map(Self).map_err(|error| {
                    let reason = error.to_string();
                    ValueError::new(stringify!($name), given, ValueRule::NotAUuid { reason })
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.as_hyphenated(), formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self.0.as_hyphenated())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if !deserializer.is_human_readable() {
                    return Uuid::deserialize(deserializer).map(Self);
                }
                deserialize_parsed(deserializer, stringify!($name), str::parse)
            }
        }

        #[cfg(feature = "arbitrary")]
        impl<'a> arbitrary::Arbitrary<'a> for $name {
            fn arbitrary(source: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
                crate::arbitrary_values::uuid(source).map(Self)
            }

            fn size_hint(_depth: usize) -> (usize, Option<usize>) {
                crate::arbitrary_values::UUID_SIZE_HINT
            }
        }
    };
}

id! {
    /// Names a project.
    ProjectId
}
id! {
    /// Names a thread, uniquely in the whole model.
    ThreadId
}
id! {
    /// Names a turn, uniquely in its thread.
    TurnId
}
id! {
    /// Names a message, uniquely in its turn.
    MessageId
}
id! {
    /// Names an action that waits for the user's approval, uniquely in its turn.
    ActionId
}
id! {
    /// Names a checkpoint, uniquely in its thread.
    CheckpointId
}
