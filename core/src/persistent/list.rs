//! A list.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

use super::iter::Iter as TreeIter;
use super::slots::{NARROW, Slots};
use super::tree::Node as Tree;
use super::visits::visit;

type Node<T> = Tree<Arc<T>, (), NARROW>;

/// How many bits of a position lead from a node to a child.
const BITS: u32 = NARROW.ilog2();

/// A list that shares its items with its clones.
///
/// The last item stands outside of the tree that holds the others, since it is changed most: changing it takes constant
/// time. Any other position takes logarithmic time, a clone constant time.
pub(crate) struct List<T> {
    /// The others: all of their nodes are full, save the last of each level.
    others: Option<Arc<Node<T>>>,
    /// How many others there are.
    length: usize,
    /// How many bits of a position stand below those that lead from the root to a child.
    shift: u32,
    last: Option<T>,
}

impl<T> List<T> {
    pub(crate) const fn new() -> Self {
        Self {
            others: None,
            length: 0,
            shift: 0,
            last: None,
        }
    }

    pub(crate) const fn len(&self) -> usize {
        self.length.saturating_add(self.last.is_some() as usize)
    }

    pub(crate) fn last(&self) -> Option<&T> {
        self.last.as_ref()
    }

    pub(crate) fn get(&self, position: usize) -> Option<&T> {
        if position >= self.length {
            return self.last().filter(|_| position == self.length);
        }
        let (mut node, mut shift) = (self.others.as_deref()?, self.shift);
        loop {
            visit();
            let step = child_of(position, shift)?;
            match node {
                Tree::Leaf(items) => return items.get(step).map(Arc::as_ref),
                Tree::Branch(children) => node = &children.get(step)?.1,
            }
            shift = shift.saturating_sub(BITS);
        }
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        Iter {
            others: TreeIter::new(self.others.as_deref(), self.length),
            last: self.last.as_ref(),
        }
    }

    /// Whether the lists are one: what they share is not looked at, and of their last items, which stand outside, the
    /// caller says whether they are the same.
    pub(crate) fn is_same_as(&self, other: &Self, is_same: impl FnOnce(&T, &T) -> bool) -> bool {
        let same_others = match (&self.others, &other.others) {
            (None, None) => true,
            (Some(own), Some(others)) => Arc::ptr_eq(own, others),
            (None, Some(_)) | (Some(_), None) => false,
        };
        same_others
            && match (&self.last, &other.last) {
                (None, None) => true,
                (Some(own), Some(others)) => is_same(own, others),
                (None, Some(_)) | (Some(_), None) => false,
            }
    }

    /// Puts an item behind the others.
    pub(crate) fn push_back_mut(&mut self, item: T) {
        let Some(previous) = self.last.replace(item).map(Arc::new) else {
            return;
        };
        if let Some(root) = &mut self.others {
            if let Some(behind) = push(root, previous) {
                let children = Slots::of([((), Arc::clone(root)), ((), behind)]);
                *root = Arc::new(Tree::Branch(children));
                self.shift = self.shift.saturating_add(BITS);
            }
        } else {
            self.others = Some(Arc::new(Tree::Leaf(Slots::of([previous]))));
        }
        self.length = self.length.saturating_add(1);
    }
}

impl<T: Clone> List<T> {
    /// Drops the last item.
    pub(crate) fn drop_last_mut(&mut self) {
        self.last = self.others.as_mut().and_then(pop).map(Arc::unwrap_or_clone);
        self.length = self.length.saturating_sub(1);
        match self.others.as_deref() {
            Some(root) if root.len() == 0 => self.others = None,
            Some(Tree::Branch(children)) if children.len() == 1 => {
                self.others = children.get(0).map(|((), child)| Arc::clone(child));
                self.shift = self.shift.saturating_sub(BITS);
            }
            Some(_) | None => {}
        }
    }

    pub(crate) fn last_mut(&mut self) -> Option<&mut T> {
        self.last.as_mut()
    }

    /// The item at the position, to be changed.
    pub(crate) fn get_mut(&mut self, position: usize) -> Option<&mut T> {
        if position >= self.length {
            return if position == self.length { self.last_mut() } else { None };
        }
        let (mut node, mut shift) = (self.others.as_mut()?, self.shift);
        loop {
            visit();
            let step = child_of(position, shift)?;
            match Arc::make_mut(node) {
                Tree::Leaf(items) => return items.get_mut(step).map(Arc::make_mut),
                Tree::Branch(children) => node = &mut children.get_mut(step)?.1,
            }
            shift = shift.saturating_sub(BITS);
        }
    }
}

/// Which child of a node a position leads to.
const fn child_of(position: usize, shift: u32) -> Option<usize> {
    match position.checked_shr(shift) {
        Some(shifted) => Some(shifted % NARROW),
        None => None,
    }
}

/// Puts an item behind those of a tree; if that is full, a tree of the same depth that is to stand behind it comes back.
fn push<T>(node: &mut Arc<Node<T>>, item: Arc<T>) -> Option<Arc<Node<T>>> {
    visit();
    match Arc::make_mut(node) {
        Tree::Leaf(items) => {
            let item = items.insert(items.len(), item).err()?;
            Some(Arc::new(Tree::Leaf(Slots::of([item]))))
        }
        Tree::Branch(children) => {
            let ((), last) = children.get_mut(children.len().checked_sub(1)?)?;
            let behind = push(last, item)?;
            let behind = children.insert(children.len(), ((), behind)).err()?;
            Some(Arc::new(Tree::Branch(Slots::of([behind]))))
        }
    }
}

/// Takes the last item out of a tree. An empty node may be left.
fn pop<T>(node: &mut Arc<Node<T>>) -> Option<Arc<T>> {
    visit();
    match Arc::make_mut(node) {
        Tree::Leaf(items) => items.remove(items.len().checked_sub(1)?),
        Tree::Branch(children) => {
            let position = children.len().checked_sub(1)?;
            let ((), last) = children.get_mut(position)?;
            let item = pop(last);
            if last.len() == 0 {
                children.remove(position);
            }
            item
        }
    }
}

/// The items of a list.
struct Iter<'a, T, I> {
    others: I,
    last: Option<&'a T>,
}

impl<'a, T, I: Iterator<Item = &'a Arc<T>>> Iterator for Iter<'a, T, I> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        match self.others.next() {
            Some(item) => Some(item),
            None => self.last.take(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let (others, _) = self.others.size_hint();
        let length = others.saturating_add(usize::from(self.last.is_some()));
        (length, Some(length))
    }
}

impl<'a, T, I: DoubleEndedIterator<Item = &'a Arc<T>>> DoubleEndedIterator for Iter<'a, T, I> {
    fn next_back(&mut self) -> Option<&'a T> {
        match self.last.take() {
            Some(item) => Some(item),
            None => self.others.next_back().map(Arc::as_ref),
        }
    }
}

impl<'a, T, I: ExactSizeIterator<Item = &'a Arc<T>>> ExactSizeIterator for Iter<'a, T, I> {}

impl<T: Clone> Clone for List<T> {
    fn clone(&self) -> Self {
        Self {
            others: self.others.clone(),
            length: self.length,
            shift: self.shift,
            last: self.last.clone(),
        }
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Eq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.len(), &self.last) == (other.len(), &other.last) && self.iter().eq(other.iter())
    }
}

impl<T: Eq> Eq for List<T> {}

impl<T: Hash> Hash for List<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.len());
        self.iter().for_each(|item| item.hash(state));
    }
}

impl<T: fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut list = Self::new();
        items.into_iter().for_each(|item| list.push_back_mut(item));
        list
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
            type Value = List<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a sequence")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List<T>, A::Error> {
                let mut list = List::new();
                while let Some(item) = items.next_element()? {
                    list.push_back_mut(item);
                }
                Ok(list)
            }
        }

        deserializer.deserialize_seq(Items(std::marker::PhantomData))
    }
}

// Too many cases for Miri.
#[cfg(all(test, not(miri)))]
mod properties;

#[cfg(test)]
mod tests {
    use std::hash::DefaultHasher;

    use super::*;

    fn hash(list: &List<usize>) -> u64 {
        let mut hasher = DefaultHasher::new();
        list.hash(&mut hasher);
        hasher.finish()
    }

    #[test]
    fn items_stand_in_the_order_in_which_they_were_pushed() {
        for length in [0, 1, 2, 9, 10, 65, 66, 1_000] {
            let list: List<usize> = (0..length).collect();
            assert!(list.iter().copied().eq(0..length));
            assert!(list.iter().rev().copied().eq((0..length).rev()));
            assert_eq!((list.len(), list.iter().len()), (length, length));
            assert_eq!(list.last().copied(), length.checked_sub(1));
            for position in 0..length + 2 {
                assert_eq!(list.get(position).copied(), (position < length).then_some(position));
            }
        }
    }

    #[test]
    fn both_ends_of_an_iterator_meet() {
        let list: List<usize> = (0..5).collect();
        let mut items = list.iter();
        assert_eq!(
            (items.next(), items.next_back(), items.next_back()),
            (Some(&0), Some(&4), Some(&3))
        );
        assert_eq!((items.next(), items.next(), items.len()), (Some(&1), Some(&2), 0));
        assert_eq!((items.next(), items.next_back()), (None, None));
    }

    #[test]
    fn a_change_leaves_a_clone_as_it_was() {
        let mut list: List<usize> = (0..20).collect();
        let kept = list.clone();
        for position in [0, 7, 19] {
            *list.get_mut(position).expect("it is there") += 100;
        }
        assert_eq!(list.get_mut(20), None);
        list.push_back_mut(20);
        assert!(kept.iter().copied().eq(0..20));
        assert_eq!(
            [list.get(0), list.get(7), list.get(19)],
            [Some(&100), Some(&107), Some(&119)]
        );
    }

    #[test]
    fn what_was_dropped_can_be_pushed_again() {
        let mut list: List<usize> = (0..20).collect();
        (0..25).for_each(|_| list.drop_last_mut());
        assert_eq!((list.len(), list.last()), (0, None));
        assert!(list.others.is_none() && list.shift == 0);
        (0..20).for_each(|item| list.push_back_mut(item));
        list.drop_last_mut();
        assert!(list.iter().copied().eq(0..19));
    }

    #[test]
    fn lists_of_the_same_items_are_equal() {
        let list: List<usize> = (0..20).collect();
        assert_eq!(list, (0..20).collect());
        assert_eq!(hash(&list), hash(&(0..20).collect()));
        let mut other = list.clone();
        other.drop_last_mut();
        assert_ne!(list, other);
        other.push_back_mut(7);
        assert_ne!(list, other);
    }

    #[test]
    fn a_list_is_an_array_on_the_wire() {
        let list: List<usize> = (0..20).collect();
        let form = serde_json::to_value(&list).expect("it has a wire form");
        assert_eq!(form, serde_json::json!((0..20).collect::<Vec<_>>()));
        assert_eq!(serde_json::from_value::<List<usize>>(form).ok(), Some(list));
        let refusal = serde_json::from_str::<List<usize>>("{}").map_err(|error| error.to_string());
        assert_eq!(
            refusal,
            Err("invalid type: map, expected a sequence at line 1 column 0".to_owned())
        );
    }
}
