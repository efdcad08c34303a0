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

/// A time between 1970 and 2106, to the second.
pub(crate) fn time(source: &mut Unstructured<'_>) -> Result<DateTime<Utc>> {
    let seconds: u32 = source.arbitrary()?;
    Ok(DateTime::from_timestamp(i64::from(seconds), 0).unwrap_or_default())
}

/// A [time], or none.
pub(crate) fn optional_time(source: &mut Unstructured<'_>) -> Result<Option<DateTime<Utc>>> {
    if source.arbitrary()? {
        time(source).map(Some)
    } else {
        Ok(None)
    }
}
