//! Trees of narrow nodes.

use std::sync::Arc;

use super::slots::Slots;

/// A tree, all of whose leaves stand at one depth: items in the leaves, and a label for each child of a branch.
#[derive(Clone)]
pub(super) enum Node<T, L, const WIDTH: usize> {
    Leaf(Slots<T, WIDTH>),
    Branch(Slots<(L, Arc<Self>), WIDTH>),
}

impl<T, L, const WIDTH: usize> Node<T, L, WIDTH> {
    pub(super) const fn len(&self) -> usize {
        match self {
            Self::Leaf(items) => items.len(),
            Self::Branch(children) => children.len(),
        }
    }
}
