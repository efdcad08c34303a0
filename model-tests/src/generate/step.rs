//! A step, and how it is written in four bytes.

use arbitrary::{Arbitrary, Unstructured};

use super::bytes;
use crate::kind::Kind;

/// An abstract command: what to do, roughly where, roughly to what, and in which variation.
///
/// It names no ids. A [`Resolver`](super::Resolver) turns it into a concrete command against the model that it meets,
/// so that every step can run in every state: whatever is taken out of a run, the rest still runs.
///
/// The smaller a byte, the simpler what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step {
    /// What to do.
    pub kind: Kind,
    /// In which project, or in which thread and turn. Seven in eight are places that exist.
    pub place: u8,
    /// To what in there: a message, tool call, approval, checkpoint or branch, and for what is to be made, whether its
    /// id is new. Seven in eight are what an engine in good order would send.
    pub target: u8,
    /// With which texts, and which optional fields. With the number of the command in its run it also says what the clock has
    /// done: whether it ticks, stands, jumps ahead or was set back.
    pub variation: u8,
}

impl Step {
    /// How many bytes a step takes.
    pub const SIZE: usize = 4;

    /// The step that four bytes stand for: any four stand for one, and a change of one changes one thing about it.
    #[must_use]
    pub const fn from_bytes([kind, place, target, variation]: [u8; Self::SIZE]) -> Self {
        Self {
            kind: bytes::kind_of(kind),
            place,
            target,
            variation,
        }
    }

    /// Four bytes that stand for the step.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; Self::SIZE] {
        [bytes::byte_of(self.kind), self.place, self.target, self.variation]
    }
}

impl<'a> Arbitrary<'a> for Step {
    fn arbitrary(source: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        <[u8; Self::SIZE]>::arbitrary(source).map(Self::from_bytes)
    }

    fn size_hint(_depth: usize) -> (usize, Option<usize>) {
        (Self::SIZE, Some(Self::SIZE))
    }
}

/// The steps of one run, in order.
///
/// As bytes they are one step after the other and nothing else, so that a fuzzer which inserts, drops or copies bytes
/// inserts, drops or copies steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Steps(pub Vec<Step>);

impl Steps {
    /// The steps that the bytes stand for; what is left over behind the last whole step is ignored.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (whole, _rest) = bytes.as_chunks::<{ Step::SIZE }>();
        Self(whole.iter().copied().map(Step::from_bytes).collect())
    }

    /// Bytes that stand for the steps.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|step| step.to_bytes()).collect()
    }
}

impl FromIterator<Step> for Steps {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl IntoIterator for Steps {
    type Item = Step;
    type IntoIter = std::vec::IntoIter<Step>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> Arbitrary<'a> for Steps {
    fn arbitrary(source: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        source.bytes(source.len()).map(Self::from_bytes)
    }

    fn arbitrary_take_rest(source: Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(Self::from_bytes(source.take_rest()))
    }

    fn size_hint(_depth: usize) -> (usize, Option<usize>) {
        (0, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_four_bytes_are_a_step_that_survives_its_bytes() {
        for byte in 0..=u8::MAX {
            let step = Step::from_bytes([byte, 255 - byte, byte.rotate_left(3), byte / 2]);
            assert_eq!(Step::from_bytes(step.to_bytes()), step);
        }
    }

    #[test]
    fn arbitrary_steps_are_the_raw_bytes_in_their_order() {
        let bytes = [0, 1, 2, 3, 200, 5, 6, 7, 8];
        let expected = Steps::from_bytes(&bytes);
        assert_eq!(expected.0.len(), 2);
        assert_eq!(Steps::arbitrary(&mut Unstructured::new(&bytes)), Ok(expected.clone()));
        assert_eq!(
            Steps::arbitrary_take_rest(Unstructured::new(&bytes)),
            Ok(expected.clone())
        );
        assert_eq!(Step::arbitrary(&mut Unstructured::new(&bytes)), Ok(expected.0[0]));
    }

    #[test]
    fn steps_survive_their_bytes() {
        let steps: Steps = (0..=u8::MAX).map(|byte| Step::from_bytes([byte; 4])).collect();
        assert_eq!(Steps::from_bytes(&steps.to_bytes()), steps);
    }
}
