//! Enums of structs that are tagged by `"type"`.
//!
//! Where the type stands first, as it is written, the fields behind it are read straight into their struct, and an error
//! tells where in the text it is. Where it stands elsewhere, all fields are buffered until it is known, as `serde` does.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::{BorrowedStrDeserializer, CowStrDeserializer, MapAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

/// The field that holds the tag.
pub(super) const TYPE: &str = "type";

/// An enum of structs, each under its wire `type`.
pub(crate) trait Tagged<'de>: Sized {
    /// The wire types.
    type Tag: Deserialize<'de>;

    /// What an error says that was expected.
    const EXPECTING: &'static str;

    /// Reads the variant of this type from the fields that stand behind it.
    fn of_tag<D: Deserializer<'de>>(tag: Self::Tag, fields: D) -> Result<Self, D::Error>;

    /// Reads an object whose type stands anywhere.
    fn buffered<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Deserialises a tagged enum.
pub(crate) fn deserialize_tagged<'de, D: Deserializer<'de>, T: Tagged<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(TaggedVisitor(PhantomData))
}

struct TaggedVisitor<T>(PhantomData<T>);

impl<'de, T: Tagged<'de>> Visitor<'de> for TaggedVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::EXPECTING)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<T, A::Error> {
        match fields.next_key_seed(FirstKey)? {
            None => Err(Error::missing_field(TYPE)),
            Some(first) if first == TYPE => T::of_tag(fields.next_value()?, MapAccessDeserializer::new(fields)),
            Some(first) => T::buffered(MapAccessDeserializer::new(WithFirst {
                first: Some(first),
                fields,
            })),
        }
    }
}

/// Reads the name of an object's first field.
struct FirstKey;

impl<'de> DeserializeSeed<'de> for FirstKey {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de> Visitor<'de> for FirstKey {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        // The name that is looked for is not to be allocated.
        Ok(if name == TYPE {
            Cow::Borrowed(TYPE)
        } else {
            Cow::Owned(name.to_owned())
        })
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }
}

/// The fields of an object whose first name was read already.
struct WithFirst<'de, A> {
    first: Option<Cow<'de, str>>,
    fields: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for WithFirst<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            None => self.fields.next_key_seed(seed),
            Some(Cow::Borrowed(name)) => seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some),
            Some(name) => seed.deserialize(CowStrDeserializer::new(name)).map(Some),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.fields.next_value_seed(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        let rest = self.fields.size_hint()?;
        rest.checked_add(usize::from(self.first.is_some()))
    }
}
