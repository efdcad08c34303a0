use std::io::{self, BufReader, Read};

use model_tests::check::invariants::Invariant;
use model_tests::proof::bugs;
use orchestration::{DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};
use serde_json::Value;

use super::*;

const CONVERSATION: &str = include_str!("../../../../traces/conversation.trace.jsonl");

fn source() -> Source<'static> {
    Source {
        name: "the trace".to_owned(),
        path: None,
    }
}

/// The step at which the conversation's first turn completes.
const COMPLETION: u64 = 30;

/// A core whose projector leaves the thread running when a turn completes.
fn leaving_running() -> Subject {
    let bug = bugs::named("complete-leaves-running").expect("the bug is planted");
    bug.subject.with_decider(orchestration::decide)
}

fn panicking_on_completion(model: OrchestrationReadModel, event: &OrchestrationEvent) -> OrchestrationReadModel {
    assert!(!matches!(event, OrchestrationEvent::TurnCompleted(_)), "out of order");
    orchestration::project(model, event)
}

fn refusing_to_rename(
    command: &OrchestrationCommand,
    model: &OrchestrationReadModel,
) -> Result<Vec<OrchestrationEvent>, DeciderError> {
    if let OrchestrationCommand::RenameProject(command) = command {
        return Err(DeciderError::ProjectNotFound {
            project_id: command.project_id,
        });
    }
    orchestration::decide(command, model)
}

fn replay_as_json(subject: Subject, trace: impl BufRead, until: u64) -> (anyhow::Result<Verdict>, Vec<Value>) {
    let mut sink = Vec::new();
    let verdict = run_trace(subject, trace, until, &mut json::Lines::new(&mut sink), &source());
    let lines = sink
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("each line is JSON"))
        .collect();
    (verdict, lines)
}

fn verdict_and_lines(subject: Subject) -> (Verdict, Vec<Value>) {
    let (verdict, lines) = replay_as_json(subject, CONVERSATION.as_bytes(), u64::MAX);
    (verdict.expect("the trace is read to its end"), lines)
}

#[test]
fn a_violation_is_named_with_its_sentence_and_step_and_the_replay_goes_on() {
    let (verdict, lines) = verdict_and_lines(leaving_running());
    assert_eq!(verdict, Verdict::Violated);
    assert_eq!(lines.len(), 49);
    let first = &lines[48]["violations"][0];
    assert_eq!(first["step"], COMPLETION);
    assert_eq!(first["invariant"], "S4");
    assert_eq!(first["sentence"], Invariant::S4.sentence());
    let message = first["message"].as_str().expect("a message");
    assert!(
        message.contains("000000b0-0000-4000-8000-000000000001"),
        "the thread is named: {message}"
    );
}

#[test]
fn a_disagreement_with_the_reference_is_a_violation() {
    let subject = Subject::CORE.with_decider(refusing_to_rename);
    let (verdict, lines) = verdict_and_lines(subject);
    assert_eq!(verdict, Verdict::Violated);
    assert_eq!(lines[2]["outcome"], "rejected");
    assert_eq!(lines[48]["violations"][0]["step"], 3);
    assert_eq!(lines[48]["violations"][0]["invariant"], "R1");
}

#[test]
fn a_panic_ends_the_replay_with_a_violation_and_the_model_before_it() {
    let subject = Subject::CORE.with_projector(panicking_on_completion);
    let (verdict, lines) = verdict_and_lines(subject);
    assert_eq!(verdict, Verdict::Violated);
    let [.., step, whole] = lines.as_slice() else {
        panic!("there are a step and a summary: {lines:?}");
    };
    assert_eq!(step["step"], COMPLETION);
    assert_eq!(step["outcome"], "panicked");
    assert_eq!(whole["steps"], COMPLETION);
    let violations = whole["violations"].as_array().expect("a list");
    assert_eq!(violations.len(), 1, "{violations:?}");
    assert_eq!(violations[0]["invariant"], "A6");
    assert_eq!(
        whole["model"]["threads"]["000000b0-0000-4000-8000-000000000001"]["status"],
        "running"
    );
}

#[test]
fn what_was_violated_before_a_line_that_is_no_command_is_told_too() {
    let trace = format!("{CONVERSATION}nonsense\n");
    let (verdict, lines) = replay_as_json(leaving_running(), trace.as_bytes(), u64::MAX);
    let error = verdict.expect_err("a line is no command");
    assert!(
        format!("{error:#}").starts_with("in the trace: line 49, column "),
        "{error:#}"
    );
    assert_eq!(lines[48]["violations"][0]["invariant"], "S4");
}

#[test]
fn nothing_is_read_beyond_the_last_step() {
    struct Unwritten;
    impl Read for Unwritten {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("it is not written yet"))
        }
    }
    let first = format!("{}\n", CONVERSATION.lines().next().expect("a line"));
    for until in [0, 1] {
        let trace = first.as_bytes().chain(BufReader::new(Unwritten));
        let (verdict, lines) = replay_as_json(Subject::CORE, trace, until);
        assert_eq!(verdict.expect("nothing went wrong"), Verdict::Clean);
        assert_eq!(lines.last().expect("a summary")["steps"], until);
    }
}

#[test]
fn people_see_a_violation_right_after_its_step_and_at_the_end() {
    let mut sink = Vec::new();
    let verdict = run_trace(
        leaving_running(),
        CONVERSATION.as_bytes(),
        u64::MAX,
        &mut pretty::Table::new(anstream::StripStream::new(&mut sink), false, pretty::Next::default()),
        &source(),
    );
    assert_eq!(verdict.expect("the trace is read to its end"), Verdict::Violated);
    let text = String::from_utf8(sink).expect("UTF-8");
    let lines: Vec<_> = text.lines().collect();
    let place = lines
        .iter()
        .position(|line| line.starts_with("✗ S4 after step 30: "))
        .unwrap_or_else(|| panic!("{text}"));
    // What does not fit the width goes on in the next line.
    let row = lines[place - 3..place].join("\n");
    assert!(row.contains("turn_complete"), "{text}");
    let end = lines[lines.len() - 6..].join("\n");
    let beginning: String = Invariant::S4.sentence().chars().take(40).collect();
    assert!(end.contains("    S4 after step 30: "), "{text}");
    assert!(end.contains(&format!("    always: {beginning}")), "{text}");
}

/// The conversation up to where its first turn completes, as a snapshot.
fn snapshot() -> (String, OrchestrationReadModel) {
    let (_, lines) = replay_as_json(Subject::CORE, CONVERSATION.as_bytes(), COMPLETION - 1);
    let model = lines.last().expect("a summary")["model"].clone();
    let snapshot = serde_json::json!({"schema_version": 2, "sequence": 0, "model": model});
    (snapshot.to_string(), serde_json::from_value(model).expect("a model"))
}

#[test]
fn a_trace_goes_on_from_the_snapshot_in_its_first_line() {
    let (snapshot, _) = snapshot();
    let rest: Vec<_> = CONVERSATION
        .lines()
        .skip(usize::try_from(COMPLETION).expect("small") - 1)
        .collect();
    let trace = format!("{snapshot}\n{}\n", rest.join("\n"));
    let (verdict, lines) = replay_as_json(Subject::CORE, trace.as_bytes(), u64::MAX);
    assert_eq!(verdict.expect("nothing went wrong"), Verdict::Clean);
    let (_, whole) = replay_as_json(Subject::CORE, CONVERSATION.as_bytes(), u64::MAX);
    let model = |lines: &[Value]| lines.last().expect("a summary")["model"].clone();
    assert_eq!(model(&lines), model(&whole));
    assert_eq!(lines.len(), rest.len() + 1);
    let (verdict, _) = replay_as_json(leaving_running(), trace.as_bytes(), u64::MAX);
    assert_eq!(verdict.expect("the trace is read to its end"), Verdict::Violated);
}

#[test]
fn a_snapshot_alone_is_a_trace_and_one_that_is_not_legal_is_none() {
    let (snapshot, model) = snapshot();
    let (verdict, lines) = replay_as_json(Subject::CORE, snapshot.as_bytes(), u64::MAX);
    assert_eq!(verdict.expect("nothing went wrong"), Verdict::Clean);
    let found = serde_json::from_value::<OrchestrationReadModel>(lines[0]["model"].clone());
    assert_eq!(found.expect("a model"), model);
    let illegal = snapshot.replace(r#""status":"running""#, r#""status":"idle""#);
    assert_ne!(illegal, snapshot);
    let (verdict, _) = replay_as_json(Subject::CORE, illegal.as_bytes(), u64::MAX);
    let error = format!("{:#}", verdict.expect_err("it is no snapshot"));
    assert!(
        error.contains("line 1 is no snapshot to begin with: illegal model: S"),
        "{error}"
    );
}
