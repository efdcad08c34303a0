//! Faulty engines are found, by what they are known by, and what shows it is short; and the sound one is never blamed.

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;

use model_tests::engine::{Progress, drive};
use model_tests::proof::engines::page::{self, SEEDS};
use model_tests::proof::engines::{Fault, named, options, sound};

/// A schedule of no more lines than this is short.
const SHORT: usize = 10;

#[test]
fn every_fault_has_a_name_of_its_own_and_says_what_is_wrong_and_what_users_saw() {
    let mut ids = HashSet::new();
    for fault in Fault::all() {
        let id = fault.id();
        assert!(ids.insert(id), "{id} is there twice");
        let is_kebab = |letter: char| letter.is_ascii_lowercase() || letter == '-';
        assert!(!id.is_empty() && id.chars().all(is_kebab), "{id:?}");
        assert!(!fault.wrong().is_empty() && !fault.symptom().is_empty(), "{id}");
        let is_link = |report: &&str| report.starts_with("https://github.com/");
        assert!(
            !fault.reports().is_empty() && fault.reports().iter().all(is_link),
            "{id}"
        );
        assert_eq!(named(id).map(Fault::id), Ok(id));
    }
    assert!(ids.len() >= 40, "there are only {}", ids.len());
    let unknown = named("none").unwrap_err().to_string();
    assert!(unknown.starts_with("there is no faulty engine none: expected one of acknowledged-before-commit, "));
}

#[test]
fn the_sound_engine_is_clean() {
    for seed in 1..=10 {
        let run = drive(
            &mut sound(),
            &options(seed, 1_000),
            &Progress::default(),
            &AtomicBool::new(false),
        );
        assert_eq!((run.failure, run.checked.findings.first()), (None, None), "seed {seed}");
        let snapshot_and_crashes = (
            run.counts.snapshots > 10,
            run.counts.crash_points.values().sum::<u64>() > 5,
        );
        assert_eq!(snapshot_and_crashes, (true, true), "seed {seed}");
    }
}

#[test]
fn every_fault_is_found_from_each_seed_nine_of_ten_schedules_are_short_and_the_page_shows_them() {
    let entries = page::entries(&AtomicBool::new(false)).unwrap_or_else(|missed| panic!("{missed}"));
    let mut lengths = Vec::new();
    for entry in &entries {
        let fault = entry.fault();
        let expected = if fault.is_simulated_only() { 0 } else { SEEDS.len() };
        assert_eq!(entry.finds().len(), expected, "{}", fault.id());
        for (find, seed) in entry.finds().iter().zip(SEEDS) {
            let lines = find.shrunk.run.schedule.actions.len();
            assert_eq!(
                (fault.is_shown_by(&find.shrunk.run), find.shrunk.shown),
                (true, 1),
                "{} from {seed}",
                fault.id()
            );
            println!(
                "{:40} {seed} {} in {} commands, {lines} lines",
                fault.id(),
                fault.sign(),
                find.commands
            );
            lengths.push((lines, fault.id(), seed));
        }
    }
    let long: Vec<_> = lengths.iter().filter(|(lines, ..)| *lines > SHORT).collect();
    println!(
        "{} of {} schedules have more than {SHORT} lines: {long:?}",
        long.len(),
        lengths.len()
    );
    assert!(!lengths.is_empty() && long.len() * 10 <= lengths.len(), "{long:?}");
    // The hunts are those of the page: what they have found is held against it here, and not hunted again.
    let fresh = page::page(&entries) == include_str!("../../FAULTY-ENGINES.md");
    assert!(fresh, "FAULTY-ENGINES.md is stale: harness renew engines");
}
