//! String values, and the macro that all of them are made with.

use std::sync::Arc;

use super::error::check_length;
use super::{ValueError, ValueRule};

/// Defines a string value: `$parse` turns the given text into the text to keep, or into the rule that it broke.
macro_rules! string_value {
    ($(#[$meta:meta])* $name:ident, $parse:expr, arbitrary $arbitrary:expr) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// Parses the text.
            ///
            /// # Errors
            ///
            /// A [`ValueError`](crate::values::ValueError) that names the rule which the text breaks.
            pub fn parse(given: impl AsRef<str>) -> Result<Self, $crate::values::ValueError> {
                let given = given.as_ref();
                let parse: fn(&str) -> Result<std::sync::Arc<str>, $crate::values::ValueRule> = $parse;
                parse(given)
                    .map(Self)
                    .map_err(|rule| $crate::values::ValueError::new(stringify!($name), given, rule))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::values::ValueError;

            fn from_str(given: &str) -> Result<Self, Self::Err> {
                Self::parse(given)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::values::ValueError;

            fn try_from(given: &str) -> Result<Self, Self::Error> {
                Self::parse(given)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::values::ValueError;

            fn try_from(given: String) -> Result<Self, Self::Error> {
                Self::parse(given)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::values::strings::deserialize_parsed(deserializer, stringify!($name), |given| {
                    Self::parse(given)
                })
            }
        }

        #[cfg(feature = "arbitrary")]
        impl<'a> arbitrary::Arbitrary<'a> for $name {
            fn arbitrary(source: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
                let make: fn(&str) -> std::sync::Arc<str> = $arbitrary;
                Ok(Self(make(<&str>::arbitrary(source)?)))
            }

            fn size_hint(depth: usize) -> (usize, Option<usize>) {
                <&str as arbitrary::Arbitrary>::size_hint(depth)
            }
        }

        $crate::values::strings::string_traits!($name);
    };
}

/// What every type over a shared string has, whatever its rule.
macro_rules! string_traits {
    ($name:ident) => {
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&*self.0, formatter)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, concat!(stringify!($name), "({:?})"), &*self.0)
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                &*self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                &*self.0 == *other
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

pub(crate) use {string_traits, string_value};

/// Deserialises a string through a parser, without an intermediate `String`.
pub(crate) fn deserialize_parsed<'de, D: serde::Deserializer<'de>, T>(
    deserializer: D,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Result<T, ValueError>,
) -> Result<T, D::Error> {
    struct Visitor<P> {
        expected: &'static str,
        parse: P,
    }

    impl<T, P: FnOnce(&str) -> Result<T, ValueError>> serde::de::Visitor<'_> for Visitor<P> {
        type Value = T;

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(formatter, "a string ({})", self.expected)
        }

        fn visit_str<E: serde::de::Error>(self, given: &str) -> Result<T, E> {
            (self.parse)(given).map_err(E::custom)
        }
    }

    deserializer.deserialize_str(Visitor { expected, parse })
}

string_value! {
    /// A prompt, commit message or description: holds something other than white space, and is kept as given.
    NonBlank,
    |given| {
        check_not_blank(given)?;
        Ok(Arc::from(given))
    },
    arbitrary |given| if given.trim().is_empty() { Arc::from("name") } else { Arc::from(given) }
}

/// Refuses a text of nothing but white space.
pub(super) fn check_not_blank(given: &str) -> Result<(), ValueRule> {
    if given.trim().is_empty() {
        return Err(ValueRule::Blank);
    }
    Ok(())
}

/// The greatest length of a [`Label`], in bytes.
const LABEL_LIMIT: usize = 1024;

string_value! {
    /// What something is called: the name of a project or a tool, the title of a thread, its provider and its model.
    ///
    /// A label is shown in lists, window titles and terminals, so it is short and on one line: something other than
    /// white space, no control characters (of Unicode's category Cc, which ESC, line breaks and U+0085 are), at most 1024
    /// bytes. It is kept as given, white space at its ends too.
    Label,
    parse_label,
    arbitrary |given| match parse_label(given) {
        Ok(label) => label,
        Err(_) => Arc::from("label"),
    }
}

fn parse_label(given: &str) -> Result<Arc<str>, ValueRule> {
    check_not_blank(given)?;
    check_length(given, LABEL_LIMIT)?;
    if let Some(character) = given.chars().find(|character| character.is_control()) {
        return Err(ValueRule::ControlCharacter(character));
    }
    Ok(Arc::from(given))
}

/// The greatest length of a [`ToolCallId`], in bytes: those of OpenAI, as agents join them, come to 450 and more.
const TOOL_CALL_ID_LIMIT: usize = 1024;

string_value! {
    /// A provider's own id of a tool call, unique in its turn: 1 to 1024 bytes.
    ToolCallId,
    |given| {
        if given.is_empty() {
            return Err(ValueRule::Empty);
        }
        check_length(given, TOOL_CALL_ID_LIMIT)?;
        Ok(Arc::from(given))
    },
    // A small set of ids, so that arbitrary events meet the calls of arbitrary models.
    arbitrary |given| match given.as_bytes().first() {
        None => Arc::from("call-0"),
        Some(byte) => Arc::from(format!("call-{}", byte % 4)),
    }
}

/// Text as it came, the empty string included: what agents say, what tools take and give, reasons, causes.
///
/// A clone shares the text, so a command's text reaches its event and the read model without a copy.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<str>);

string_traits!(Text);

impl Text {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Arc::from(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Arc::from(text))
    }
}

impl From<&NonBlank> for Text {
    fn from(text: &NonBlank) -> Self {
        Self(Arc::clone(&text.0))
    }
}

impl<'de> serde::Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_parsed(deserializer, "Text", |given| Ok(Self::from(given)))
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Text {
    fn arbitrary(source: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        <&str>::arbitrary(source).map(Self::from)
    }

    fn size_hint(depth: usize) -> (usize, Option<usize>) {
        <&str as arbitrary::Arbitrary>::size_hint(depth)
    }
}
