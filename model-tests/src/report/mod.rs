//! What is made of a counterexample: it is shrunk and shown.

pub mod failure;
pub mod shrink;
pub mod whole_file;
