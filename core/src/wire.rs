//! The wire form's machinery: enums that are tagged by `"type"`, and errors that name the field they are about.

mod fields;
mod tagged;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

pub(crate) use fields::naming_fields;
pub(crate) use tagged::{Tagged, deserialize_tagged};

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
        #[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        #[serde(tag = "type")]
        pub enum $name {
            $(
                $(#[$variant_meta])*
                #[serde(rename = $kind)]
                $variant($payload),
            )+
        }

        const _: () = {
            #[derive(serde::Deserialize)]
            #[serde(variant_identifier)]
            pub enum Tag {
                $( #[serde(rename = $kind)] $variant, )+
            }

            #[derive(serde::Deserialize)]
            #[serde(tag = "type")]
            enum Buffered {
                $( #[serde(rename = $kind, deserialize_with = "crate::wire::naming_fields")] $variant($payload), )+
            }

            impl<'de> $crate::wire::Tagged<'de> for $name {
                type Tag = Tag;

                const EXPECTING: &'static str = concat!("internally tagged enum ", stringify!($name));

                fn of_tag<D: serde::Deserializer<'de>>(tag: Tag, fields: D) -> Result<Self, D::Error> {
                    match tag {
                        $( Tag::$variant => $crate::wire::naming_fields(fields).map(Self::$variant), )+
                    }
                }

                fn buffered<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    serde::Deserialize::deserialize(deserializer).map(|buffered| match buffered {
                        $( Buffered::$variant(payload) => Self::$variant(payload), )+
                    })
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    $crate::wire::deserialize_tagged(deserializer)
                }
            }
        };

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

/// Deserialises a time so that an error tells which form was expected, not only where the given one ceased to fit.
pub(crate) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    DateTime::deserialize(deserializer)
        .map_err(|error| Error::custom(format_args!("no RFC 3339 time with an offset: {error}")))
}
