//! What the bytes of a step select.
//!
//! The upper three bits of a byte say what sort of pick it is, the lower five which one. Seven sorts in eight pick
//! what is there and fits; the eighth is wild.

/// How many picks there are of one sort.
const PICKS: u8 = 32;

/// The least byte that is a wild pick.
pub(super) const WILD: u8 = 7 * PICKS;

/// Which of the threads, and which turn in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The first one, from this on, in which the command has a chance; and its active turn.
    Fitting(Rank),
    /// Just this one, whatever its state; and its active turn.
    Exact(Rank),
    /// One that was deleted.
    Gone(usize),
    /// One that never was.
    Never(usize),
    /// A fitting thread, but a turn of it that ended.
    EndedTurn(Rank),
    /// A fitting thread, but a turn met lately, here or in another thread.
    StrayTurn(Rank, usize),
    /// A fitting thread, but a turn that never was.
    NeverTurn(Rank),
}

impl Place {
    pub(super) const fn from_byte(byte: u8) -> Self {
        /// The least byte that asks for one thread, whatever its state.
        const EXACT: u8 = 6 * PICKS;
        let choice = byte % PICKS;
        match (byte, choice) {
            (0..EXACT, _) => Self::Fitting(Rank(byte)),
            (EXACT..WILD, _) => Self::Exact(Rank(byte)),
            (WILD.., 0..6) => Self::Gone(choice as usize),
            (WILD.., 6..10) => Self::Never(choice as usize),
            (WILD.., 10..20) => Self::EndedTurn(Rank(choice)),
            (WILD.., 20..28) => Self::StrayTurn(Rank(choice), choice as usize - 20),
            (WILD.., 28..) => Self::NeverTurn(Rank(choice)),
        }
    }
}

/// Which of the things that are there, in the order in which they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rank(u8);

impl Rank {
    /// The index of the thing selected among so many: mostly one of the first three, so that much happens to a few;
    /// now and then any.
    pub(super) const fn index(self, length: usize) -> usize {
        /// Of each sort of pick, how many are spread over all things.
        const SPREAD: u8 = 4;
        let index = match self.0 % PICKS {
            0..17 => 0,
            17..25 => 1,
            25..28 => 2,
            spread => (spread - 28 + self.0 / PICKS * SPREAD) as usize * length / (WILD / PICKS * SPREAD) as usize,
        };
        if length == 0 { 0 } else { index % length }
    }
}

/// Which of the things in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// One that is as it should be: new if it is to be made, else the one chosen of those that wait for the command.
    Live(usize),
    /// One that is there, but not as it should be: a new one's id is taken, an old one has been dealt with.
    Unfit(usize),
    /// One that was met lately, here or elsewhere, and may be gone.
    Stray(usize),
    /// One that never was.
    Never(usize),
}

impl Target {
    pub(super) const fn from_byte(byte: u8) -> Self {
        let choice = (byte % PICKS) as usize;
        match (byte, byte % PICKS) {
            (0..WILD, _) => Self::Live(byte as usize),
            (WILD.., 0..16) => Self::Unfit(choice),
            (WILD.., 16..26) => Self::Stray(choice - 16),
            (WILD.., 26..) => Self::Never(choice),
        }
    }
}

/// The bits of a variation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Variation(pub(super) u8);

impl Variation {
    /// Which text, of eight.
    pub(super) const fn text(self) -> usize {
        (self.0 % 8) as usize
    }

    /// What the upper five bits choose, of 32.
    pub(super) const fn choice(self) -> usize {
        (self.0 / 8) as usize
    }

    /// The lowest bit of the choice.
    pub(super) const fn first_flag(self) -> bool {
        self.0 & 8 != 0
    }

    /// The next bit of the choice.
    pub(super) const fn second_flag(self) -> bool {
        self.0 & 16 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_picks_in_eight_are_of_what_is_there() {
        let bytes = 0..=u8::MAX;
        let live = |place| matches!(place, Place::Fitting(_) | Place::Exact(_));
        assert_eq!(bytes.clone().filter(|byte| live(Place::from_byte(*byte))).count(), 224);
        let live = |target| matches!(target, Target::Live(_));
        assert_eq!(bytes.filter(|byte| live(Target::from_byte(*byte))).count(), 224);
    }

    #[test]
    fn a_rank_is_always_one_of_those_that_are_there() {
        for length in 1..200 {
            assert!((0..=u8::MAX).all(|byte| Rank(byte).index(length) < length));
        }
    }

    #[test]
    fn every_one_of_twenty_four_things_has_a_rank() {
        for wanted in 0..24 {
            assert!(
                (0..WILD).any(|byte| Rank(byte).index(24) == wanted),
                "no rank for {wanted}"
            );
        }
    }
}
