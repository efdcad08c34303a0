//! What is made of a counterexample: it is shrunk, shown and replayed.

pub mod failure;
pub mod replay;
pub mod shrink;
pub mod whole_file;
