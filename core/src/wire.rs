//! The wire form's machinery: enums that are tagged by `"type"`, and errors that name the field they are about.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

/// Defines an enum of structs, each under its wire `type`: one list makes the variants, the wire names, `kind()`,
/// `KINDS` and the conversions.
macro_rules! tagged_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $kind:literal => $variant:ident($payload:ident), )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        #[serde(tag = "type")]
        pub enum $name {
            $(
                $(#[$variant_meta])*
                #[serde(rename = $kind, deserialize_with = "crate::wire::naming_fields")]
                $variant($payload),
            )+
        }

        impl $name {
            /// Every [`kind`](Self::kind), in the order of the variants.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];

            /// The wire `type`, for a store's column, logs and metrics.
            #[must_use]
            pub const fn kind(&self) -> &'static str {
                match self {
                    $( Self::$variant(_) => $kind, )+
                }
            }
        }

        $(
            impl From<$payload> for $name {
                fn from(payload: $payload) -> Self {
                    Self::$variant(payload)
                }
            }
        )+
    };
}

pub(crate) use tagged_enum;

/// Deserialises a struct so that an error in one of its fields names the field.
///
/// Serde buffers what stands behind a `type` tag, and with it forgets where in the text it stood: the name of the
/// field is then the only place that an error can give.
pub(crate) fn naming_fields<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(NamingFields(deserializer))
}

/// Deserialises a time so that an error tells which form was expected, not only where the given one ceased to fit.
pub(crate) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    DateTime::deserialize(deserializer)
        .map_err(|error| Error::custom(format_args!("no RFC 3339 time with an offset: {error}")))
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
