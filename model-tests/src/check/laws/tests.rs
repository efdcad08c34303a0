//! Each law holds of the core, and is seen to be broken by a subject or a value that breaks it.

use arbitrary::{Arbitrary, Unstructured};
use orchestration::events::{ProjectDeleted, ThreadSelected};
use orchestration::{DeciderError, decide, project};

use super::*;
use crate::generate::{RandomSteps, Walk};
use crate::proof::bugs::BUGS;

/// A random run of the core, with the model before each command.
fn run(seed: u64, length: usize) -> Vec<(OrchestrationReadModel, OrchestrationCommand)> {
    let mut walk = Walk::new(Subject::CORE);
    let take = |step| (walk.model().clone(), walk.take(step).command);
    RandomSteps::new(seed).take(length).map(take).collect()
}

#[test]
fn everything_along_a_run_survives_json() {
    let mut findings = Findings::default();
    for (model, command) in run(1, 400) {
        check_json_of_step(&command, &decide(&command, &model), &mut findings);
        check_json("model", &model, &mut findings);
    }
    assert_eq!(findings.violations, []);
}

#[test]
fn a_value_that_json_loses_is_found() {
    #[derive(PartialEq, Serialize, serde::Deserialize)]
    struct Forgetful {
        #[serde(skip)]
        lost: u8,
    }
    let mut findings = Findings::default();
    check_json("number", &Forgetful { lost: 1 }, &mut findings);
    assert_eq!(findings.violations.len(), 1);
}

#[test]
fn a_server_that_restarts_goes_on_as_one_that_does_not() {
    let mut findings = Findings::default();
    for seed in 0..40 {
        let trace: Vec<_> = run(seed, 200).into_iter().map(|(_, command)| command).collect();
        check_restarts(Subject::CORE, &trace, &mut findings);
    }
    assert_eq!(findings.violations, []);
}

#[test]
fn a_server_that_takes_a_snapshot_of_another_log_for_its_own_is_found() {
    let bug = crate::proof::bugs::named("snapshot-outlives-its-log").expect("it is planted");
    let mut findings = Findings::default();
    for seed in 0..10 {
        let trace: Vec<_> = run(seed, 200).into_iter().map(|(_, command)| command).collect();
        check_restarts(bug.subject, &trace, &mut findings);
    }
    let violation = findings.violations.pop().expect("it is found");
    assert_eq!(violation.invariant, Invariant::A2);
    assert!(violation.message.contains("outlived its log"), "{violation}");
}

#[test]
fn a_decider_that_looks_at_what_is_not_stored_is_found() {
    /// Refuses to go on with a message in a third piece: where a text was cut is not stored.
    fn impatient(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> Decided {
        let decision = decide(command, model)?;
        if let [OrchestrationEvent::MessageChunkReceived(received)] = decision.as_slice() {
            let turn = model.thread(received.thread_id).and_then(|thread| thread.active_turn());
            let message = turn.and_then(|turn| turn.message(received.message_id));
            if message.is_some_and(|message| message.text().pieces().count() > 1) {
                let thread_id = received.thread_id;
                return Err(orchestration::DeciderError::NoActiveTurn { thread_id });
            }
        }
        Ok(decision)
    }
    let subject = Subject::CORE.with_decider(impatient);
    let mut findings = Findings::default();
    for seed in 0..20 {
        let trace: Vec<_> = run(seed, 400).into_iter().map(|(_, command)| command).collect();
        check_restarts(subject, &trace, &mut findings);
    }
    assert_eq!(findings.violations[0].invariant, Invariant::A2);
}

#[test]
fn the_laws_of_a_trace_all_have_something_to_say() {
    let trace: Vec<_> = run(1, 200).into_iter().map(|(_, command)| command).collect();
    let mut findings = Findings::default();
    check_trace(Subject::CORE, &trace, &mut findings);
    assert_eq!(findings.violations, []);
    for law in [Invariant::A2, Invariant::A3, Invariant::A4, Invariant::A5] {
        assert!(findings.tally.of(law).premise_held > 0, "{law}");
    }
}

#[test]
fn a_snapshot_takes_in_the_rest_of_its_log_and_nothing_else() {
    let run = run(1, 400);
    let events: Vec<_> = run
        .iter()
        .filter_map(|(model, command)| decide(command, model).ok())
        .flatten()
        .collect();
    let expected = events.iter().fold(OrchestrationReadModel::default(), project);
    let check = |subject| {
        let mut findings = Findings::default();
        check_replay(subject, Snapshot::default(), events.clone(), &expected, &mut findings);
        findings.violations
    };
    assert_eq!(check(Subject::CORE), []);
    for id in [
        "repeat-applied",
        "gap-of-one-skipped",
        "replay-passes-over-interrupts",
        "snapshot-outlives-its-log",
        "snapshot-keeps-first-time",
    ] {
        let bug = BUGS.iter().find(|bug| bug.id == id).expect("it is planted");
        assert_eq!(check(bug.subject).len(), 1, "{id}");
    }
}

#[test]
fn renaming_changes_nothing_else_in_a_long_run_of_many_threads_either() {
    let trace: Vec<_> = run(5, 3_000).into_iter().map(|(_, command)| command).collect();
    let mut findings = Findings::default();
    check_renaming(Subject::CORE, &trace, &mut findings);
    assert_eq!(findings.violations, []);
}

#[test]
fn renaming_ids_changes_nothing_else() {
    let mut findings = Findings::default();
    for seed in 0..100 {
        let trace: Vec<_> = run(seed, 60).into_iter().map(|(_, command)| command).collect();
        check_renaming(Subject::CORE, &trace, &mut findings);
    }
    assert_eq!(findings.violations, []);
}

#[test]
fn a_decider_that_looks_at_the_bits_of_an_id_is_found() {
    fn biased(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> Decided {
        let is_odd = command
            .thread_id()
            .is_some_and(|id| id.as_uuid().as_bytes()[0] % 2 == 1);
        let mut events = decide(command, model)?;
        if is_odd {
            events.truncate(1);
        }
        Ok(events)
    }
    let mut findings = Findings::default();
    let trace: Vec<_> = run(3, 200).into_iter().map(|(_, command)| command).collect();
    check_renaming(Subject::CORE.with_decider(biased), &trace, &mut findings);
    assert!(!findings.violations.is_empty());
}

/// Checks each command of some runs with the one after it, as if both had come at once.
fn check_neighbours(subject: Subject) -> Findings {
    let mut findings = Findings::default();
    for seed in 0..60 {
        for pair in run(seed, 120).windows(2) {
            let [(model, left), (_, right)] = pair else { continue };
            check_commuting(subject, model, left, right, &mut findings);
        }
    }
    findings
}

#[test]
fn commands_on_different_threads_commute() {
    let findings = check_neighbours(Subject::CORE);
    assert_eq!(findings.violations, []);
    assert!(
        findings.tally.of(Invariant::A5).premise_held > 500,
        "{:?}",
        findings.tally.of(Invariant::A5)
    );
}

#[test]
fn a_decider_that_runs_one_thread_at_a_time_is_found() {
    fn exclusive(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> Decided {
        if let OrchestrationCommand::StartTurn(start) = command
            && let Some((thread, _)) = model.active_turns().next()
        {
            let (thread_id, status) = (start.thread_id, thread.status());
            return Err(orchestration::DeciderError::ThreadNotIdle { thread_id, status });
        }
        decide(command, model)
    }
    assert!(
        !check_neighbours(Subject::CORE.with_decider(exclusive))
            .violations
            .is_empty()
    );
}

/// Projects arbitrary events on arbitrary models.
fn check_arbitrary_events(subject: Subject) -> Findings {
    let mut findings = Findings::default();
    for number in 0..1_500_u64 {
        let bytes: Vec<u8> = RandomSteps::new(number)
            .take(300)
            .flat_map(crate::generate::Step::to_bytes)
            .collect();
        let mut source = Unstructured::new(&bytes);
        let mut model = OrchestrationReadModel::arbitrary(&mut source).unwrap_or_default();
        while let Ok(event) = OrchestrationEvent::arbitrary(&mut source) {
            match check_totality(subject, model, &event, &mut findings) {
                Some(after) if !source.is_empty() => model = after,
                Some(_) | None => break,
            }
        }
    }
    findings
}

#[test]
fn the_projector_takes_any_event_on_any_model() {
    let findings = check_arbitrary_events(Subject::CORE);
    assert_eq!(findings.violations, []);
    assert!(
        findings.tally.of(Invariant::A6).premise_held > 5_000,
        "{:?}",
        findings.tally.of(Invariant::A6)
    );
}

#[test]
fn a_projector_that_leaves_threads_without_their_project_is_found() {
    let leaky = BUGS
        .iter()
        .find(|bug| bug.id == "delete-leaves-threads")
        .expect("it is planted");
    assert!(!check_arbitrary_events(leaky.subject).violations.is_empty());
}

#[test]
fn a_projector_that_panics_is_found() {
    fn panicking(model: OrchestrationReadModel, event: &OrchestrationEvent) -> OrchestrationReadModel {
        assert!(!matches!(event, OrchestrationEvent::ProjectDeleted(_)), "no");
        project(model, event)
    }
    let event = ProjectDeleted {
        project_id: orchestration::ProjectId::new(uuid::Uuid::nil()),
        at: chrono::DateTime::UNIX_EPOCH,
    };
    let mut findings = Findings::default();
    let subject = Subject::CORE.with_projector(panicking);
    check_totality(subject, OrchestrationReadModel::default(), &event.into(), &mut findings);
    assert_eq!(findings.violations.len(), 1);
}

#[test]
fn a_projector_that_takes_an_event_about_what_is_not_there_is_found() {
    fn selecting_another(model: OrchestrationReadModel, event: &OrchestrationEvent) -> OrchestrationReadModel {
        let other = model.threads().next().map(orchestration::read_model::Thread::id);
        match event {
            OrchestrationEvent::ThreadSelected(event) if model.thread(event.thread_id).is_none() => {
                let thread_id = other.unwrap_or(event.thread_id);
                project(model, &ThreadSelected { thread_id, ..*event }.into())
            }
            event => project(model, event),
        }
    }
    let findings = check_arbitrary_events(Subject::CORE.with_projector(selecting_another));
    let violation = findings.violations.first().expect("it is found");
    assert!(violation.message.contains("is about what is not there"), "{violation}");
}

/// A command on the thread of this number, with these fields.
fn on_thread(kind: &str, thread: u8, mut fields: serde_json::Value) -> OrchestrationCommand {
    fields["type"] = kind.into();
    fields["thread_id"] = format!("00000000-0000-0000-0000-00000000001{thread}").into();
    fields["at"] = "2026-01-01T00:00:00Z".into();
    serde_json::from_value(fields).expect("a command")
}

/// A model with two projects, the first of which has the threads 1 and 3, and the other the thread 2.
fn conversation() -> OrchestrationReadModel {
    let snapshot = include_str!("../../../../core/tests/golden/2/conversation.snapshot.json");
    let snapshot: Snapshot = serde_json::from_str(snapshot).expect("a snapshot");
    snapshot.model
}

#[test]
fn events_in_another_order_are_another_decision_but_where_a_project_is_deleted() {
    let events = |order: [u8; 2]| -> Decided {
        let deleted = |thread| on_thread("delete_thread", thread, serde_json::json!({}));
        let events = order.map(|thread| decide(&deleted(thread), &conversation()).expect("it is there"));
        Ok(events.concat())
    };
    let one = on_thread("delete_thread", 1, serde_json::json!({}));
    assert!(is_same_decision(&one, Some(&events([1, 2])), &events([1, 2])));
    assert!(!is_same_decision(&one, Some(&events([1, 2])), &events([2, 1])));
    let all = serde_json::json!({
        "type": "delete_project", "project_id": uuid::Uuid::nil(), "at": "2026-01-01T00:00:00Z",
    });
    let all = serde_json::from_value(all).expect("a command");
    assert!(is_same_decision(&all, Some(&events([1, 2])), &events([2, 1])));
    assert!(!is_same_decision(&all, Some(&events([1, 2])), &events([2, 2])));
}

#[test]
fn a_refusal_that_depends_on_another_thread_is_found_where_all_else_commutes() {
    /// Gives another reason once another thread has a checkpoint, and nothing else.
    fn distracted(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> Decided {
        let other = model.threads().find(|thread| {
            let has_only_checkpoints = thread.turn_count() == 0 && thread.checkpoints().len() > 0;
            has_only_checkpoints && Some(thread.id()) != command.thread_id()
        });
        decide(command, model).map_err(|error| match other {
            Some(other) => DeciderError::ThreadNotFound { thread_id: other.id() },
            None => error,
        })
    }
    let interrupt = on_thread("interrupt_turn", 1, serde_json::json!({"turn_id": uuid::Uuid::nil()}));
    let checkpoint = on_thread(
        "create_checkpoint",
        2,
        serde_json::json!({"checkpoint_id": uuid::Uuid::nil(), "git_ref": "a"}),
    );
    for (left, right) in [(&interrupt, &checkpoint), (&checkpoint, &interrupt)] {
        for (subject, count) in [(Subject::CORE, 0), (Subject::CORE.with_decider(distracted), 1)] {
            let mut findings = Findings::default();
            check_commuting(subject, &conversation(), left, right, &mut findings);
            assert_eq!(findings.violations.len(), count);
        }
    }
}

#[test]
fn only_branches_of_one_name_in_one_project_need_not_commute() {
    let create = |thread, branch: &str| on_thread("create_branch", thread, serde_json::json!({ "branch": branch }));
    let commute = |left, right| is_to_commute(&conversation(), &left, &right);
    assert!(!commute(create(1, "a"), create(3, "a")));
    assert!(commute(create(1, "a"), create(3, "b")));
    assert!(commute(create(1, "a"), create(2, "a")), "they are in two projects");
    assert!(!commute(create(1, "a"), create(1, "b")), "they are on one thread");
}
