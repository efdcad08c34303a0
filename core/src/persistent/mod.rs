//! Collections that share what they have in common: a clone takes constant time, and a change copies the path to what
//! changes and nothing else.
//!
//! A [`Map`] is a B-tree of narrow nodes that hold their keys, a [`List`] a tree of such nodes by position, whose last item
//! stands outside. Why not those of a library is told, with figures, in the documentation of the read model.

mod differences;
mod iter;
mod list;
mod map;
mod slots;
mod tree;
mod visits;

pub(crate) use differences::Difference;
pub(crate) use list::List;
pub(crate) use map::Map;
pub(crate) use slots::WIDE;
pub(crate) use visits::visit;
#[cfg(feature = "testing")]
pub(crate) use visits::visits;
