//! A keyed list behaves as a vector does that is searched.

use std::hash::{DefaultHasher, Hash, Hasher};

use proptest::prelude::*;

use crate::read_model::keyed::{Keyed, KeyedList};

/// A letter that is found by its place in the alphabet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Letter(char);

impl Keyed for Letter {
    type Key = u32;

    fn key(&self) -> u32 {
        u32::from(self.0) - u32::from('a')
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Letters to be pushed, and to how many the list is cut before each of them.
fn changes(letters: &'static str) -> impl Strategy<Value = Vec<(char, usize)>> {
    let letters: Vec<char> = letters.chars().collect();
    proptest::collection::vec((proptest::sample::select(letters), 0..30_usize), 0..40)
}

fn assert_same(list: &KeyedList<Letter>, vector: &[Letter]) -> Result<(), TestCaseError> {
    prop_assert!(list.iter().eq(vector) && list.iter().rev().eq(vector.iter().rev()));
    prop_assert_eq!((list.len(), list.last()), (vector.len(), vector.last()));
    prop_assert_eq!(format!("{list:?}"), format!("{vector:?}"));
    for key in 0..26 {
        let position = vector.iter().position(|letter| letter.key() == key);
        prop_assert_eq!(list.position(&key), position);
        prop_assert_eq!(list.get(&key), position.map(|position| &vector[position]));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_item_is_found_by_its_key_whatever_was_pushed_and_cut_off(changes in changes("abcdefghijklmnopqrstuvwxyz")) {
        let (mut list, mut vector) = (KeyedList::new(), Vec::new());
        for (letter, length) in changes {
            let before = (list.clone(), vector.clone());
            list.truncate_mut(length);
            vector.truncate(length);
            // No two items of a list have one key.
            if !vector.contains(&Letter(letter)) {
                list.push_back_mut(Letter(letter));
                vector.push(Letter(letter));
            }
            prop_assert_eq!(list.last_mut(), vector.last_mut());
            assert_same(&list, &vector)?;
            assert_same(&before.0, &before.1)?;
        }
    }

    #[test]
    fn lists_are_equal_and_hash_alike_exactly_when_their_items_do(left in "[ab]{0,3}", right in "[ab]{0,3}") {
        let lists: [KeyedList<Letter>; 2] = [&left, &right].map(|letters| letters.chars().map(Letter).collect());
        prop_assert_eq!(lists[0] == lists[1], left == right);
        prop_assert_eq!(hash(&lists[0]) == hash(&lists[1]), left == right);
    }
}
