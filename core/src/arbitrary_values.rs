//! Arbitrary ids and times.

use arbitrary::{Result, Unstructured};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// How many different ids come up again and again.
const COMMON_IDS: u8 = 4;

/// How many of 256 ids are common ones.
const COMMON_OF_256: u8 = 224;

/// The bytes that [`uuid`] takes.
pub(crate) const UUID_SIZE_HINT: (usize, Option<usize>) = (1, Some(17));

/// An id: seven in eight come from a small set, so that what refers to something often meets it.
pub(crate) fn uuid(source: &mut Unstructured<'_>) -> Result<Uuid> {
    let choice: u8 = source.arbitrary()?;
    if choice < COMMON_OF_256 {
        return Ok(Uuid::from_u128(u128::from(choice % COMMON_IDS)));
    }
    source.arbitrary().map(Uuid::from_bytes)
}

/// Times at which something begins or ends, the earliest and the latest of RFC 3339 and of the type among them; and the middle
/// of a leap second.
const ODD_TIMES: [(i64, u32); 8] = [
    (0, 0),
    (-1, 999_999_999),
    (2_147_483_648, 0),
    (1_483_228_799, 1_500_000_000),
    (-62_167_219_200, 0),
    (253_402_300_799, 999_999_999),
    (DateTime::<Utc>::MIN_UTC.timestamp(), 0),
    (DateTime::<Utc>::MAX_UTC.timestamp(), 999_999_999),
];

/// A time: five in eight of them between 1970 and 2106, to the second, the others one of a few that come up again and again, or with
/// a fraction down to the nanosecond, or an [odd](ODD_TIMES) one.
pub(crate) fn time(source: &mut Unstructured<'_>) -> Result<DateTime<Utc>> {
    /// How many times come up again and again.
    const COMMON: u32 = 4;
    let drawn: u32 = source.arbitrary()?;
    let (choice, rest) = (drawn % 8, drawn / 8);
    let (seconds, nanoseconds) = match choice {
        5 => (i64::from(rest % COMMON), 0),
        6 => (i64::from(drawn), rest % 1_000_000_000),
        7 => ODD_TIMES.into_iter().nth((rest % 8) as usize).unwrap_or_default(),
        _ => (i64::from(drawn), 0),
    };
    Ok(DateTime::from_timestamp(seconds, nanoseconds).unwrap_or_default())
}

/// A [time], or none.
pub(crate) fn optional_time(source: &mut Unstructured<'_>) -> Result<Option<DateTime<Utc>>> {
    if source.arbitrary()? {
        time(source).map(Some)
    } else {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn times_come_again_and_have_fractions_and_are_as_early_and_as_late_as_can_be() {
        let times: Vec<_> = (0..4_000_u32)
            .filter_map(|drawn| time(&mut Unstructured::new(&drawn.to_le_bytes())).ok())
            .collect();
        assert_eq!(times.len(), 4_000);
        let distinct: HashSet<_> = times.iter().collect();
        assert!(times.len() - distinct.len() > 700, "{} distinct", distinct.len());
        assert!(times.iter().filter(|time| time.timestamp_subsec_nanos() > 0).count() > 500);
        for odd in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, DateTime::UNIX_EPOCH] {
            assert!(times.contains(&odd), "{odd}");
        }
    }
}
