//! Stateful property tests: random sequences of steps, the core against the reference machine, with all invariants.
//!
//! `PROPTEST_CASES` scales them. What fails is kept in `stateful.proptest-regressions` and tried first from then on.

use std::path::Path;

use model_tests::report::failure::Failure;
use model_tests::search::stateful::try_sequences;
use model_tests::subject::Subject;
use proptest::test_runner::{Config, FileFailurePersistence};

/// How many sequences are tried if `PROPTEST_CASES` says nothing.
const CASES: u32 = 10_000;

/// The shrunk failure of a subject, if a sequence fails.
fn failure(subject: Subject, config: Config) -> Option<Failure> {
    let tried = try_sequences(subject, config, None).expect("the test can be carried out");
    Some(Failure::of(subject, &tried.found?))
}

fn config(cases: u32) -> Config {
    Config {
        cases,
        max_shrink_iters: 2_000,
        ..Config::default()
    }
}

#[test]
fn the_core_agrees_with_the_reference_machine_and_keeps_every_invariant() {
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(CASES);
    let persistence = FileFailurePersistence::WithSource("proptest-regressions");
    let config = Config {
        source_file: Some(file!()),
        failure_persistence: Some(Box::new(persistence)),
        ..config(cases)
    };
    if let Some(failure) = failure(Subject::CORE, config) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../failures");
        let file = failure.write_to(&folder).expect("the trace can be written");
        panic!("\n{}", failure.report(Some(&file)));
    }
}
