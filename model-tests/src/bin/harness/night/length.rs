//! How long a night is, and how the time is shared.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The longest night, in minutes: a week.
pub const MOST_MINUTES: u32 = 7 * 24 * 60;

/// How long everybody soaks who calls the harness without a task: a night soaks no less.
const LEAST_SOAK: Duration = crate::soak::SOAK_TIME;

/// How long a quick night soaks at least.
const LEAST_QUICK_SOAK: Duration = Duration::from_secs(2);

/// How long everybody tries legal models who calls the harness without a task.
const LEAST_INDUCTION: Duration = crate::check::INDUCTION;

/// How long a quick night does at least.
const LEAST_QUICK_INDUCTION: Duration = crate::check::QUICK_INDUCTION;

/// From how long on a night explores the large scope too, which takes minutes.
const LARGE_FROM: Duration = Duration::from_secs(60 * 60);

/// How the time of a night is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    /// For each fuzz target, for the property tests and for the example engine.
    pub each: Duration,
    /// For the soak.
    pub soak: Duration,
    /// For the legal models.
    pub induction: Duration,
    /// Whether there is time for the large scope.
    pub has_large: bool,
}

impl Shares {
    /// Shares a length between so many fuzz targets, the property tests, the example engine, the soak and the legal models.
    /// Each gets whole seconds, and one at least.
    pub fn of(length: Duration, targets: u32, is_quick: bool) -> Self {
        let each = Duration::from_secs((length.as_secs() / u64::from(targets + 4)).max(1));
        let (soak, induction) = if is_quick {
            (LEAST_QUICK_SOAK, LEAST_QUICK_INDUCTION)
        } else {
            (LEAST_SOAK, LEAST_INDUCTION)
        };
        Self {
            each,
            soak: each.max(soak),
            induction: each.max(induction),
            has_large: length >= LARGE_FROM && !is_quick,
        }
    }
}

/// One of the shards that the mutants are dealt to: `3/28`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    of: u32,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text
            .split_once('/')
            .and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match parsed {
            Some((number, of)) if number < of => Ok(Self { number, of }),
            Some((_, of)) if of > 0 => Err(format!("expected a shard from 0/{of} to {}/{of}", of - 1)),
            Some(_) | None => Err("expected a shard as in 3/28, the fourth of 28".to_owned()),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn the_time_is_shared_by_all_that_can_go_on_for_ever() {
        let shares = Shares::of(100 * MINUTE, 6, false);
        assert_eq!(shares.each, 10 * MINUTE);
        assert_eq!((shares.soak, shares.induction), (10 * MINUTE, 10 * MINUTE));
        assert!(shares.has_large);
    }

    #[test]
    fn a_short_night_soaks_as_long_as_everybody_does_and_gives_each_a_second() {
        let shares = Shares::of(Duration::from_secs(1), 6, false);
        assert_eq!((shares.each.as_secs(), shares.soak.as_secs()), (1, 20));
        assert_eq!(shares.induction.as_secs(), 5);
        assert!(!shares.has_large);
        assert_eq!(Shares::of(Duration::from_secs(1), 6, true).soak.as_secs(), 2);
    }

    #[test]
    fn a_shard_is_one_of_those_that_there_are() {
        assert_eq!(
            "3/28".parse::<Shard>().map(|shard| shard.to_string()),
            Ok("3/28".to_owned())
        );
        assert_eq!(
            "28/28".parse::<Shard>(),
            Err("expected a shard from 0/28 to 27/28".to_owned())
        );
        for odd in ["", "3", "a/2", "-1/2", "0/0", "1/2/3"] {
            assert!(odd.parse::<Shard>().is_err(), "{odd}");
        }
    }
}
