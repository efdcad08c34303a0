//! How often each check is made: a check that is no longer called shows in a count, though all that it checked is right.

use orchestration::OrchestrationCommand;
use serde_json::Value;

use super::invariants::Findings;
use super::run::Run;
use crate::check::laws;
use crate::subject::Subject;
use crate::trace::TraceReader;

const CONVERSATION: &[u8] = include_bytes!("../../traces/conversation.trace.jsonl");

fn conversation() -> Vec<OrchestrationCommand> {
    let lines = TraceReader::new(CONVERSATION);
    lines.map(|line| line.expect("the shipped trace is sound").1).collect()
}

/// A line for each invariant that was checked: how often something that it speaks of was there, of how many times.
fn counts(findings: &Findings) -> String {
    assert_eq!(findings.violations, []);
    let counts = findings.tally.iter().filter(|(_, count)| count.checked > 0);
    let lines =
        counts.map(|(invariant, count)| format!("{} {}/{}", invariant.name(), count.premise_held, count.checked));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn how_often_a_trace_has_each_law_checked_is_as_reviewed() {
    let mut findings = Findings::default();
    laws::check_trace(Subject::CORE, &conversation(), &mut findings);
    insta::assert_snapshot!(counts(&findings));
}

#[test]
fn how_often_a_run_has_everything_checked_is_as_reviewed() {
    let commands = conversation();
    let mut run = Run::new(Subject::CORE);
    // Long enough for what is looked at in one step of many.
    for command in commands.iter().cycle().take(2_100) {
        let _ = run.step(command);
    }
    run.finish();
    assert_eq!(run.steps(), 2_100);
    insta::assert_snapshot!(format!("accepted {}\n{}", run.accepted(), counts(run.findings())));
}

#[test]
fn how_often_a_text_has_each_law_checked_is_as_reviewed() {
    let mut run = Run::new(Subject::CORE);
    for command in conversation() {
        let _ = run.step(&command);
    }
    let model = serde_json::to_value(run.model()).expect("a model is JSON");
    let mut illegal = model.clone();
    illegal["selected_thread"] = Value::from("000000ff-0000-4000-8000-000000000001");
    let snapshot = serde_json::to_vec(&orchestration::Snapshot {
        model: run.model().clone(),
        ..orchestration::Snapshot::default()
    });
    let texts = [
        ("nothing", Vec::new()),
        ("a trace", CONVERSATION.to_vec()),
        ("a legal model", model.to_string().into_bytes()),
        ("an illegal model", illegal.to_string().into_bytes()),
        ("a snapshot", snapshot.expect("a snapshot is JSON")),
    ];
    let counted = texts.map(|(name, text)| {
        let mut findings = Findings::default();
        laws::check_text(&text, &mut findings);
        format!("# {name}\n{}\n", counts(&findings))
    });
    insta::assert_snapshot!(counted.join("\n"));
}
