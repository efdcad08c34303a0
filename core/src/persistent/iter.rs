//! The items of a tree, from both ends.

use std::slice;
use std::sync::Arc;

use super::tree::Node;
use super::visits::visit;

type Child<T, L, const WIDTH: usize> = Option<(L, Arc<Node<T, L, WIDTH>>)>;

/// The items of a tree, in order.
pub(crate) struct Iter<'a, T, L, const WIDTH: usize> {
    front: Cursor<'a, T, L, WIDTH>,
    back: Cursor<'a, T, L, WIDTH>,
    remaining: usize,
}

/// A way through a tree: what is left of the leaf, and of the branches above it, the nearest last.
struct Cursor<'a, T, L, const WIDTH: usize> {
    branches: Vec<slice::Iter<'a, Child<T, L, WIDTH>>>,
    leaf: slice::Iter<'a, Option<T>>,
    /// Where to begin.
    next: Option<&'a Node<T, L, WIDTH>>,
}

impl<'a, T, L, const WIDTH: usize> Iter<'a, T, L, WIDTH> {
    pub(super) fn new(root: Option<&'a Node<T, L, WIDTH>>, length: usize) -> Self {
        Self {
            front: Cursor::new(root),
            back: Cursor::new(root),
            remaining: length,
        }
    }
}

impl<'a, T, L, const WIDTH: usize> Cursor<'a, T, L, WIDTH> {
    fn new(root: Option<&'a Node<T, L, WIDTH>>) -> Self {
        Self {
            branches: Vec::new(),
            leaf: [].iter(),
            next: root,
        }
    }

    /// The next item, where the steps take the next of a node.
    #[inline]
    fn advance(
        &mut self,
        step_in_leaf: impl Fn(&mut slice::Iter<'a, Option<T>>) -> Option<&'a Option<T>>,
        step_in_branch: impl Fn(&mut slice::Iter<'a, Child<T, L, WIDTH>>) -> Option<&'a Child<T, L, WIDTH>>,
    ) -> Option<&'a T> {
        // Of a node, or of an item in a leaf.
        visit();
        if let Some(Some(item)) = step_in_leaf(&mut self.leaf) {
            return Some(item);
        }
        self.find_leaf(step_in_leaf, step_in_branch)
    }

    /// Goes on in the next leaf. Kept apart: most steps are within one.
    #[inline(never)]
    fn find_leaf(
        &mut self,
        step_in_leaf: impl Fn(&mut slice::Iter<'a, Option<T>>) -> Option<&'a Option<T>>,
        step_in_branch: impl Fn(&mut slice::Iter<'a, Child<T, L, WIDTH>>) -> Option<&'a Child<T, L, WIDTH>>,
    ) -> Option<&'a T> {
        loop {
            match self.next.take() {
                Some(Node::Leaf(items)) => self.leaf = items.filled().iter(),
                Some(Node::Branch(children)) => self.branches.push(children.filled().iter()),
                None => match step_in_branch(self.branches.last_mut()?) {
                    Some(Some((_, child))) => self.next = Some(child),
                    Some(None) | None => drop(self.branches.pop()),
                },
            }
            visit();
            if let Some(Some(item)) = step_in_leaf(&mut self.leaf) {
                return Some(item);
            }
        }
    }
}

impl<'a, T, L, const WIDTH: usize> Iterator for Iter<'a, T, L, WIDTH> {
    type Item = &'a T;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.remaining = self.remaining.checked_sub(1)?;
        self.front.advance(slice::Iter::next, slice::Iter::next)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.remaining, Some(self.remaining))
    }
}

impl<T, L, const WIDTH: usize> DoubleEndedIterator for Iter<'_, T, L, WIDTH> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.remaining = self.remaining.checked_sub(1)?;
        self.back.advance(slice::Iter::next_back, slice::Iter::next_back)
    }
}

impl<T, L, const WIDTH: usize> ExactSizeIterator for Iter<'_, T, L, WIDTH> {}
