//! Ratios, each of two things that are measured in turn in the same run, so that a busy machine slows both alike.
//!
//! `growth`: what an item costs when there are many of it. `publish`: what a clone after every event costs. `wire`: what
//! reading and writing a log costs. `differences`: what it costs to ask which threads changed. `recovery`: what a snapshot
//! saves a server that starts. To measure one of them alone: `cargo bench --bench ratios growth`.

mod differences;
#[path = "../common/fixture.rs"]
mod fixture;
mod growth;
mod measure;
mod publish;
mod recovery;
mod wire;

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str()));
    if is_wanted("growth") {
        growth::run();
    }
    if is_wanted("publish") {
        publish::run();
    }
    if is_wanted("wire") {
        wire::run();
    }
    if is_wanted("differences") {
        differences::run();
    }
    if is_wanted("recovery") {
        recovery::run();
    }
}
