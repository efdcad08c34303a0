//! That the searches find bugs: planted ones, and the hunt for them.

pub mod bugs;
pub mod hunt;
