//! A counterexample as a test of the core alone: given, when, then.
//!
//! What each command is to come to is what the reference machine says, to the last field. The model at the end is held against
//! it where the core came to another.

use std::fmt::Write as _;

use orchestration::OrchestrationCommand;
use serde_json::Value;

use super::test_code::literal;
use crate::check::reference::Machine;
use crate::counterexample::{Counterexample, Evidence};
use crate::difference::Part;
use crate::kind::Kind;
use crate::walkthrough::{Step, Walkthrough};

/// Where a core came to something else than the reference machine.
#[derive(Clone, Debug, Default)]
pub(super) struct Disputed {
    /// Whether it decided otherwise, somewhere.
    is_decided_otherwise: bool,
    /// Where the model at the end is another: JSON pointers, each with what is expected there.
    fields: Vec<(String, Expected)>,
}

/// What is expected in a place of a model's JSON.
#[derive(Clone, Debug)]
enum Expected {
    /// This value, or nothing if it is null.
    Value(Value),
    /// Something, whatever it is.
    Something,
}

impl Disputed {
    /// Looks at where the machine disagrees in a run of a trace.
    pub(super) fn of(walkthrough: &Walkthrough, evidence: &Evidence) -> Self {
        let (Evidence::Run(_) | Evidence::Laws(_)) = evidence else {
            return Self::default();
        };
        let last = walkthrough.steps().last();
        Self {
            is_decided_otherwise: walkthrough.steps().iter().any(Step::is_decision_disputed),
            fields: last.map_or_else(Vec::new, fields),
        }
    }
}

/// Where the model after a step is another than expected, as far as that stands in its JSON.
fn fields(step: &Step) -> Vec<(String, Expected)> {
    let json = serde_json::to_value(&step.after).unwrap_or_default();
    let fields = step.disputed.iter().filter_map(|change| {
        let pointer = pointer(&change.path);
        let found = json.pointer(&pointer).unwrap_or(&Value::Null);
        let [before, after] = [&change.before, &change.after].map(|value| value.as_ref().unwrap_or(&Value::Null));
        // The machine knows some things in other words than the core does.
        let is_told = found == after || (!is_plain(found) && !is_plain(after));
        let is_known = is_told && is_place(&json, &change.path);
        let expected = if is_plain(before) {
            Expected::Value(before.clone())
        } else {
            Expected::Something
        };
        is_known.then_some((pointer, expected))
    });
    fields.collect()
}

/// Whether a value is one that is written in the same way by all.
const fn is_plain(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        Value::Array(_) | Value::Object(_) => false,
    }
}

/// Whether there can be something in a place: what bears it is there, and has fields or items as the path says.
fn is_place(json: &Value, path: &[Part]) -> bool {
    let Some((last, bearer)) = path.split_last() else {
        return false;
    };
    json.pointer(&pointer(bearer)).is_some_and(|bearer| match last {
        Part::Field(_) => bearer.is_object(),
        Part::Item { .. } => bearer.is_array(),
    })
}

fn pointer(path: &[Part]) -> String {
    let parts = path.iter().map(|part| match part {
        Part::Field(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
        Part::Item { index, .. } => format!("/{index}"),
    });
    parts.collect()
}

/// The code of a test.
///
/// # Errors
///
/// Why there is none.
pub(super) fn of(counterexample: &Counterexample, disputed: &Disputed) -> Result<String, &'static str> {
    let trace = match &counterexample.evidence {
        Evidence::Run(trace) | Evidence::Laws(trace) => trace,
        Evidence::Model { .. } => {
            return Err("The core's test kit begins with events, and this begins with a model that none need lead to.");
        }
        Evidence::Events { .. } => {
            return Err("The core's test kit gives commands, and this takes events that no command causes.");
        }
        Evidence::Text(_) => return Err("The core's test kit gives commands, and this takes a text."),
        Evidence::Graph(_) => return Err("It takes all states to show this, and no test has them."),
    };
    if !disputed.is_decided_otherwise && disputed.fields.is_empty() {
        return Err(
            "The core decides and projects as expected here: what is wrong shows only in what the harness does besides.",
        );
    }
    Ok(code(counterexample, trace, disputed))
}

fn code(counterexample: &Counterexample, trace: &[OrchestrationCommand], disputed: &Disputed) -> String {
    let invariant = counterexample.violation.invariant;
    let (name, sentence) = (invariant.name().to_lowercase(), invariant.sentence());
    let last = trace.last().map_or("nothing", |command| Kind::of(command).name());
    let mut steps = String::new();
    let (mut has_events, mut has_errors) = (false, false);
    let mut machine = Machine::default();
    // Writing to a string does not fail.
    for command in trace {
        let _ = writeln!(steps, "        .when(command({}))", literal(command));
        let _ = match machine.predict(command) {
            Ok(events) => {
                has_events = true;
                let events: Vec<_> = events
                    .iter()
                    .map(|event| format!("event({})", literal(event)))
                    .collect();
                writeln!(steps, "        .then([{}])", events.join(", "))
            }
            Err(error) => {
                has_errors = true;
                writeln!(steps, "        .then_error(error({}))", literal(&error))
            }
        };
    }
    for (pointer, expected) in &disputed.fields {
        let assertion = match expected {
            Expected::Value(value) => format!("assert_eq!(field(model, {pointer:?}), {})", literal(value)),
            Expected::Something => format!("assert_ne!(field(model, {pointer:?}), {})", literal(&Value::Null)),
        };
        let _ = writeln!(steps, "        .then_model(|model| {assertion})");
    }
    let steps = steps.trim_end();
    let helper = |is_needed: bool, name: &str, of: &str| {
        let code = format!("    let {name} = |json: &str| serde_json::from_str::<{of}>(json).unwrap();\n");
        if is_needed { code } else { String::new() }
    };
    let helpers = [
        helper(true, "command", "OrchestrationCommand"),
        helper(has_events, "event", "OrchestrationEvent"),
        helper(has_errors, "error", "DeciderError"),
    ];
    let has_fields = !disputed.fields.is_empty();
    let field = if has_fields {
        "    let field = |model: &OrchestrationReadModel, pointer: &str| {
        let json = serde_json::to_value(model).unwrap();
        json.pointer(pointer).cloned().unwrap_or_default().to_string()
    };
"
    } else {
        ""
    };
    let used = [
        (has_errors, "DeciderError"),
        (true, "OrchestrationCommand"),
        (has_events, "OrchestrationEvent"),
        (has_fields, "OrchestrationReadModel"),
    ];
    let used: Vec<_> = used
        .iter()
        .filter(|(is_used, _)| *is_used)
        .map(|(_, name)| *name)
        .collect();
    let used = match used.as_slice() {
        [one] => (*one).to_owned(),
        many => format!("{{{}}}", many.join(", ")),
    };
    format!(
        "//! {invariant}: {sentence}.
//!
//! To be kept in `core/tests/`, and to be named in `core/tests/main.rs`.

use orchestration::testing::given;
use orchestration::{used};

#[test]
fn {name}_holds_after_{last}() {{
{}{field}    let _ = given([])
{steps};
}}
",
        helpers.concat()
    )
}
