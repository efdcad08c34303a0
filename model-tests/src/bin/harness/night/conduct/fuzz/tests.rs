use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use super::*;
use crate::night::record::PartEnd;

fn end(ended: &Ended, executions: u64, crashes: usize, lost: Option<&str>) -> PartEnd {
    came_of(ended, executions, Path::new("/no/such/log"), crashes, "S1", lost).end
}

fn exited(code: i32) -> Ended {
    Ended::Exited(ExitStatus::from_raw(code << 8))
}

#[test]
fn a_target_that_crashed_found_something_however_it_ended() {
    for ended in [exited(0), exited(77), Ended::Enough, Ended::Stopped] {
        assert_eq!(end(&ended, 0, 1, None), PartEnd::Found, "{ended:?}");
    }
}

#[test]
fn a_target_that_ran_nothing_did_not_come_to_its_end() {
    assert_eq!(end(&exited(0), 0, 0, None), PartEnd::Unfinished);
    assert_eq!(end(&exited(0), 10, 0, None), PartEnd::Finished);
    assert_eq!(end(&Ended::Stopped, 10, 0, None), PartEnd::Unfinished);
    assert_eq!(end(&Ended::TimedOut(LONGEST_BUILD), 10, 0, None), PartEnd::Unfinished);
}

#[test]
fn a_corpus_that_could_not_be_minimised_is_no_clean_end() {
    assert_eq!(end(&exited(0), 10, 0, Some("not minimised")), PartEnd::Unfinished);
}

#[test]
fn what_failed_is_told_from_what_was_slow() {
    assert_eq!(kind(Path::new("/night/crashes/oom-0a1b")), "oom");
    assert_eq!(kind(Path::new("/night/crashes/slow-unit-0a1b")), "slow");
}
