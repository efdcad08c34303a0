//! The text of a message, kept as the pieces that it came in.

use std::fmt;
use std::hash::{Hash, Hasher};

use rpds::VectorSync;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::Text;

/// The text of a message: the concatenation of the pieces that were streamed into it.
///
/// It keeps the pieces, shared with the events that brought them, so that taking one in copies no text, however long
/// the message is and however many snapshots of the model are held. Equality, hash and wire form are those of the
/// whole text: where the pieces were cut does not matter.
///
/// `to_string()` gives the whole text, [`pieces`](Self::pieces) the parts of it without a copy.
#[derive(Clone, Default)]
pub struct MessageText {
    pieces: VectorSync<Text>,
    length: usize,
}

impl MessageText {
    /// The pieces, in order; none of them is empty.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().map(Text::as_str)
    }

    /// The length of the whole text, in bytes of UTF-8.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether the text is the empty string.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Puts a piece behind what is there.
    pub(crate) fn push(&mut self, piece: &Text) {
        if !piece.as_str().is_empty() {
            self.length = self.length.saturating_add(piece.as_str().len());
            self.pieces.push_back_mut(piece.clone());
        }
    }

    fn bytes(&self) -> impl Iterator<Item = u8> {
        self.pieces().flat_map(str::bytes)
    }
}

impl From<Text> for MessageText {
    fn from(text: Text) -> Self {
        let mut whole = Self::default();
        whole.push(&text);
        whole
    }
}

impl PartialEq for MessageText {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && (self.pieces == other.pieces || self.bytes().eq(other.bytes()))
    }
}

impl Eq for MessageText {}

impl PartialEq<str> for MessageText {
    fn eq(&self, other: &str) -> bool {
        self.length == other.len() && self.bytes().eq(other.bytes())
    }
}

impl PartialEq<&str> for MessageText {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl Hash for MessageText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Byte by byte: a hasher may tell `write(b"ab")` from `write(b"a")` and `write(b"b")`, and the cuts must not count.
        self.bytes().for_each(|byte| state.write_u8(byte));
        state.write_usize(self.length);
    }
}

impl fmt::Display for MessageText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces().try_for_each(|piece| formatter.write_str(piece))
    }
}

impl fmt::Debug for MessageText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MessageText({:?})", self.to_string())
    }
}

impl Serialize for MessageText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MessageText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for MessageText {
    fn arbitrary(source: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Text::arbitrary(source).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use std::hash::DefaultHasher;

    use super::*;

    fn text(pieces: &[&str]) -> MessageText {
        let mut text = MessageText::default();
        for piece in pieces {
            text.push(&Text::from(*piece));
        }
        text
    }

    fn hash(text: &MessageText) -> u64 {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        hasher.finish()
    }

    #[test]
    fn texts_are_equal_wherever_their_pieces_were_cut() {
        for (left, right) in [
            (&["ab", "c"][..], &["a", "bc"][..]),
            (&["ü"], &["", "ü", ""]),
            (&[], &[""]),
        ] {
            assert_eq!(text(left), text(right));
            assert_eq!(hash(&text(left)), hash(&text(right)));
        }
    }

    #[test]
    fn texts_that_differ_are_not_equal() {
        for (left, right) in [("abc", "abd"), ("abc", "ab"), ("", "a")] {
            assert_ne!(text(&[left]), text(&[right]));
            assert_ne!(text(&[left]), *right);
        }
    }

    #[test]
    fn a_text_is_the_concatenation_of_its_pieces() {
        let whole = text(&["Hel", "", "lo"]);
        assert_eq!(whole.to_string(), "Hello");
        assert_eq!(whole, "Hello");
        assert_eq!(whole.len(), 5);
        assert!(!whole.is_empty());
        assert_eq!(whole.pieces().collect::<Vec<_>>(), ["Hel", "lo"]);
    }
}
