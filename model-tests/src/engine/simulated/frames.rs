//! Records in a file, of which one that is torn is told from one that is whole.

/// How many bytes stand before a record: its length and its checksum.
const HEAD: usize = 12;

/// A record as it stands in a file: its length, a checksum, and its bytes.
///
/// # Panics
///
/// With 4 GiB or more.
#[must_use]
pub fn frame(record: &[u8]) -> Vec<u8> {
    let length = u32::try_from(record.len()).expect("a record has less than 4 GiB");
    let mut frame = Vec::with_capacity(HEAD + record.len());
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(&checksum(record).to_le_bytes());
    frame.extend_from_slice(record);
    frame
}

/// The whole records at the front of a file, and how many bytes they take with what stands before each. What comes after
/// that is torn or lost.
#[must_use]
pub fn frames(file: &[u8]) -> (Vec<&[u8]>, usize) {
    let mut records = Vec::new();
    let mut rest = file;
    while let Some((record, after)) = first(rest) {
        records.push(record);
        rest = after;
    }
    (records, file.len() - rest.len())
}

/// The first record, if it is whole, and what comes after it.
fn first(file: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = file.split_first_chunk::<4>()?;
    let (expected, rest) = rest.split_first_chunk::<8>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (record, rest) = rest.split_at_checked(length)?;
    (checksum(record) == u64::from_le_bytes(*expected)).then_some((record, rest))
}

/// 64-bit FNV-1a, begun so that an empty record does not have the checksum of zeros. No other than this program writes or
/// reads it.
fn checksum(record: &[u8]) -> u64 {
    record.iter().fold(0xcbf2_9ce4_8422_2325, |sum: u64, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{frame, frames};

    #[test]
    fn records_come_back_as_they_were_written() {
        let file: Vec<u8> = [b"one".as_slice(), b"", b"three"]
            .iter()
            .flat_map(|record| frame(record))
            .collect();
        let (records, length) = frames(&file);
        assert_eq!(records, [b"one".as_slice(), b"", b"three"]);
        assert_eq!(length, file.len());
    }

    #[test]
    fn a_record_that_is_torn_or_zeroed_ends_the_file_before_it() {
        let whole = frame(b"one");
        let mut file = [whole.clone(), frame(b"two")].concat();
        for length in whole.len()..file.len() {
            assert_eq!(
                frames(&file[..length]),
                (vec![b"one".as_slice()], whole.len()),
                "{length}"
            );
        }
        file[whole.len()..].fill(0);
        assert_eq!(frames(&file), (vec![b"one".as_slice()], whole.len()));
    }
}
