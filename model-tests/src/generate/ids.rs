//! Ids that are new, and ids that never were.
//!
//! An id is a number with the kind of thing that it names. The first byte is scattered, so that the order of ids is
//! not the order in which things were made; the rest can be read:
//! `c4000000-0000-4000-8002-00000000000c` is the thread made by step 12.

use orchestration::{ActionId, CheckpointId, MessageId, ProjectId, ThreadId, ToolCallId, TurnId};
use uuid::Uuid;

/// How many different ids that never were there are, of each kind.
const NEVER: u64 = 2;

/// The greatest number that an id can bear.
const GREATEST: u64 = (1 << 48) - 1;

/// Ids that can be made from a number.
pub(super) trait Numbered: Sized {
    /// The id with this number.
    fn numbered(number: u64) -> Self;

    /// One of the ids that no step makes anything new with, until one is told to use just that.
    fn never(choice: usize) -> Self {
        Self::numbered(GREATEST - choice as u64 % NEVER)
    }
}

macro_rules! numbered {
    ($($tag:literal => $id:ident),+ $(,)?) => {
        $(
            impl Numbered for $id {
                fn numbered(number: u64) -> Self {
                    Self::new(uuid($tag, number))
                }
            }
        )+
    };
}

numbered! {
    1 => ProjectId,
    2 => ThreadId,
    3 => TurnId,
    4 => MessageId,
    5 => ActionId,
    6 => CheckpointId,
}

impl Numbered for ToolCallId {
    fn numbered(number: u64) -> Self {
        Self::parse(format!("call-{number}")).expect("a short text that is not empty")
    }

    fn never(choice: usize) -> Self {
        Self::numbered(GREATEST - choice as u64 % NEVER)
    }
}

fn uuid(tag: u8, number: u64) -> Uuid {
    /// Odd, so that each byte comes from one byte only.
    const SCATTER: u64 = 151;
    let scattered = u128::from((number * SCATTER) & 0xff);
    let version_and_variant = 0x4000_u128 << 64 | 0x8000_u128 << 48;
    Uuid::from_u128(scattered << 120 | version_and_variant | u128::from(tag) << 48 | u128::from(number & GREATEST))
}

/// How many things of a kind are remembered.
const REMEMBERED: usize = 8;

/// The last few things of a kind that were met.
#[derive(Clone, Debug)]
pub(super) struct Recent<T> {
    items: [Option<T>; REMEMBERED],
    seen: usize,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self {
            items: [const { None }; REMEMBERED],
            seen: 0,
        }
    }
}

impl<T> Recent<T> {
    /// Remembers a thing, and forgets the oldest if there are too many.
    pub(super) fn push(&mut self, item: T) {
        self.items[self.seen % REMEMBERED] = Some(item);
        self.seen += 1;
    }

    /// The newest thing for 0, the one before for 1, and so on round and round.
    pub(super) fn get(&self, choice: usize) -> Option<&T> {
        let age = choice % self.seen.clamp(1, REMEMBERED);
        self.items[self.seen.checked_sub(1 + age)? % REMEMBERED].as_ref()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_distinct_and_read_as_their_kind_and_number() {
        assert_eq!(
            ThreadId::numbered(12).to_string(),
            "14000000-0000-4000-8002-00000000000c"
        );
        assert_eq!(ThreadId::numbered(3).as_uuid().get_version_num(), 4);
        let distinct: BTreeSet<_> = (0..1000)
            .map(TurnId::numbered)
            .chain((0..2).map(TurnId::never))
            .collect();
        assert_eq!(distinct.len(), 1002);
    }

    #[test]
    fn the_order_of_ids_is_not_the_order_of_numbers() {
        let ids: Vec<_> = (0..10).map(ThreadId::numbered).collect();
        assert!(!ids.is_sorted());
    }

    #[test]
    fn the_last_few_things_are_remembered_the_newest_first() {
        let mut recent = Recent::default();
        assert_eq!(recent.get(3), None);
        for thing in 1..=10 {
            recent.push(thing);
        }
        let remembered: Vec<_> = (0..9).filter_map(|choice| recent.get(choice).copied()).collect();
        assert_eq!(remembered, [10, 9, 8, 7, 6, 5, 4, 3, 10]);
    }
}
