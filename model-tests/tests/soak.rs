//! Long random runs keep every invariant, law and opinion of the reference machine.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use model_tests::report::failure::Failure;
use model_tests::search::soak::{Options, Progress, soak};
use model_tests::subject::Subject;

#[test]
fn a_soak_of_the_core_finds_nothing() {
    let options = Options {
        seed: 1,
        steps_per_run: 2_000,
        steps: Some(100_000),
        duration: None,
        threads: 2,
    };
    let soaked = soak(Subject::CORE, &options, &Progress::default(), &AtomicBool::new(false));
    if let Some(found) = soaked.found {
        let failure = Failure::of(Subject::CORE, &found);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../failures");
        let file = failure.write_to(&folder).expect("the trace can be written");
        panic!("\n{}", failure.report(Some(&file)));
    }
    assert!(soaked.steps >= 100_000, "only {} steps", soaked.steps);
}
