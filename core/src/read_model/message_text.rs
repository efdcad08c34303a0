//! The text of a message, kept as the pieces that it came in.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::persistent::visit;
use crate::values::Text;

/// The text of a message: the concatenation of the pieces that were streamed into it.
///
/// It keeps the pieces, shared with the events that brought them, so that taking one in copies no text and takes constant
/// time, however long the message is and however many snapshots of the model are held. Equality, hash and wire form are
/// those of the whole text: where the pieces were cut does not matter.
///
/// `to_string()` gives the whole text, [`pieces`](Self::pieces) the parts of it without a copy.
#[derive(Clone, Default)]
pub struct MessageText {
    last: Option<Arc<Piece>>,
    length: usize,
}

/// A piece, and those that came before it.
struct Piece {
    text: Text,
    before: Option<Arc<Piece>>,
}

impl MessageText {
    /// The pieces, in order; none of them is empty. Takes time linear in their number, before the first of them too.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        let mut pieces: Vec<&str> = self.backwards().map(|piece| piece.text.as_str()).collect();
        pieces.reverse();
        pieces.into_iter()
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
            let before = self.last.take();
            let text = piece.clone();
            self.last = Some(Arc::new(Piece { text, before }));
        }
    }

    /// Whether the texts are one: by the address of the last piece, which holds those before it.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        match (&self.last, &other.last) {
            (None, None) => true,
            (Some(own), Some(others)) => Arc::ptr_eq(own, others),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }

    /// The pieces, the last one first.
    fn backwards(&self) -> impl Iterator<Item = &Piece> {
        chain(self.last.as_ref())
    }
}

impl Drop for Piece {
    /// One after the other: a chain that is as long as a message has pieces would overflow the stack.
    fn drop(&mut self) {
        let mut before = self.before.take();
        while let Some(mut piece) = before.and_then(Arc::into_inner) {
            before = piece.before.take();
        }
    }
}

/// A piece and those before it.
fn chain(last: Option<&Arc<Piece>>) -> impl Iterator<Item = &Piece> {
    let pieces = std::iter::successors(last, |piece| piece.before.as_ref());
    pieces.map(Arc::as_ref).inspect(|_| visit())
}

/// The bytes of the pieces, the last one first.
fn bytes_backwards<'a>(pieces: impl Iterator<Item = &'a Piece>) -> impl Iterator<Item = u8> {
    pieces.flat_map(|piece| piece.text.as_str().bytes().rev())
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
        if self.length != other.length {
            return false;
        }
        let (mut own, mut others) = (self.last.as_ref(), other.last.as_ref());
        // As far as they were cut alike, or are one.
        while let (Some(left), Some(right)) = (own, others) {
            visit();
            if Arc::ptr_eq(left, right) {
                return true;
            }
            if left.text != right.text {
                break;
            }
            (own, others) = (left.before.as_ref(), right.before.as_ref());
        }
        bytes_backwards(chain(own)).eq(bytes_backwards(chain(others)))
    }
}

impl Eq for MessageText {}

impl PartialEq<str> for MessageText {
    fn eq(&self, other: &str) -> bool {
        self.length == other.len() && bytes_backwards(self.backwards()).eq(other.bytes().rev())
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
        bytes_backwards(self.backwards()).for_each(|byte| state.write_u8(byte));
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
            (&["abc", "d", "e"], &["ab", "cd", "e"]),
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
        assert_ne!(text(&["abc", "d"]), text(&["ab", "xd"]));
    }

    #[test]
    fn a_text_goes_on_beside_what_it_was_before() {
        let mut whole = text(&["Hel", "lo"]);
        let before = whole.clone();
        whole.push(&Text::from("!"));
        assert_eq!((before, whole), (text(&["Hello"]), text(&["Hello", "!"])));
    }

    #[test]
    fn a_text_of_a_million_pieces_is_compared_and_dropped_without_overflowing_the_stack() {
        let mut whole = MessageText::default();
        (0..1_000_000).for_each(|_| whole.push(&Text::from("a")));
        let shared = whole.clone();
        let other = MessageText::from(Text::from("a".repeat(1_000_000)));
        assert_eq!(whole, other);
        assert_eq!(whole, shared);
        drop(whole);
        drop(shared);
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
