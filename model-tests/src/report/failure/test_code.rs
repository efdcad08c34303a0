//! A counterexample as a Rust test.
//!
//! The test checks the same evidence that drove shrinking: it fails as long as anything is broken by it.

use std::fmt::Write as _;

use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};
use serde::Serialize;

use crate::check::reference::Machine;
use crate::counterexample::{Counterexample, Evidence};
use crate::kind::Kind;

/// The code of a test; nothing if the evidence does not show the violation by itself.
pub(super) fn of(counterexample: &Counterexample) -> Option<String> {
    let invariant = counterexample.violation.invariant;
    // In a file of its own it is a crate, which has to say what it is.
    let mut text = format!(
        "//! {invariant}: {}.\n//!\n//! To be kept in `model-tests/tests/`, where each file is a program of tests.\n\n",
        invariant.sentence()
    );
    let name = invariant.name().to_lowercase();
    match &counterexample.evidence {
        Evidence::Run(trace) => of_trace(&mut text, &name, "Run", trace),
        Evidence::Laws(trace) => of_trace(&mut text, &name, "Laws", trace),
        Evidence::Model { model, commands } => of_model(&mut text, &name, model, commands),
        Evidence::Events { model, events } => {
            text.push_str(
                "use model_tests::counterexample::Evidence;\nuse model_tests::subject::Subject;\nuse orchestration::OrchestrationEvent;\nuse orchestration::testing::Unchecked;\n\n",
            );
            let _ = write!(
                text,
                "#[test]\nfn {name}_holds_of_these_events() {{\n    let event = |json: &str| serde_json::from_str::<OrchestrationEvent>(json).unwrap();\n    let evidence = Evidence::Events {{\n        model: serde_json::from_str::<Unchecked>({}).unwrap().0,\n        events: vec![\n",
                literal(model)
            );
            for event in events {
                let _ = writeln!(text, "            event({}),", literal(event));
            }
            text.push_str("        ],\n    };\n    assert_eq!(evidence.check(Subject::CORE), None);\n}\n");
        }
        Evidence::Text(bytes) => {
            let _ = write!(
                text,
                "use model_tests::counterexample::Evidence;\nuse model_tests::subject::Subject;\n\n#[test]\nfn {name}_holds_of_this_text() {{\n    let evidence = Evidence::Text(b\"{}\".to_vec());\n    assert_eq!(evidence.check(Subject::CORE), None);\n}}\n",
                bytes.escape_ascii()
            );
        }
        Evidence::Graph(_) => return None,
    }
    Some(text)
}

/// Gives the commands one by one, and expects of each what the reference machine predicts; at the end the evidence is to
/// break nothing.
fn of_trace(text: &mut String, name: &str, evidence: &str, trace: &[OrchestrationCommand]) {
    let last = trace.last().map_or("nothing", |command| Kind::of(command).name());
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "use model_tests::counterexample::Evidence;
use model_tests::subject::Subject;
use orchestration::OrchestrationCommand;
use orchestration::testing::given;

#[test]
fn {name}_holds_after_{last}() {{
    let command = |json: &str| serde_json::from_str::<OrchestrationCommand>(json).unwrap();
    let trace = vec![
"
    );
    for command in trace {
        let _ = writeln!(text, "        command({}),", literal(command));
    }
    let _ = writeln!(text, "    ];\n    let _ = given([])");
    let mut machine = Machine::default();
    for (index, command) in trace.iter().enumerate() {
        let _ = writeln!(text, "        .when(trace[{index}].clone())");
        let _ = match machine.predict(command) {
            Ok(events) => {
                let kinds: Vec<_> = events.iter().map(OrchestrationEvent::kind).collect();
                writeln!(text, "        .then_kinds({kinds:?})")
            }
            Err(error) => writeln!(text, "        .then_error_kind({:?})", error.kind()),
        };
    }
    let end = text.trim_end().len();
    text.truncate(end);
    let _ = writeln!(
        text,
        ";\n    assert_eq!(Evidence::{evidence}(trace).check(Subject::CORE), None);\n}}"
    );
}

/// Gives the commands to the model. What the core makes of each is not told: what the reference machine says of them begins
/// with the model, and is checked with the evidence.
fn of_model(text: &mut String, name: &str, model: &OrchestrationReadModel, commands: &[OrchestrationCommand]) {
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "use model_tests::counterexample::Evidence;
use model_tests::subject::Subject;
use orchestration::OrchestrationCommand;
use orchestration::testing::Unchecked;

#[test]
fn {name}_holds_on_this_model() {{
    let command = |json: &str| serde_json::from_str::<OrchestrationCommand>(json).unwrap();
    let evidence = Evidence::Model {{
        model: serde_json::from_str::<Unchecked>({}).unwrap().0,
        commands: vec![
",
        literal(model)
    );
    for command in commands {
        let _ = writeln!(text, "            command({}),", literal(command));
    }
    text.push_str("        ],\n    };\n    assert_eq!(evidence.check(Subject::CORE), None);\n}\n");
}

/// The JSON of a value as a raw string, with no more hashes than it takes.
pub(super) fn literal(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_else(|error| error.to_string());
    let mut hashes = "#".to_owned();
    while json.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{json}\"{hashes}")
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn what_would_end_a_raw_string_does_not_end_it() {
        assert_eq!(literal(&"a"), "r#\"\"a\"\"#");
        assert_eq!(literal(&"a\"# b"), "r##\"\"a\\\"# b\"\"##");
    }
}
