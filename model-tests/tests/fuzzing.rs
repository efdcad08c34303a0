//! What the fuzz targets do with bytes: each finds what it is there for, and shows it.

use std::sync::Mutex;

use model_tests::check::invariants::Invariant;
use model_tests::counterexample::Evidence;
use model_tests::generate::{RandomSteps, Steps};
use model_tests::proof::bugs::{BUGS, Bug};
use model_tests::report::failure::Failure;
use model_tests::search::fuzzing::{Target, UnknownTarget};
use model_tests::subject::Subject;
use orchestration::testing::Unchecked;
use orchestration::{DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, decide, project};

fn bug(id: &str) -> &'static Bug {
    BUGS.iter().find(|bug| bug.id == id).expect("it is planted")
}

/// An input that is mostly in good order.
fn input(seed: u64) -> Vec<u8> {
    RandomSteps::new(seed).take(80).collect::<Steps>().to_bytes()
}

#[test]
fn no_target_finds_anything_wrong_with_the_core() {
    for target in Target::ALL {
        let mut steps = 0;
        for seed in 0..200 {
            let checked = target.check(Subject::CORE, &input(seed));
            assert!(checked.found.is_none(), "{target}: {:?}", checked.found);
            steps += checked.steps;
        }
        assert!(steps >= 200, "{target} has taken {steps} steps");
    }
}

#[test]
fn command_sequence_finds_every_planted_bug_that_it_can_see_and_gives_its_trace() {
    for id in [
        "start-while-running",
        "interrupt-leaves-pending",
        "delete-leaves-threads",
    ] {
        let subject = bug(id).subject;
        let found = (0..2_000).find_map(|seed| Target::CommandSequence.check(subject, &input(seed)).found);
        let found = found.unwrap_or_else(|| panic!("{id} is not found"));
        let failure = Failure::of(subject, &found);
        assert!(
            failure.trace().is_some_and(|trace| trace.len() <= 8),
            "{}",
            failure.report(None)
        );
    }
}

/// Forgets the checkpoints of every thread but the one that an event names.
fn order_matters(
    command: &OrchestrationCommand,
    model: &OrchestrationReadModel,
) -> Result<Vec<OrchestrationEvent>, DeciderError> {
    let mut events = decide(command, model)?;
    let others_wait = model
        .active_turns()
        .any(|(thread, _)| Some(thread.id()) != command.thread_id());
    if others_wait && let OrchestrationCommand::CreateCheckpoint(_) = command {
        for event in &mut events {
            if let OrchestrationEvent::CheckpointCreated(created) = event {
                created.description = None;
            }
        }
    }
    Ok(events)
}

#[test]
fn interleaving_finds_what_depends_on_the_order_of_two_threads() {
    let subject = Subject::CORE.with_decider(order_matters);
    let found = (0..5_000).find_map(|seed| Target::Interleaving.check(subject, &input(seed)).found);
    let found = found.expect("nothing depends on the order");
    assert_eq!(found.violation.invariant, Invariant::A5);
    assert!(matches!(found.evidence, Evidence::Laws(_)));
    let shrunk = Failure::of(subject, &found).counterexample.evidence;
    assert_eq!(
        shrunk.check(subject).map(|violation| violation.invariant),
        Some(Invariant::A5)
    );
    assert_eq!(shrunk.check(Subject::CORE), None);
}

/// Drops the project of a deleted thread.
fn drops_too_much(model: OrchestrationReadModel, event: &OrchestrationEvent) -> OrchestrationReadModel {
    let project_id = event
        .thread_id()
        .and_then(|id| model.thread(id))
        .map(orchestration::read_model::Thread::project_id);
    let is_deletion = matches!(event, OrchestrationEvent::ThreadDeleted(_));
    match project_id.filter(|_| is_deletion) {
        None => project(model, event),
        Some(project_id) => {
            let json = serde_json::to_value(&model).map(|mut json| {
                if let Some(projects) = json["projects"].as_object_mut() {
                    projects.remove(&project_id.to_string());
                }
                json
            });

            json.and_then(serde_json::from_value)
                .map_or(model, |Unchecked(model)| model)
        }
    }
}

#[test]
fn event_stream_finds_an_event_that_breaks_a_model_and_shows_the_events() {
    let subject = Subject::CORE.with_projector(drops_too_much);
    let found = (0..5_000).find_map(|seed| Target::EventStream.check(subject, &input(seed)).found);
    let found = found.expect("no event breaks a model");
    assert_eq!(found.violation.invariant, Invariant::A6);
    let failure = Failure::of(subject, &found);
    let report = failure.report(Some(std::path::Path::new("A6-1.events.jsonl")));
    for part in [
        "The fewest events",
        "test: a6_1_test.rs, for model-tests/tests/",
        "shrink --as events --invariant A6 A6-1.events.jsonl",
    ] {
        assert!(report.contains(part), "{part} is not in\n{report}");
    }
}

#[test]
fn a_target_is_known_by_its_name_and_no_other_is() {
    for target in Target::ALL {
        assert_eq!(target.name().parse(), Ok(target));
    }
    let unknown: Result<Target, UnknownTarget> = "wires".parse();
    assert_eq!(
        unknown.expect_err("there is none").to_string(),
        "there is no fuzz target wires: expected one of command_sequence, event_stream, wire, interleaving, \
         naive_commands, induct"
    );
}

#[test]
fn event_stream_finds_a_projector_that_passes_over_events_of_any_kind() {
    static PASSED_OVER: Mutex<&str> = Mutex::new("");
    fn forgetful(model: OrchestrationReadModel, event: &OrchestrationEvent) -> OrchestrationReadModel {
        let is_passed_over = event.kind() == *PASSED_OVER.lock().expect("nobody panics with it");
        if is_passed_over { model } else { project(model, event) }
    }
    let subject = Subject::CORE.with_projector(forgetful);
    for kind in OrchestrationEvent::KINDS {
        *PASSED_OVER.lock().expect("nobody panics with it") = kind;
        let is_found = (0..4_000).any(|seed| Target::EventStream.check(subject, &input(seed)).found.is_some());
        assert!(is_found, "{kind}");
    }
}
