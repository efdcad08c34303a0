//! That the searches find bugs: planted ones, the hunt for them, and the page that shows what came of it.

pub mod bugs;
pub mod engines;
pub mod hunt;
pub mod page;
pub mod printed;
