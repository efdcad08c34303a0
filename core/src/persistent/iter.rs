//! The items of a tree, from both ends.

use std::slice;
use std::sync::Arc;

use super::tree::Node;

type Child<T, L> = Option<(L, Arc<Node<T, L>>)>;

/// The items of a tree, in order.
pub(crate) struct Iter<'a, T, L> {
    front: Cursor<'a, T, L>,
    back: Cursor<'a, T, L>,
    remaining: usize,
}

/// A way through a tree: what is left of the leaf, and of the branches above it, the nearest last.
struct Cursor<'a, T, L> {
    branches: Vec<slice::Iter<'a, Child<T, L>>>,
    leaf: slice::Iter<'a, Option<T>>,
    /// Where to begin.
    next: Option<&'a Node<T, L>>,
}

impl<'a, T, L> Iter<'a, T, L> {
    pub(super) fn new(root: Option<&'a Node<T, L>>, length: usize) -> Self {
        Self {
            front: Cursor::new(root),
            back: Cursor::new(root),
            remaining: length,
        }
    }
}

impl<'a, T, L> Cursor<'a, T, L> {
    fn new(root: Option<&'a Node<T, L>>) -> Self {
        Self {
            branches: Vec::new(),
            leaf: [].iter(),
            next: root,
        }
    }

    /// The next item, where the steps take the next of a node.
    fn advance(
        &mut self,
        step_in_leaf: impl Fn(&mut slice::Iter<'a, Option<T>>) -> Option<&'a Option<T>>,
        step_in_branch: impl Fn(&mut slice::Iter<'a, Child<T, L>>) -> Option<&'a Child<T, L>>,
    ) -> Option<&'a T> {
        loop {
            if let Some(Some(item)) = step_in_leaf(&mut self.leaf) {
                return Some(item);
            }
            match self.next.take() {
                Some(Node::Leaf(items)) => self.leaf = items.filled().iter(),
                Some(Node::Branch(children)) => self.branches.push(children.filled().iter()),
                None => match step_in_branch(self.branches.last_mut()?) {
                    Some(Some((_, child))) => self.next = Some(child),
                    Some(None) | None => drop(self.branches.pop()),
                },
            }
        }
    }
}

impl<'a, T, L> Iterator for Iter<'a, T, L> {
    type Item = &'a T;

    fn next(&mut self) -> Option<Self::Item> {
        self.remaining = self.remaining.checked_sub(1)?;
        self.front.advance(slice::Iter::next, slice::Iter::next)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.remaining, Some(self.remaining))
    }
}

impl<T, L> DoubleEndedIterator for Iter<'_, T, L> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.remaining = self.remaining.checked_sub(1)?;
        self.back.advance(slice::Iter::next_back, slice::Iter::next_back)
    }
}

impl<T, L> ExactSizeIterator for Iter<'_, T, L> {}
