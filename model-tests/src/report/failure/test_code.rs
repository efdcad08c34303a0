//! A violation as a Rust test.

use std::fmt::Write as _;

use orchestration::OrchestrationCommand;

use crate::check::invariants::Violation;
use crate::check::reference::Machine;
use crate::kind::Kind;

/// A test that gives the commands of a trace one by one, and expects of each what the reference machine predicts; at
/// the end it expects that nothing is violated.
pub(super) fn of(violation: &Violation, trace: &[OrchestrationCommand]) -> String {
    let name = violation.invariant.name().to_lowercase();
    let last = trace.last().map_or("nothing", |command| Kind::of(command).name());
    // In a file of its own it is a crate, which has to say what it is.
    let sentence = format!("{}: {}.", violation.invariant, violation.invariant.sentence());
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "//! {sentence}

use model_tests::report::shrink::first_violation;
use model_tests::subject::Subject;
use orchestration::OrchestrationCommand;
use orchestration::testing::given;

#[test]
fn {name}_holds_after_{last}() {{
    let command = |json: &str| serde_json::from_str::<OrchestrationCommand>(json).unwrap();
    let trace = [
"
    );
    for command in trace {
        let json = serde_json::to_string(command).unwrap_or_default();
        let _ = writeln!(text, "        command(r#\"{json}\"#),");
    }
    let _ = writeln!(text, "    ];\n    let _ = given([])");
    let mut machine = Machine::default();
    for (place, command) in trace.iter().enumerate() {
        let _ = writeln!(text, "        .when(trace[{place}].clone())");
        let _ = match machine.predict(command) {
            Ok(kinds) => writeln!(text, "        .then_kinds({kinds:?})"),
            Err(kind) => writeln!(text, "        .then_error_kind({kind:?})"),
        };
    }
    let end = text.trim_end().len();
    text.truncate(end);
    let _ = writeln!(
        text,
        ";\n    assert_eq!(first_violation(Subject::CORE, &trace), None);\n}}"
    );
    text
}
