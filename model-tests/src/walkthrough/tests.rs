use orchestration::testing::Unchecked;
use orchestration::{OrchestrationEvent, OrchestrationReadModel};
use serde_json::json;

use super::*;
use crate::check::invariants::Invariant;
use crate::describe;
use crate::trace::TraceReader;

const CONVERSATION: &str = include_str!("../../traces/conversation.trace.jsonl");

fn conversation() -> Vec<OrchestrationCommand> {
    let lines = TraceReader::new(CONVERSATION.as_bytes());
    lines.map(|line| line.expect("a command").1).collect()
}

/// A core whose projector lets no turn complete.
fn completions_dropped() -> Subject {
    Subject::CORE.with_projector(|model, event| match event {
        OrchestrationEvent::TurnCompleted(_) => model,
        event => orchestration::project(model, event),
    })
}

#[test]
fn every_step_tells_what_was_decided_expected_and_there_before_and_after() {
    let commands = conversation();
    let walkthrough = Walkthrough::of(Subject::CORE, None, &commands);
    assert_eq!(walkthrough.steps().len(), commands.len());
    assert_eq!(walkthrough.violations().count(), 0);
    let mut model = OrchestrationReadModel::default();
    assert_eq!(walkthrough.model_after(0), Some(&model));
    for (number, command) in (1..).zip(&commands) {
        let step = walkthrough.step(number).expect("a step");
        assert_eq!((step.number, &step.command), (number, command));
        assert_eq!(step.before, model);
        let decided = orchestration::decide(command, &model);
        model = decided.iter().flatten().fold(model, orchestration::project);
        assert_eq!(step.decision, Some(decided));
        assert!(!step.is_decision_disputed());
        assert_eq!(walkthrough.model_after(number), Some(&model));
    }
    assert_eq!(walkthrough.model_after(commands.len() + 1), None);
    let started = walkthrough
        .steps()
        .iter()
        .find(|step| step.command.kind() == "start_turn")
        .expect("a turn");
    assert_eq!(
        (started.status_before, started.status_after),
        (Status::Idle, Status::Running)
    );
}

#[test]
fn where_the_reference_machine_expects_another_model_the_fields_are_named() {
    let walkthrough = Walkthrough::of(completions_dropped(), None, &conversation());
    let (number, _) = walkthrough.violations().next().expect("it is wrong");
    let step = walkthrough.step(number).expect("found along the way");
    assert_eq!(
        describe::command(&step.command).split(' ').next(),
        Some("turn_complete")
    );
    let disputed = difference::in_words(&step.disputed, walkthrough.names());
    let disputed: Vec<_> = disputed.iter().map(ToString::to_string).collect();
    let expected = "thread 1 › turn 1 › status: completed → running";
    assert!(disputed.iter().any(|line| line == expected), "{disputed:#?}");
    assert!(!step.is_decision_disputed());
    assert!(
        walkthrough.steps()[..number - 1]
            .iter()
            .all(|step| step.violations.is_empty() && step.disputed.is_empty())
    );
}

#[test]
fn a_run_ends_where_the_subject_panics() {
    let subject = Subject::CORE.with_decider(|command, model| {
        assert!(command.kind() != "start_turn", "no turns today");
        orchestration::decide(command, model)
    });
    let commands = conversation();
    let walkthrough = Walkthrough::of(subject, None, &commands);
    let last = walkthrough.steps().last().expect("a step");
    assert_eq!((last.command.kind(), &last.decision), ("start_turn", &None));
    assert!(last.number < commands.len() && last.predicted.is_ok() && last.is_decision_disputed());
    assert_eq!(last.before, last.after);
    assert_eq!(
        last.violations[0].message,
        "start_turn made the core panic: expected it to be carried out or refused, found the panic: no turns today"
    );
    assert_eq!(walkthrough.violations().count(), 1);
}

#[test]
fn what_is_wrong_with_the_beginning_or_shows_at_the_end_is_told_apart() {
    let commands = conversation();
    let legal = Walkthrough::of(Subject::CORE, None, &commands[..6]);
    let model = legal.model_after(6).expect("six steps").clone();
    let text = serde_json::to_string(&model).expect("JSON");
    let illegal = text.replacen(r#""status":"idle""#, r#""status":"running""#, 1);
    assert_ne!(text, illegal);
    let Unchecked(illegal) = serde_json::from_str(&illegal).expect("a model");
    let walkthrough = Walkthrough::of(Subject::CORE, Some(illegal), &[]);
    let beginning = walkthrough.violations_at_beginning();
    assert!(
        beginning.iter().any(|violation| violation.invariant == Invariant::S4),
        "{beginning:?}"
    );
    assert!(walkthrough.violations().all(|(step, _)| step == 0));

    // The last event is lost when the log is replayed, which is looked at in the end.
    let forgetful = Subject::CORE.with_replay(|snapshot, stored| {
        let before = snapshot.model.clone();
        let mut after = snapshot.apply(stored)?;
        if matches!(stored.event, OrchestrationEvent::ThreadCreated(_)) {
            after.model = before;
        }
        Ok(after)
    });
    let walkthrough = Walkthrough::of(forgetful, None, &commands[..6]);
    assert!(walkthrough.steps().iter().all(|step| step.violations.is_empty()));
    assert_eq!(walkthrough.violations_at_end()[0].invariant, Invariant::A2);
    assert_eq!(walkthrough.violations().next().map(|(step, _)| step), Some(6));
}

#[test]
fn a_run_goes_on_from_a_model() {
    let commands = conversation();
    let whole = Walkthrough::of(Subject::CORE, None, &commands);
    let beginning = whole.model_after(12).cloned();
    let rest = Walkthrough::of(Subject::CORE, beginning.clone(), &commands[12..]);
    assert_eq!(rest.model_after(0), beginning.as_ref());
    assert_eq!(rest.model_after(commands.len() - 12), whole.model_after(commands.len()));
    assert_eq!(rest.violations().count(), 0);
    assert_eq!(
        rest.names().iter().next().map(|(name, _)| name).as_deref(),
        Some("project 1")
    );
}

#[test]
fn messages_of_violations_read_with_short_names() {
    let walkthrough = Walkthrough::of(completions_dropped(), None, &conversation());
    let (_, violation) = walkthrough.violations().next().expect("it is wrong");
    let text = walkthrough.names().in_text(&violation.message);
    assert!(
        text.contains("thread 1") && !text.contains("thread thread") && !text.contains("-4000-"),
        "{text}"
    );
}

#[test]
fn all_that_a_run_speaks_of_has_a_name() {
    let walkthrough = Walkthrough::of(Subject::CORE, None, &conversation());
    let names: Vec<_> = walkthrough.names().iter().map(|(name, _)| name).collect();
    for name in [
        "project 1",
        "project 2",
        "thread 1",
        "turn 1",
        "message 1",
        "approval 1",
        "checkpoint 1",
        "call 1",
    ] {
        assert!(names.iter().any(|known| known == name), "{name} is none of {names:?}");
    }
    for step in walkthrough.steps() {
        let json = serde_json::to_string(&json!([step.command, step.after])).expect("JSON");
        let text = walkthrough.names().in_text(&json);
        assert!(!text.contains("-4000-8000-"), "{text}");
    }
}

#[test]
fn json_of_models_and_commands_reads_with_names() {
    let walkthrough = Walkthrough::of(Subject::CORE, None, &conversation());
    let names = walkthrough.names();
    for step in walkthrough.steps() {
        let mut json = json!([step.command, step.after]);
        for value in json.as_array_mut().expect("two values") {
            names.in_json(&[], value);
        }
        assert!(!json.to_string().contains("-4000-8000-"), "{json}");
        for mut change in difference::changes_of_models(&step.before, &step.after, crate::difference::Pairing::ByPlace)
        {
            let value = change.after.as_mut().unwrap_or(&mut serde_json::Value::Null).take();
            let mut told = json!([names.in_path(&change.path), value]);
            names.in_json(&change.path, &mut told[1]);
            assert!(!told.to_string().contains("-4000-8000-"), "{told}");
        }
    }
}
