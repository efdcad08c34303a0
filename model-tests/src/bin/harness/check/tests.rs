//! What a quick job may take.

use clap::Parser;

use super::*;

#[derive(Debug, Parser)]
struct Program {
    #[command(flatten)]
    arguments: Arguments,
}

fn given(arguments: &[&str]) -> Arguments {
    let program = std::iter::once("harness").chain(arguments.iter().copied());
    Program::try_parse_from(program)
        .expect("they are well-formed")
        .arguments
}

#[test]
fn a_quick_job_ends_after_a_minute_and_half_a_million_states_by_itself() {
    let quick = given(&["--quick"]);
    assert_eq!(quick.limits().time(), Some(Duration::from_secs(60)));
    assert_eq!(quick.most_states(), 500_000);
    let limited = given(&["--quick", "--time-limit", "5"]);
    assert_eq!(limited.limits().time(), Some(Duration::from_secs(5)));
}

#[test]
fn the_whole_job_ends_by_itself_and_has_no_limit_of_time() {
    let whole = given(&[]);
    assert_eq!(whole.limits().time(), None);
    assert_eq!(whole.most_states(), u64::from(u32::MAX));
}

#[test]
fn a_quick_job_has_room_for_several_times_the_states_of_its_scope() {
    let pinned = include_str!("../../../search/explore/pinned.txt");
    let states = pinned
        .lines()
        .find_map(|line| line.strip_prefix("small: ")?.split_once(' '));
    let states: u64 = states.expect("it is pinned").0.parse().expect("a number");
    assert!(QUICK_STATES >= 4 * states, "{states} states");
}
