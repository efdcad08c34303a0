//! When commands are given: by clocks that stand, jump ahead and are set back.
//!
//! No rule looks at a time, and a model shows the times of its events, whatever came before: so no clock is odd enough.
//! Most times tell which command set them, a second for each. The others stand in some relation to the last event, or are
//! among the oddest that there are.

use chrono::{DateTime, TimeDelta, Utc};

/// When the first command of every run is given: midnight of the first of January 2026.
const EPOCH: DateTime<Utc> = time(1_767_225_600, 0);

/// By how much a clock is set back, or jumps ahead.
const JUMPS: [TimeDelta; 8] = [
    TimeDelta::nanoseconds(1),
    TimeDelta::nanoseconds(999),
    TimeDelta::milliseconds(1),
    TimeDelta::nanoseconds(999_999_999),
    TimeDelta::seconds(1),
    TimeDelta::hours(1),
    TimeDelta::days(400),
    TimeDelta::days(36_525),
];

/// Times at which something begins or ends.
pub(super) const ODD: [DateTime<Utc>; 8] = [
    // The last nanosecond before 1970, and the first second that a signed number of 32 bits does not count.
    time(-1, 999_999_999),
    time(2_147_483_648, 0),
    // In the middle of a leap second: 2016-12-31T23:59:60.5Z.
    time(1_483_228_799, 1_500_000_000),
    // The first and the last nanosecond of RFC 3339, whose years have four digits.
    time(-62_167_219_200, 0),
    time(253_402_300_799, 999_999_999),
    // The first and the last that the core's type holds. It writes them with more digits, and reads them again.
    DateTime::<Utc>::MIN_UTC,
    DateTime::<Utc>::MAX_UTC,
    DateTime::UNIX_EPOCH,
];

const fn time(seconds: i64, nanoseconds: u32) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, nanoseconds).expect("it is a time")
}

/// What a clock has done since the last event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    /// It shows a second more than at the command before.
    Tick,
    /// The same, and a fraction, down to the nanosecond.
    Fraction,
    /// It stands: the last event came at the same time.
    Stand,
    /// It was set back to before the last event.
    Back(TimeDelta),
    /// It jumped ahead of the last event.
    Ahead(TimeDelta),
    /// It shows nothing that anybody would expect.
    Odd(DateTime<Utc>),
}

impl Move {
    /// Any number stands for a move. Five in eight are as clocks should be.
    const fn of(choice: u8) -> Self {
        let which = (choice % 8) as usize;
        match choice {
            0..112 => Self::Tick,
            112..160 => Self::Fraction,
            160..200 => Self::Stand,
            200..224 => Self::Back(JUMPS[which]),
            224..240 => Self::Ahead(JUMPS[which]),
            240.. => Self::Odd(ODD[which]),
        }
    }
}

/// The time of a command, by its number in its run, any number to choose a move by, and the time of the last event.
///
/// The choice is shifted by the command's number, so that steps which are the same come at all sorts of times.
pub(crate) fn time_of_command(commands: u64, choice: u8, last: Option<DateTime<Utc>>) -> DateTime<Utc> {
    /// Odd, so that any commands that follow each other choose different moves.
    const SHIFT: u64 = 151;
    let shift = (commands.wrapping_mul(SHIFT) & 0xff) as u8;
    let tick = tick(commands);
    let last = last.unwrap_or(tick);
    match Move::of(choice.wrapping_add(shift)) {
        Move::Tick => tick,
        Move::Fraction => later(tick, fraction(commands)),
        Move::Stand => last,
        Move::Back(jump) => last.checked_sub_signed(jump).unwrap_or(tick),
        Move::Ahead(jump) => later(last, jump),
        Move::Odd(time) => time,
    }
}

/// A second later for each command, so that a time in the model tells which command set it.
fn tick(commands: u64) -> DateTime<Utc> {
    let seconds = i64::try_from(commands).ok().and_then(TimeDelta::try_seconds);
    later(EPOCH, seconds.unwrap_or(TimeDelta::MAX))
}

/// Some part of a second, to the nanosecond.
fn fraction(commands: u64) -> TimeDelta {
    /// A prime, so that all digits of the fraction change from one command to the next.
    const SCATTER: u64 = 618_033_989;
    let nanoseconds = commands.wrapping_add(1).wrapping_mul(SCATTER) % 1_000_000_000;
    TimeDelta::nanoseconds(nanoseconds.cast_signed())
}

/// The last time that there is stands for all after it.
fn later(time: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    time.checked_add_signed(by).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::{RandomSteps, Walk};
    use crate::subject::Subject;

    /// The times of the commands of a run.
    fn times(seed: u64) -> Vec<DateTime<Utc>> {
        let mut walk = Walk::new(Subject::CORE);
        let steps = RandomSteps::new(seed).take(400);
        steps.map(|step| walk.take(step).command.at()).collect()
    }

    #[test]
    fn clocks_stand_jump_ahead_and_go_back_and_show_fractions() {
        let times = times(1);
        let following = |holds: fn(&TimeDelta) -> bool| {
            let differences = times.windows(2).map(|pair| pair[1].signed_duration_since(pair[0]));
            differences.filter(holds).count()
        };
        assert!(following(TimeDelta::is_zero) > 20);
        assert!(following(|difference| *difference < TimeDelta::zero()) > 40);
        assert!(following(|difference| *difference > TimeDelta::days(36_000)) > 10);
        assert!(following(|difference| *difference == TimeDelta::nanoseconds(1)) > 0);
        let fractions = times.iter().filter(|time| time.timestamp_subsec_nanos() % 1_000 > 0);
        assert!(fractions.count() > 50);
    }

    #[test]
    fn every_odd_time_comes_up() {
        let times: Vec<_> = (1..5).flat_map(times).collect();
        for odd in ODD {
            assert!(times.contains(&odd), "{odd}");
        }
    }

    #[test]
    fn most_times_tell_which_command_set_them() {
        let times = times(1);
        let told = (0..).zip(&times).filter(|(number, time)| **time == tick(*number));
        assert!(told.count() > times.len() / 3);
    }

    #[test]
    fn every_time_survives_its_wire_form() {
        for time in (1..5).flat_map(times) {
            let json = serde_json::to_string(&time).expect("it has one");
            let read: DateTime<Utc> = serde_json::from_str(&json).expect("it is read");
            assert_eq!(
                (read, read.timestamp_subsec_nanos()),
                (time, time.timestamp_subsec_nanos()),
                "{json}"
            );
        }
    }

    #[test]
    fn there_is_a_time_for_any_command_after_any_other() {
        for last in ODD {
            for choice in 0..=u8::MAX {
                for commands in [0, 1, u64::MAX] {
                    time_of_command(commands, choice, Some(last));
                }
            }
        }
        assert_eq!(tick(u64::MAX), DateTime::<Utc>::MAX_UTC);
    }
}
