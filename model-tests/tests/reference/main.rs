//! The reference machine: what it predicts, that the core does the same, and what is said when it does not.

mod disagreements;
mod fields;
mod predictions;
mod rules;
mod sequences;
