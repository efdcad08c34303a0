//! What is said when the core and the machine disagree, and that nothing slips through.

use model_tests::check::invariants::{Findings, Invariant};
use model_tests::check::reference::{Machine, check_touched};
use model_tests::check::run::Run;
use model_tests::proof::bugs::BUGS;
use model_tests::subject::Subject;
use orchestration::events::ChangesCommitted;
use orchestration::{
    NonBlank, OrchestrationCommand as Command, OrchestrationEvent, OrchestrationReadModel, decide, project,
};

use crate::rules::checkpoints::create_checkpoint;
use crate::rules::git::{commit, create_branch};
use crate::rules::projects::create_project;
use crate::rules::provider_events::{ask, text_delta, tool_call};
use crate::rules::threads::{create_thread, delete_thread, select_thread};
use crate::rules::turns::{interrupt_turn, start_turn};

fn bug(id: &str) -> Subject {
    let bug = BUGS.iter().find(|bug| bug.id == id);
    bug.expect("it is planted").subject
}

/// What the second opinion has to say of the first step on which it has anything to say.
fn first_disagreement(subject: Subject, commands: &[Command]) -> String {
    let mut run = Run::new(subject);
    for command in commands {
        let _ = run.step(command);
        let violations = run.take_violations();
        let mut disagreements = violations
            .into_iter()
            .filter(|violation| violation.invariant == Invariant::R1);
        if let Some(disagreement) = disagreements.next() {
            return disagreement.to_string();
        }
    }
    panic!("nobody disagrees");
}

#[test]
fn another_decision_is_told_with_what_was_expected_and_with_what_the_command_met() {
    let commands = [
        create_project(1, 1),
        create_thread(1, 1),
        create_checkpoint(1, 1),
        create_branch(1, 1),
        start_turn(1, 1),
        text_delta(1, 1, 1),
        tool_call(1, 1, 1),
        ask(1, 1, 1, Some(1)),
        start_turn(1, 2),
    ];
    insta::assert_snapshot!(first_disagreement(bug("start-while-running"), &commands));
}

#[test]
fn another_state_is_told_by_the_lines_that_differ_in_the_thing_that_differs() {
    let commands = [
        create_project(1, 1),
        create_thread(1, 1),
        create_thread(2, 1),
        start_turn(2, 1),
        ask(2, 1, 1, None),
        interrupt_turn(2, 1),
    ];
    insta::assert_snapshot!(first_disagreement(bug("interrupt-leaves-pending"), &commands));
}

fn forgets_selections(model: OrchestrationReadModel, event: &OrchestrationEvent) -> OrchestrationReadModel {
    if matches!(event, OrchestrationEvent::ThreadSelected(_)) {
        return model;
    }
    project(model, event)
}

fn forgets_deletions(model: OrchestrationReadModel, event: &OrchestrationEvent) -> OrchestrationReadModel {
    if matches!(event, OrchestrationEvent::ThreadDeleted(_)) {
        return model;
    }
    project(model, event)
}

fn counts_one_turn_more(model: OrchestrationReadModel, event: &OrchestrationEvent) -> OrchestrationReadModel {
    if let OrchestrationEvent::CheckpointCreated(created) = event {
        let mut created = created.clone();
        created.turn_count += 1;
        return project(model, &created.into());
    }
    project(model, event)
}

fn forgets_commits(model: OrchestrationReadModel, event: &OrchestrationEvent) -> OrchestrationReadModel {
    if matches!(event, OrchestrationEvent::ChangesCommitted(_)) {
        return model;
    }
    project(model, event)
}

fn commits_at_every_selection(model: OrchestrationReadModel, event: &OrchestrationEvent) -> OrchestrationReadModel {
    let model = project(model, event);
    let OrchestrationEvent::ThreadSelected(selected) = event else {
        return model;
    };
    let branch = model.thread(selected.thread_id).and_then(|thread| thread.branch());
    let committed = ChangesCommitted {
        thread_id: selected.thread_id,
        branch: branch.expect("the thread has one").clone(),
        message: NonBlank::parse("a").expect("it is not blank"),
        at: selected.at,
    };
    project(model, &committed.into())
}

/// What is found by looking at no more than a command can have touched.
fn found_where_touched(subject: Subject, commands: &[Command]) -> Vec<String> {
    let (mut machine, mut model) = (Machine::default(), OrchestrationReadModel::default());
    let mut findings = Findings::default();
    for command in commands {
        let _ = machine.predict(command);
        let events = decide(command, &model).expect("it is accepted");
        let before = model.clone();
        model = subject.fold(model, &events);
        check_touched(command, &machine, &before, &model, &mut findings);
    }
    findings
        .violations
        .iter()
        .map(|violation| violation.message.clone())
        .collect()
}

#[test]
fn what_a_command_can_have_touched_is_looked_at_after_every_command() {
    let project_only = |project| Subject::CORE.with_projector(project);
    let begin = [create_project(1, 1), create_thread(1, 1), create_branch(1, 1)];
    let ends = [
        (project_only(forgets_selections as fn(_, &_) -> _), select_thread(1)),
        (project_only(forgets_deletions), delete_thread(1)),
        (project_only(counts_one_turn_more), create_checkpoint(1, 1)),
        (project_only(forgets_commits), commit(1)),
        (project_only(commits_at_every_selection), select_thread(1)),
    ];
    for (subject, end) in ends {
        let commands = [&begin[..], std::slice::from_ref(&end)].concat();
        assert_eq!(found_where_touched(Subject::CORE, &commands), [""; 0]);
        assert_eq!(found_where_touched(subject, &commands).len(), 1, "{}", end.kind());
    }
}
