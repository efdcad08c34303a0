//! What a fuzz target found, and how it is shown.

use std::fmt::Write as _;
use std::path::Path;

use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};
use serde::Serialize;

use super::Target;
use crate::check::invariants::Violation;
use crate::describe::printable;
use crate::report::failure::Failure;
use crate::subject::Subject;

/// Something that did not hold of an input.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What did not hold.
    pub violation: Violation,
    /// What it did not hold of.
    pub evidence: Evidence,
}

/// What an input became.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// Commands from the empty model on.
    Trace(Vec<OrchestrationCommand>),
    /// A model, and the events that came then.
    Events {
        /// The model.
        model: OrchestrationReadModel,
        /// The events, the last of which broke something.
        events: Vec<OrchestrationEvent>,
    },
    /// A text.
    Text(Vec<u8>),
}

impl Finding {
    /// The failure, shrunk, if the evidence is a trace.
    #[must_use]
    pub fn failure(&self, subject: Subject) -> Option<Failure> {
        match &self.evidence {
            Evidence::Trace(trace) => Some(Failure::new(subject, self.violation.clone(), trace)),
            Evidence::Events { .. } | Evidence::Text(_) => None,
        }
    }

    /// The report of a finding whose evidence is no trace, for people.
    #[must_use]
    pub fn report(&self, target: Target, subject: Subject, file: &Path) -> String {
        let invariant = self.violation.invariant;
        let mut text = format!("✗ {invariant} is violated: {}\n", self.violation.message);
        // Writing to a string does not fail.
        let _ = writeln!(text, "  always: {}\n", invariant.sentence());
        text.push_str(&self.evidence(subject));
        if let Evidence::Events { model, events } = &self.evidence {
            let events = shrunk(subject, model, events);
            let _ = write!(
                text,
                "\nA test that fails until it is mended:\n\n{}",
                test_code(self, model, &events)
            );
        }
        let _ = writeln!(
            text,
            "\nTo see it again:\n\n    cargo run --release -- replay --fuzz {target} {}",
            file.display()
        );
        text
    }

    /// A finding whose evidence is no trace, for machines, in the form that a [failure](Failure::to_json) has.
    ///
    /// # Errors
    ///
    /// When a part of it is not to be written as JSON.
    pub fn to_json(&self, subject: Subject, file: &Path) -> serde_json::Result<serde_json::Value> {
        let invariant = self.violation.invariant;
        Ok(serde_json::json!({
            "invariant": invariant.name(),
            "sentence": invariant.sentence(),
            "message": &self.violation.message,
            "shown": "by_input",
            "trace": null,
            "pretty": self.evidence(subject),
            "file": serde_json::to_value(file)?,
        }))
    }

    /// What it did not hold of, shrunk, for people.
    fn evidence(&self, subject: Subject) -> String {
        match &self.evidence {
            Evidence::Trace(trace) => format!("after {} commands\n", trace.len()),
            Evidence::Text(bytes) => format!(
                "The text ({} bytes):\n{}\n",
                bytes.len(),
                printable(&String::from_utf8_lossy(bytes))
            ),
            Evidence::Events { model, events } => {
                let events = shrunk(subject, model, events);
                let mut text = format!("The model:\n{}\n\nThe events ({}):\n", json(model), events.len());
                for event in &events {
                    // Writing to a string does not fail.
                    let _ = writeln!(text, "{}", json(event));
                }
                text
            }
        }
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}

/// The events without those that are not needed.
fn shrunk(subject: Subject, model: &OrchestrationReadModel, events: &[OrchestrationEvent]) -> Vec<OrchestrationEvent> {
    let mut events = events.to_vec();
    let is_broken = |events: &[OrchestrationEvent]| {
        let mut findings = crate::check::invariants::Findings::default();
        let mut model = Some(model.clone());
        for event in events {
            model = model.and_then(|model| crate::check::laws::check_totality(subject, model, event, &mut findings));
        }
        !findings.violations.is_empty()
    };
    let mut place = events.len();
    while place > 0 {
        place -= 1;
        let mut fewer = events.clone();
        fewer.remove(place);
        if is_broken(&fewer) {
            events = fewer;
        }
    }
    events
}

fn test_code(finding: &Finding, model: &OrchestrationReadModel, events: &[OrchestrationEvent]) -> String {
    let name = finding.violation.invariant.name().to_lowercase();
    let sentence = format!(
        "{}: {}.",
        finding.violation.invariant,
        finding.violation.invariant.sentence()
    );
    let mut text = format!(
        "//! {sentence}

use model_tests::check::invariants::Findings;
use model_tests::check::laws::check_totality;
use model_tests::subject::Subject;

#[test]
fn {name}_holds_of_these_events() {{
    let mut model = serde_json::from_str(r##\"{}\"##).unwrap();
    let mut findings = Findings::default();
    for event in [
",
        json(model)
    );
    for event in events {
        let _ = writeln!(text, "        r##\"{}\"##,", json(event));
    }
    text.push_str(
        "    ] {
        let event = serde_json::from_str(event).unwrap();
        model = check_totality(Subject::CORE, model, &event, &mut findings).unwrap();
    }
    assert_eq!(findings.violations, []);
}
",
    );
    text
}
