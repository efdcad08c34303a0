//! Structs whose errors name the field that they are about.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

use super::tagged::TYPE;

/// Deserialises the fields that stand beside a `type` so that an error in one of them names the field.
///
/// Where the fields were buffered, nothing is known any more of where they stood in the text: the name is then the only place
/// that an error can give.
pub(crate) fn naming_fields<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(NamingFields(deserializer))
}

/// Wraps a deserialiser, or a visitor of a struct.
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
            name: Name::default(),
        })
    }
}

/// The name of a field: a part of the input where that is in memory as it was written, else a copy.
#[derive(Default)]
struct Name<'de> {
    borrowed: Option<&'de str>,
    /// The same for all fields, so that no name needs memory of its own.
    copied: String,
}

impl Name<'_> {
    fn copy(&mut self, name: &str) {
        self.borrowed = None;
        self.copied.clear();
        self.copied.push_str(name);
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.borrowed.unwrap_or(&self.copied))
    }
}

/// The fields of a struct, with the name of the one that was read last.
struct NamedFields<'de, A> {
    fields: A,
    name: Name<'de>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for NamedFields<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let name = &mut self.name;
        self.fields.next_key_seed(Keeping { inner: seed, name })
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        // A format whose errors tell the place in their text, as that of JSON does, takes it from the text again.
        self.fields
            .next_value_seed(seed)
            .map_err(|error| Error::custom(format_args!("in field `{}`: {error}", self.name)))
    }

    fn size_hint(&self) -> Option<usize> {
        self.fields.size_hint()
    }
}

/// Wraps a seed, a deserialiser or a visitor of a field's name: keeps the name.
struct Keeping<'a, 'de, T> {
    inner: T,
    name: &'a mut Name<'de>,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Keeping<'_, 'de, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.inner.deserialize(Keeping {
            inner: deserializer,
            name: self.name,
        })
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Keeping<'_, 'de, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_identifier(Keeping {
            inner: visitor,
            name: self.name,
        })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Keeping<'_, 'de, V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(formatter)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<V::Value, E> {
        refuse_type(name)?;
        self.name.copy(name);
        self.inner.visit_str(name)
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<V::Value, E> {
        refuse_type(name)?;
        self.name.borrowed = Some(name);
        self.inner.visit_borrowed_str(name)
    }
}

/// Refuses a second type: the first was taken out.
fn refuse_type<E: Error>(name: &str) -> Result<(), E> {
    if name == TYPE {
        return Err(E::duplicate_field(TYPE));
    }
    Ok(())
}
