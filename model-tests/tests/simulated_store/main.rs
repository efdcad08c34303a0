//! Engines on a simulated disk, through all short schedules and all power cuts.

mod example;

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use model_tests::engine::simulated::{Disk, Search, Searched};
use model_tests::engine::{Engine, Run};
use model_tests::proof::engines::{Fault, sound_on};

use example::{Habit, example};
use rayon::prelude::*;

static GO_ON: AtomicBool = AtomicBool::new(false);

/// Searches, and tells how much that was.
fn searched<E: Engine>(what: &str, search: &Search, make: impl Fn(Disk) -> E + Sync) -> Searched {
    let started = Instant::now();
    let searched = search.run(make, &GO_ON);
    let figures = searched.figures;
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    println!(
        "{what}: {figures:?}, {} runs a second",
        figures.runs * 1_000 / milliseconds
    );
    searched
}

fn withstands<E: Engine>(what: &str, search: &Search, make: impl Fn(Disk) -> E + Sync) -> Searched {
    let searched = searched(what, search, make);
    assert!(
        searched.first.is_none(),
        "{what}:\n{}",
        searched.first.map(|found| found.to_string()).unwrap_or_default()
    );
    assert_eq!(searched.figures.failed, 0);
    searched
}

#[test]
fn the_sound_engine_withstands_every_power_cut() {
    withstands("sound, from nothing", &Search::from_nothing(3), sound_on);
    withstands("sound, in a turn", &Search::in_a_turn(2), sound_on);
    withstands(
        "sound, cut again while it recovers",
        &Search::in_a_turn(1).with_cuts(2),
        sound_on,
    );
}

#[test]
fn the_example_engine_withstands_every_power_cut() {
    // How many runs there are says what is searched: every schedule, every call to the disk, everything that a cut may leave.
    let searched = withstands("example, from nothing", &Search::from_nothing(2), |disk| {
        example(disk, Habit::Sound)
    });
    assert_eq!((searched.figures.schedules, searched.figures.runs), (132, 448));
    let searched = withstands("example, in a turn", &Search::in_a_turn(2), |disk| {
        example(disk, Habit::Sound)
    });
    assert_eq!((searched.figures.schedules, searched.figures.runs), (132, 958));
    let search = Search::in_a_turn(1).with_cuts(2);
    withstands("example, cut again while it recovers", &search, |disk| {
        example(disk, Habit::Sound)
    });
}

#[test]
fn the_example_engine_withstands_the_loss_of_a_snapshot_that_was_not_flushed() {
    let example = |disk| example(disk, Habit::SnapshotNotFlushed);
    withstands("example, snapshots not flushed", &Search::in_a_turn(2), example);
}

#[test]
#[ignore = "in a release it takes a minute"]
fn the_example_engine_withstands_every_power_cut_in_schedules_of_four_commands() {
    withstands("example, from nothing", &Search::from_nothing(4), |disk| {
        example(disk, Habit::Sound)
    });
    withstands("example, in a turn", &Search::in_a_turn(4), |disk| {
        example(disk, Habit::Sound)
    });
    let search = Search::in_a_turn(3).with_cuts(2);
    withstands("example, cut again while it recovers", &search, |disk| {
        example(disk, Habit::Sound)
    });
}

#[test]
fn the_example_engine_on_a_store_that_a_power_cut_does_not_forgive_is_found_out() {
    for habit in [
        Habit::LogNotFlushed,
        Habit::LogFlushedLater,
        Habit::BatchInTwoWrites,
        Habit::TornRecordKept,
    ] {
        let search = Search::in_a_turn(1);
        let searched = search.run_until(|disk| example(disk, habit), Run::has_failed, &GO_ON);
        let found = searched.first.unwrap_or_else(|| panic!("{habit:?} is not found"));
        assert!(!found.cuts.is_empty(), "{habit:?} is found without a power cut");
    }
}

#[test]
fn faults_that_only_a_power_cut_shows_are_found_by_what_they_are_known_by() {
    let simulated: Vec<_> = Fault::all().filter(|fault| fault.is_simulated_only()).collect();
    assert_eq!(simulated.len(), 5);
    simulated.into_par_iter().for_each(|fault| {
        let found = fault.hunt_by_power_cuts(&GO_ON);
        let found = found.unwrap_or_else(|| panic!("{} is not found", fault.id()));
        assert!(fault.is_shown_by(&found.run) && !found.cuts.is_empty(), "{found}");
        // Without a power cut there is nothing to be found.
        assert!(
            fault.hunt(1, &GO_ON).is_none(),
            "{} is found by other crashes",
            fault.id()
        );
    });
}
