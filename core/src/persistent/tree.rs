//! Trees of narrow nodes.

use std::sync::Arc;

use super::slots::Slots;

/// A tree, all of whose leaves stand at one depth: items in the leaves, and a label for each child of a branch.
#[derive(Clone)]
pub(super) enum Node<T, L> {
    Leaf(Slots<T>),
    Branch(Slots<(L, Arc<Self>)>),
}

impl<T, L> Node<T, L> {
    pub(super) const fn len(&self) -> usize {
        match self {
            Self::Leaf(items) => items.len(),
            Self::Branch(children) => children.len(),
        }
    }
}
