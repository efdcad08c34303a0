//! A map that is ordered by its keys.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::differences::Differences;
use super::iter::Iter;
use super::slots::{NARROW, Slots};
use super::visits::visit;

/// A map that is ordered by its keys, and shares its nodes with its clones.
///
/// To look up, insert, change or remove takes logarithmic time in the number of keys, a clone takes constant time.
pub(crate) struct Map<K, V, const WIDTH: usize = NARROW> {
    root: Option<Arc<Node<K, V, WIDTH>>>,
    length: usize,
}

/// A B-tree. A branch's children stand behind keys that part them: a key that is at least a child's and less than the next
/// child's belongs to the child, and one that is less than all of them to the first.
///
/// No two neighbours fit into one node: so nodes are more than half full on average, and the tree is as deep as the
/// logarithm of the number of keys.
type Node<K, V, const WIDTH: usize> = super::tree::Node<(K, V), K, WIDTH>;

type Children<K, V, const WIDTH: usize> = Slots<(K, Arc<Node<K, V, WIDTH>>), WIDTH>;

/// What an insertion does to a node.
enum Insertion<K, V, const WIDTH: usize> {
    /// The value took the place of another.
    Replaced,
    /// The entry was added.
    Added,
    /// The entry was added, and the node was split: the node that stands behind it now, and the key that parts the two.
    Split(K, Arc<Node<K, V, WIDTH>>),
}

impl<K, V, const WIDTH: usize> Map<K, V, WIDTH> {
    pub(crate) const fn new() -> Self {
        Self { root: None, length: 0 }
    }

    pub(crate) const fn len(&self) -> usize {
        self.length
    }

    /// The entries, ordered by key.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator {
        Iter::new(self.root.as_deref(), self.length).map(|(key, value)| (key, value))
    }

    /// The values, ordered by key.
    pub(crate) fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.iter().map(|(_, value)| value)
    }

    /// The keys, in order.
    pub(crate) fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.iter().map(|(key, _)| key)
    }

    /// Whether the maps are one: true only if they are equal, and false for equal ones that were made apart.
    pub(crate) fn ptr_eq(&self, other: &Self) -> bool {
        match (&self.root, &other.root) {
            (None, None) => true,
            (Some(own), Some(others)) => Arc::ptr_eq(own, others),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }
}

impl<K: Ord, V> Map<K, Arc<V>> {
    /// The entries in which the map differs from another, ordered by key. A value is the same only if it is shared.
    pub(crate) fn differences<'a>(&'a self, before: &'a Self) -> Differences<'a, K, V> {
        Differences::new(before.root.as_ref(), self.root.as_ref())
    }

    #[cfg(test)]
    pub(super) const fn root(&self) -> Option<&Arc<super::differences::Node<K, V>>> {
        self.root.as_ref()
    }
}

impl<K: Ord, V, const WIDTH: usize> Map<K, V, WIDTH> {
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let mut node = self.root.as_deref()?;
        loop {
            visit();
            match node {
                Node::Leaf(entries) => {
                    let (found, value) = entries.get(entries.partition_point(|(other, _)| other < key))?;
                    return (found == key).then_some(value);
                }
                Node::Branch(children) => node = &children.get(child_of(children, key))?.1,
            }
        }
    }

    pub(crate) fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }
}

impl<K: Ord + Clone, V: Clone, const WIDTH: usize> Map<K, V, WIDTH> {
    /// The value of the key, to be changed. Copies the path to it where it is shared, even if the key is not there.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let mut node = self.root.as_mut()?;
        loop {
            visit();
            match Arc::make_mut(node) {
                Node::Leaf(entries) => {
                    let position = entries.partition_point(|(other, _)| other < key);
                    let (found, value) = entries.get_mut(position)?;
                    return (*found == *key).then_some(value);
                }
                Node::Branch(children) => node = &mut children.get_mut(child_of(children, key))?.1,
            }
        }
    }

    /// Sets the value of the key.
    pub(crate) fn insert_mut(&mut self, key: K, value: V) {
        let Some(root) = &mut self.root else {
            self.root = Some(Arc::new(Node::Leaf(Slots::of([(key, value)]))));
            self.length = 1;
            return;
        };
        match insert(root, key, value) {
            Insertion::Replaced => return,
            Insertion::Added => {}
            Insertion::Split(key, behind) => {
                // The first of a branch's keys is never asked.
                let children = Slots::of([(key.clone(), Arc::clone(root)), (key, behind)]);
                *root = Arc::new(Node::Branch(children));
            }
        }
        self.length = self.length.saturating_add(1);
    }

    /// Removes the key, and gives the value that it had.
    pub(crate) fn remove_mut(&mut self, key: &K) -> Option<V> {
        // Asked first: where nothing is to be removed, nothing must be copied.
        if !self.contains_key(key) {
            return None;
        }
        let removed = remove(self.root.as_mut()?, key);
        self.length = self.length.saturating_sub(1);
        self.root = self.root.take().and_then(without_needless_levels);
        removed
    }
}

/// The position of the child that the key belongs to: the last one whose key is not greater. The first child's key is not
/// asked, for what is less than all belongs to it too: it may be greater than keys that were put into the child since.
fn child_of<K: Ord, V, const WIDTH: usize>(children: &Children<K, V, WIDTH>, key: &K) -> usize {
    let mut others = children.filled().iter().skip(1).flatten();
    others
        .position(|(first, _)| first > key)
        .unwrap_or(children.len().saturating_sub(1))
}

fn insert<K: Ord + Clone, V: Clone, const WIDTH: usize>(
    node: &mut Arc<Node<K, V, WIDTH>>,
    key: K,
    value: V,
) -> Insertion<K, V, WIDTH> {
    visit();
    match Arc::make_mut(node) {
        Node::Leaf(entries) => {
            let position = entries.partition_point(|(other, _)| *other < key);
            match entries.get_mut(position) {
                Some((found, old)) if *found == key => {
                    *old = value;
                    Insertion::Replaced
                }
                Some(_) | None => add(entries, position, (key, value), Node::Leaf),
            }
        }
        Node::Branch(children) => {
            let position = child_of(children, &key);
            let Some((_, child)) = children.get_mut(position) else {
                return Insertion::Replaced;
            };
            match insert(child, key, value) {
                Insertion::Split(key, behind) => add(children, position.saturating_add(1), (key, behind), Node::Branch),
                done @ (Insertion::Replaced | Insertion::Added) => done,
            }
        }
    }
}

/// Adds an item to those of a node, which is split if it is full.
fn add<K: Clone, V, T, const WIDTH: usize>(
    items: &mut Slots<(K, T), WIDTH>,
    position: usize,
    item: (K, T),
    node: impl Fn(Slots<(K, T), WIDTH>) -> Node<K, V, WIDTH>,
) -> Insertion<K, V, WIDTH> {
    let Err(item) = items.insert(position, item) else {
        return Insertion::Added;
    };
    // What grows at its end leaves full nodes behind, not half full ones.
    let middle = if position == WIDTH { WIDTH } else { WIDTH / 2 };
    let mut behind = items.split_off(middle);
    // Both have room now.
    let _ = if position < middle {
        items.insert(position, item)
    } else {
        behind.insert(position.saturating_sub(middle), item)
    };
    match behind.get(0) {
        Some((first, _)) => Insertion::Split(first.clone(), Arc::new(node(behind))),
        None => Insertion::Added,
    }
}

fn remove<K: Ord + Clone, V: Clone, const WIDTH: usize>(node: &mut Arc<Node<K, V, WIDTH>>, key: &K) -> Option<V> {
    visit();
    match Arc::make_mut(node) {
        Node::Leaf(entries) => {
            let position = entries.partition_point(|(other, _)| other < key);
            entries.remove(position).map(|(_, value)| value)
        }
        Node::Branch(children) => {
            let position = child_of(children, key);
            let removed = remove(&mut children.get_mut(position)?.1, key);
            merge_around(children, position);
            removed
        }
    }
}

/// Merges a child that has become smaller with one of its neighbours, if they fit into one node.
fn merge_around<K: Clone, V: Clone, const WIDTH: usize>(children: &mut Children<K, V, WIDTH>, position: usize) {
    let length_at = |position: usize| children.get(position).map(|(_, child)| child.len());
    let fit = |left: usize| match (length_at(left), length_at(left.saturating_add(1))) {
        (Some(left), Some(right)) => left.saturating_add(right) <= WIDTH,
        _ => false,
    };
    if length_at(position) == Some(0) {
        children.remove(position);
    } else if fit(position) {
        merge_with_next(children, position);
    } else if let Some(before) = position.checked_sub(1).filter(|before| fit(*before)) {
        merge_with_next(children, before);
    }
}

fn merge_with_next<K: Clone, V: Clone, const WIDTH: usize>(children: &mut Children<K, V, WIDTH>, position: usize) {
    let Some((key, next)) = children.remove(position.saturating_add(1)) else {
        return;
    };
    let Some((_, child)) = children.get_mut(position) else {
        return;
    };
    match (Arc::make_mut(child), Arc::unwrap_or_clone(next)) {
        (Node::Leaf(entries), Node::Leaf(others)) => entries.append(others),
        (Node::Branch(grandchildren), Node::Branch(mut others)) => {
            // The first of a branch's keys was never asked, and will be.
            if let Some((first, _)) = others.get_mut(0) {
                *first = key;
            }
            grandchildren.append(others);
        }
        // All leaves stand at one depth.
        (Node::Leaf(_), Node::Branch(_)) | (Node::Branch(_), Node::Leaf(_)) => {}
    }
}

/// The tree without branches of a single child at its top, and nothing if it is empty.
fn without_needless_levels<K: Clone, V: Clone, const WIDTH: usize>(
    mut root: Arc<Node<K, V, WIDTH>>,
) -> Option<Arc<Node<K, V, WIDTH>>> {
    loop {
        let only_child = match &*root {
            Node::Branch(children) if children.len() == 1 => children.get(0).map(|(_, child)| Arc::clone(child)),
            Node::Leaf(_) | Node::Branch(_) => None,
        };
        match only_child {
            Some(child) => root = child,
            None => return (root.len() > 0).then_some(root),
        }
    }
}

impl<K, V, const WIDTH: usize> Clone for Map<K, V, WIDTH> {
    fn clone(&self) -> Self {
        Self {
            root: self.root.clone(),
            length: self.length,
        }
    }
}

impl<K, V, const WIDTH: usize> Default for Map<K, V, WIDTH> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Eq, V: Eq, const WIDTH: usize> PartialEq for Map<K, V, WIDTH> {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && (self.ptr_eq(other) || self.iter().eq(other.iter()))
    }
}

impl<K: Eq, V: Eq, const WIDTH: usize> Eq for Map<K, V, WIDTH> {}

impl<K: Hash, V: Hash, const WIDTH: usize> Hash for Map<K, V, WIDTH> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.length);
        self.iter().for_each(|entry| entry.hash(state));
    }
}

impl<K: fmt::Debug, V: fmt::Debug, const WIDTH: usize> fmt::Debug for Map<K, V, WIDTH> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Ord + Clone, V: Clone, const WIDTH: usize> FromIterator<(K, V)> for Map<K, V, WIDTH> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        for (key, value) in entries {
            map.insert_mut(key, value);
        }
        map
    }
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests;
