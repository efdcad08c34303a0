//! Random runs, and runs by a schedule.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use model_tests::engine::{Check, Options, Progress, Run, carry_out, drive};

use crate::small::Small;

const PATIENCE: Duration = Duration::from_secs(5);

fn options(seed: u64) -> Options {
    Options {
        seed,
        clients: 6,
        commands: 600,
        kills: 8,
        duration: None,
        patience: PATIENCE,
    }
}

fn driven(seed: u64) -> Run {
    drive(
        &mut Small::default(),
        &options(seed),
        &Progress::default(),
        &AtomicBool::new(false),
    )
}

#[test]
fn an_engine_that_is_right_is_clean_and_everything_is_asked_of_it() {
    for seed in 0..4 {
        let run = driven(seed);
        assert_eq!(run.failure, None);
        assert_eq!(run.checked.findings, [], "seed {seed}");
        assert_eq!(run.counts.commands, 600);
        assert!(run.counts.kills >= 8, "{:?}", run.counts);
        for (check, count) in run.checked.tally.iter() {
            // It writes no snapshots.
            assert!(count.could_fail > 0 || check == Check::E12, "{check} is asked nothing");
        }
    }
}

#[test]
fn a_seed_drives_an_engine_that_does_the_same_every_time_in_the_same_way() {
    let runs = [driven(7), driven(7), driven(8)];
    assert_eq!(runs[0].history, runs[1].history);
    assert_ne!(runs[0].schedule, runs[2].schedule);
}

#[test]
fn a_schedule_is_carried_out_again() {
    let run = driven(3);
    let again = carry_out(&mut Small::default(), &run.schedule, PATIENCE, &AtomicBool::new(false));
    assert_eq!(again.schedule, run.schedule);
    assert_eq!(again.history, run.history);
}
