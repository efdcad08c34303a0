//! What models show of themselves, and how they are hashed.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::common::{MESSAGE, OTHER_PROJECT, TURN, a_message, a_project, a_project_at, a_thread, a_turn, model_after};
use orchestration::OrchestrationReadModel;
use orchestration::read_model::MessageRole;

/// Models of which each has one thing more than the one before.
fn growing() -> Vec<OrchestrationReadModel> {
    let events = [
        a_project(),
        a_project_at(OTHER_PROJECT, "/other"),
        a_thread(),
        a_turn(TURN),
        a_message(MESSAGE, MessageRole::Assistant),
    ];
    (0..=events.len())
        .map(|count| model_after(events.iter().take(count).cloned()))
        .collect()
}

#[test]
fn models_of_which_one_has_more_than_the_other_are_hashed_otherwise() {
    let hash = |model: &OrchestrationReadModel| {
        let mut hasher = DefaultHasher::new();
        model.hash(&mut hasher);
        hasher.finish()
    };
    let mut hashes: Vec<_> = growing().iter().map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), growing().len());
}

#[test]
fn a_model_shows_all_that_it_holds_when_it_is_debugged() {
    let model = growing().pop().expect("there are some");
    let shown = format!("{model:?}");
    for held in ["/repo", "/other", "Why does the build fail?", "It lacks "] {
        assert!(shown.contains(held), "{held} is missing: {shown}");
    }
    assert!(shown.contains(&TURN.to_string()), "{shown}");
}
