//! The test in a report, read as the compiler would: it fails with the bug, and passes without it.

use model_tests::counterexample::Evidence;
use model_tests::proof::bugs::Bug;
use model_tests::report::failure::Failure;
use model_tests::subject::Subject;
use orchestration::testing::Unchecked;
use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};
use serde::de::DeserializeOwned;

/// Checks that the printed test of a failure of this bug has the evidence that was found, and that it fails with the bug and
/// passes without it.
pub fn assert_tells_the_bug_from_the_core(bug: &Bug, failure: &Failure) {
    let code = failure.test_code().expect("it is shown by itself");
    let evidence = evidence(&code);
    assert_eq!(evidence, failure.counterexample.evidence, "{}:\n{code}", bug.id);
    let invariant = failure.violation().invariant;
    let broken = evidence.broken(bug.subject);
    assert!(
        broken.is_some_and(|broken| broken.of(invariant).is_some()),
        "the test passes with {}:\n{code}",
        bug.id
    );
    assert_eq!(evidence.check(Subject::CORE), None, "without {}:\n{code}", bug.id);
    let predicted: Vec<_> = code
        .lines()
        .map(|line| line.trim().trim_end_matches(';'))
        .filter(|line| line.starts_with(".then_"))
        .collect();
    assert_eq!(
        predicted,
        outcomes(evidence.trace().unwrap_or_default()),
        "without {}:\n{code}",
        bug.id
    );
}

/// The evidence that a printed test checks.
fn evidence(code: &str) -> Evidence {
    let models = literals::<Unchecked>(code, "Unchecked>(r");
    if let Some(Unchecked(model)) = models.into_iter().next() {
        if code.contains("Evidence::Model {") {
            return Evidence::Model {
                model,
                commands: literals::<OrchestrationCommand>(code, "command(r"),
            };
        }
        return Evidence::Events {
            model,
            events: literals::<OrchestrationEvent>(code, "event(r"),
        };
    }
    let trace = literals::<OrchestrationCommand>(code, "command(r");
    if code.contains("assert_eq!(Evidence::Run(trace).check(Subject::CORE), None);") {
        return Evidence::Run(trace);
    }
    assert!(
        code.contains("assert_eq!(Evidence::Laws(trace).check(Subject::CORE), None);"),
        "{code}"
    );
    Evidence::Laws(trace)
}

/// The values of the raw strings that stand behind some text.
fn literals<T: DeserializeOwned>(code: &str, before: &str) -> Vec<T> {
    let literals = code.split(before).skip(1).map(|rest| {
        let (hashes, rest) = rest.split_once('"').expect("it begins");
        let (literal, _) = rest.split_once(&format!("\"{hashes}")).expect("it ends");
        serde_json::from_str(literal).unwrap_or_else(|error| panic!("{error}: {literal}"))
    });
    literals.collect()
}

/// What the core does with the commands, in the words of the printed test.
fn outcomes(trace: &[OrchestrationCommand]) -> Vec<String> {
    let mut model = OrchestrationReadModel::default();
    let outcomes = trace.iter().map(|command| {
        let decided = Subject::CORE.decide(command, &model);
        model = Subject::CORE.fold(std::mem::take(&mut model), decided.iter().flatten());
        match decided {
            Ok(events) => {
                let kinds: Vec<_> = events.iter().map(OrchestrationEvent::kind).collect();
                format!(".then_kinds({kinds:?})")
            }
            Err(error) => format!(".then_error_kind({:?})", error.kind()),
        }
    });
    outcomes.collect()
}
