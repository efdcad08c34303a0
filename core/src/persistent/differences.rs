//! In which entries two maps differ.

use std::cmp::Ordering;
use std::sync::Arc;

use super::slots::NARROW;
use super::tree::Node as TreeNode;
use super::visits::visit;

/// A node of a map of shared values.
pub(super) type Node<K, V> = TreeNode<(K, Arc<V>), K, NARROW>;

/// An entry in which a map differs from the one before it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Difference<'a, V> {
    /// There was none of this key.
    Added(&'a V),
    /// The key had another value: not the same one, though it may be equal.
    Changed {
        /// The value that it had.
        before: &'a V,
        /// The value that it has.
        after: &'a V,
    },
    /// There is none of this key any more.
    Removed(&'a V),
}

/// The entries in which two maps of shared values differ, ordered by key.
///
/// What the maps share is passed over unseen, a node with all that it holds: so this takes time in what differs, at most
/// logarithmic in the number of keys for each entry. Of maps that share nothing, every entry is looked at.
pub(crate) struct Differences<'a, K, V> {
    before: Rest<'a, K, V>,
    after: Rest<'a, K, V>,
}

/// What is left of a map.
struct Rest<'a, K, V> {
    /// The next one stands last.
    pieces: Vec<Piece<'a, K, V>>,
    /// How many nodes were looked into.
    #[cfg(test)]
    opened: usize,
}

enum Piece<'a, K, V> {
    Entry(&'a K, &'a Arc<V>),
    Node(Tree<'a, K, V>),
}

/// A node with all that stands below it. Leaves have the height 0.
struct Tree<'a, K, V> {
    node: &'a Arc<Node<K, V>>,
    height: usize,
}

impl<'a, K: Ord, V> Differences<'a, K, V> {
    pub(super) fn new(before: Option<&'a Arc<Node<K, V>>>, after: Option<&'a Arc<Node<K, V>>>) -> Self {
        Self {
            before: Rest::new(before),
            after: Rest::new(after),
        }
    }
}

impl<'a, K: Ord, V> Iterator for Differences<'a, K, V> {
    type Item = Difference<'a, V>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match (self.before.pieces.pop(), self.after.pieces.pop()) {
                (None, None) => return None,
                (Some(Piece::Node(before)), Some(Piece::Node(after))) => self.pass_or_open(before, after),
                (Some(Piece::Node(before)), after) => {
                    self.after.pieces.extend(after);
                    self.before.open(&before);
                }
                (before, Some(Piece::Node(after))) => {
                    self.before.pieces.extend(before);
                    self.after.open(&after);
                }
                (Some(Piece::Entry(_, before)), None) => return Some(Difference::Removed(before)),
                (None, Some(Piece::Entry(_, after))) => return Some(Difference::Added(after)),
                (Some(Piece::Entry(key_before, before)), Some(Piece::Entry(key_after, after))) => {
                    match key_before.cmp(key_after) {
                        Ordering::Less => {
                            self.after.pieces.push(Piece::Entry(key_after, after));
                            return Some(Difference::Removed(before));
                        }
                        Ordering::Greater => {
                            self.before.pieces.push(Piece::Entry(key_before, before));
                            return Some(Difference::Added(after));
                        }
                        Ordering::Equal if Arc::ptr_eq(before, after) => {}
                        Ordering::Equal => return Some(Difference::Changed { before, after }),
                    }
                }
            }
        }
    }
}

impl<'a, K, V> Differences<'a, K, V> {
    /// Passes over a node that both maps have; of two others, opens the higher one, or both.
    ///
    /// All that stands before them is dealt with: so if they are one, the same entries come next in both maps.
    fn pass_or_open(&mut self, before: Tree<'a, K, V>, after: Tree<'a, K, V>) {
        if Arc::ptr_eq(before.node, after.node) {
            return;
        }
        match before.height.cmp(&after.height) {
            Ordering::Less => {
                self.before.pieces.push(Piece::Node(before));
                self.after.open(&after);
            }
            Ordering::Greater => {
                self.after.pieces.push(Piece::Node(after));
                self.before.open(&before);
            }
            Ordering::Equal => {
                self.before.open(&before);
                self.after.open(&after);
            }
        }
    }
}

impl<'a, K, V> Rest<'a, K, V> {
    fn new(root: Option<&'a Arc<Node<K, V>>>) -> Self {
        let tree = |node| Tree {
            node,
            height: height(node),
        };
        Self {
            pieces: root.map(tree).map(Piece::Node).into_iter().collect(),
            #[cfg(test)]
            opened: 0,
        }
    }

    /// Puts what a node holds in its place.
    fn open(&mut self, tree: &Tree<'a, K, V>) {
        visit();
        #[cfg(test)]
        {
            self.opened += 1;
        }
        match &**tree.node {
            Node::Leaf(entries) => {
                let entries = entries.filled().iter().rev().flatten();
                self.pieces.extend(entries.map(|(key, value)| Piece::Entry(key, value)));
            }
            Node::Branch(children) => {
                let height = tree.height.saturating_sub(1);
                let children = children.filled().iter().rev().flatten();
                self.pieces
                    .extend(children.map(|(_, node)| Piece::Node(Tree { node, height })));
            }
        }
    }
}

/// How many levels stand below a node.
fn height<K, V>(node: &Node<K, V>) -> usize {
    match node {
        Node::Leaf(_) => 0,
        Node::Branch(children) => children.get(0).map_or(0, |(_, child)| height(child)).saturating_add(1),
    }
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persistent::Map;

    pub(super) type Shared = Map<u64, Arc<u64>>;

    /// A value is its key and a multiple of this.
    pub(super) const SPACING: u64 = 1_000_000;

    pub(super) fn map(values: impl IntoIterator<Item = u64>) -> Shared {
        values.into_iter().map(|value| (value, Arc::new(value))).collect()
    }

    pub(super) fn found(before: &Shared, after: &Shared) -> Vec<(u64, &'static str)> {
        let named = |difference| match difference {
            Difference::Added(value) => (value % SPACING, "added"),
            Difference::Changed { after, .. } => (after % SPACING, "changed"),
            Difference::Removed(value) => (value % SPACING, "removed"),
        };
        after.differences(before).map(named).collect()
    }

    #[test]
    fn maps_that_are_one_differ_in_nothing() {
        let map = map(0..1_000);
        assert_eq!(found(&map, &map.clone()), []);
        assert_eq!(found(&Map::new(), &Map::new()), []);
    }

    #[test]
    fn values_that_are_equal_but_not_the_same_differ() {
        let (before, after) = (map(0..20), map(0..20));
        assert_eq!(found(&before, &after).len(), 20);
    }

    #[test]
    fn what_is_shared_is_not_looked_at() {
        let before = map(0..100_000);
        let mut after = before.clone();
        after.insert_mut(50_000, Arc::new(50_000));
        after.insert_mut(SPACING - 1, Arc::new(SPACING - 1));
        after.remove_mut(&3);
        let expected = [(3, "removed"), (50_000, "changed"), (SPACING - 1, "added")];
        assert_eq!(found(&before, &after), expected);
        let mut differences = after.differences(&before);
        while differences.next().is_some() {}
        // Three ways from the root to a leaf in each map, of seven levels at most.
        let opened = differences.before.opened + differences.after.opened;
        assert!((2 * 3..=2 * 3 * 7).contains(&opened), "{opened} nodes");
    }

    #[test]
    fn what_a_map_shares_with_one_that_has_more_levels_is_not_looked_at_either() {
        let before = map(0..10_000);
        let mut after = before.clone();
        for key in 10_000..100_000 {
            after.insert_mut(key, Arc::new(key));
        }
        for (one, other) in [(&before, &after), (&after, &before)] {
            let mut differences = one.differences(other);
            assert_eq!(differences.by_ref().count(), 90_000);
            let opened = differences.before.opened.min(differences.after.opened);
            assert!(opened <= 7, "{opened} nodes of the smaller map");
        }
    }
}
