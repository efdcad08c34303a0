//! The harness: replays traces on the orchestration core and checks it.

fn main() {}
