//! Long random runs keep every invariant, law and opinion of the reference machine.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use model_tests::generate::model::{BORDERS, Dimension};
use model_tests::report::failure::Failure;
use model_tests::search::soak::{Options, Progress, growth_of, soak};
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

#[test]
fn the_first_runs_grow_each_dimension_past_a_byte_and_later_ones_each_to_every_border() {
    let first: BTreeSet<_> = (1..=10).filter_map(growth_of).collect();
    assert_eq!(first.len(), Dimension::ALL.len());
    assert!(first.iter().all(|growth| growth.size == 257));
    assert_eq!(growth_of(0), None);
    let later: BTreeSet<_> = (11..16 * 121).filter_map(growth_of).collect();
    assert_eq!(later.len(), Dimension::ALL.len() * BORDERS.len());
    assert!((11..16).all(|number| growth_of(number).is_none()));
}
