//! Collections that are keyed by something their values hold.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::derived::Derived;
use crate::persistent::{List, Map, WIDE};

/// A value that holds its own key.
pub(crate) trait Keyed {
    /// What such values are kept by.
    type Key: Ord + Clone;

    /// The value's key.
    fn key(&self) -> Self::Key;
}

/// Serialises a map of shared values.
pub(super) fn serialize<S, K, V>(map: &Map<K, Arc<V>>, serializer: S) -> Result<S::Ok, S::Error>
where
    S: Serializer,
    K: Serialize,
    V: Serialize,
{
    serializer.collect_map(map.iter().map(|(key, value)| (key, &**value)))
}

/// Deserialises a map whose every key must equal its value's own.
pub(super) fn deserialize<'de, D, K, V>(deserializer: D) -> Result<Map<K, Arc<V>>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Ord + Clone + Display,
    V: Deserialize<'de> + Keyed<Key = K>,
{
    let values = BTreeMap::<K, V>::deserialize(deserializer)?;
    let mut map = Map::new();
    for (key, value) in values {
        let own = value.key();
        if own != key {
            return Err(Error::custom(format_args!(
                "illegal model: S1 is broken: the key {key} holds a value of the key {own}"
            )));
        }
        map.insert_mut(key, Arc::new(value));
    }
    Ok(map)
}

/// A keyed collection of these values.
#[cfg(feature = "arbitrary")]
pub(super) fn collect_keyed<V: Keyed>(values: impl IntoIterator<Item = V>) -> Map<V::Key, Arc<V>> {
    values.into_iter().map(|value| (value.key(), Arc::new(value))).collect()
}

/// A list whose items are found by their keys, in logarithmic time. Of two items with one key the last is found.
#[derive(Clone)]
pub(crate) struct KeyedList<T: Keyed> {
    items: List<T>,
    positions: Derived<Map<T::Key, usize, WIDE>>,
}

impl<T: Keyed> KeyedList<T> {
    pub(crate) fn new() -> Self {
        Self {
            items: List::new(),
            positions: Derived::default(),
        }
    }

    pub(crate) const fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.items.iter()
    }

    pub(crate) fn last(&self) -> Option<&T> {
        self.items.last()
    }

    /// Where the item with this key stands.
    pub(crate) fn position(&self, key: &T::Key) -> Option<usize> {
        self.positions.0.get(key).copied()
    }

    pub(crate) fn get(&self, key: &T::Key) -> Option<&T> {
        self.items.get(self.position(key)?)
    }

    pub(crate) fn push_back_mut(&mut self, item: T) {
        self.positions.0.insert_mut(item.key(), self.items.len());
        self.items.push_back_mut(item);
    }
}

impl<T: Keyed + Clone> KeyedList<T> {
    /// Drops what stands behind the first so many items.
    pub(crate) fn truncate_mut(&mut self, length: usize) {
        while let Some(last) = self.len().checked_sub(1).filter(|last| *last >= length) {
            if let Some(key) = self.last().map(T::key)
                && self.position(&key) == Some(last)
            {
                self.positions.0.remove_mut(&key);
            }
            self.items.drop_last_mut();
        }
    }

    /// The last item, to be changed; not in its key.
    pub(crate) fn last_mut(&mut self) -> Option<&mut T> {
        self.items.last_mut()
    }
}

impl<T: Keyed> FromIterator<T> for KeyedList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut list = Self::new();
        items.into_iter().for_each(|item| list.push_back_mut(item));
        list
    }
}

impl<T: Keyed + Eq> PartialEq for KeyedList<T> {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items
    }
}

impl<T: Keyed + Eq> Eq for KeyedList<T> {}

impl<T: Keyed + Hash> Hash for KeyedList<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.items.hash(state);
    }
}

impl<T: Keyed + fmt::Debug> fmt::Debug for KeyedList<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(formatter)
    }
}

impl<T: Keyed + Serialize> Serialize for KeyedList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.items.serialize(serializer)
    }
}

impl<'de, T: Keyed + Deserialize<'de>> Deserialize<'de> for KeyedList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<T>::deserialize(deserializer).map(Self::from_iter)
    }
}

#[cfg(test)]
mod tests {
    use super::{Keyed, KeyedList};

    /// A number that is found by its last digit.
    #[derive(Clone, Debug, PartialEq, Eq)]
    struct Number(u64);

    impl Keyed for Number {
        type Key = u64;

        fn key(&self) -> u64 {
            self.0 % 10
        }
    }

    fn list(numbers: impl IntoIterator<Item = u64>) -> KeyedList<Number> {
        numbers.into_iter().map(Number).collect()
    }

    #[test]
    fn an_item_is_found_by_its_key() {
        let list = list([13, 21, 7]);
        assert_eq!(list.get(&1), Some(&Number(21)));
        assert_eq!(list.position(&7), Some(2));
        assert_eq!(list.get(&2), None);
    }

    #[test]
    fn of_two_items_with_one_key_the_last_is_found() {
        assert_eq!(list([13, 23, 4]).get(&3), Some(&Number(23)));
    }

    #[test]
    fn what_was_cut_off_is_not_found() {
        let mut list = list([13, 21, 7]);
        let kept = list.clone();
        list.truncate_mut(5);
        assert_eq!(list.len(), 3);
        list.truncate_mut(1);
        assert_eq!(
            [list.get(&3), list.get(&1), list.get(&7)],
            [Some(&Number(13)), None, None]
        );
        list.push_back_mut(Number(31));
        assert_eq!((list.get(&1), list.position(&1)), (Some(&Number(31)), Some(1)));
        assert_eq!((kept.get(&1), kept.len()), (Some(&Number(21)), 3));
    }

    #[test]
    fn what_was_cut_off_is_not_found_when_another_item_stands_in_its_place_either() {
        let mut list = list([13, 21, 7]);
        list.truncate_mut(1);
        list.push_back_mut(Number(4));
        list.push_back_mut(Number(5));
        assert_eq!([list.get(&1), list.get(&7)], [None, None]);
    }

    #[test]
    fn lists_of_the_same_items_are_equal_whatever_was_cut_off() {
        let mut cut = list([13, 23, 4]);
        cut.truncate_mut(1);
        assert_eq!(cut, list([13]));
        assert_ne!(cut, list([14]));
    }
}
