//! The lines that an engine writes, one after the other.

use std::io::{BufRead, BufReader, Read};
use std::sync::mpsc::SyncSender;

use crate::engine::Failure;

/// How long a line may be: 256 MiB.
pub const LONGEST: u64 = 256 << 20;

/// How many characters of a line that makes no sense are shown.
const SHOWN: usize = 200;

/// Hands over every line until there are no more, or nobody takes them. One without an end was cut by the end of the engine.
pub fn read(stream: impl Read, longest: u64, lines: &SyncSender<Result<String, Failure>>) {
    let mut stream = BufReader::with_capacity(1 << 16, stream);
    loop {
        let mut line = Vec::new();
        let has_failed = (&mut stream).take(longest + 1).read_until(b'\n', &mut line).is_err();
        let is_too_long = line.len() as u64 > longest;
        if has_failed || !(is_too_long || line.ends_with(b"\n")) {
            return;
        }
        let read = if is_too_long {
            Err(no_message(format!("it is longer than {longest} bytes"), &line))
        } else {
            String::from_utf8(line)
                .map_err(|error| no_message(format!("it is not UTF-8: {}", error.utf8_error()), error.as_bytes()))
        };
        if lines.send(read).is_err() || is_too_long {
            return;
        }
    }
}

/// The failure that this line is, shown by its beginning.
pub fn no_message(reason: String, line: &[u8]) -> Failure {
    // A character has four bytes at most.
    let beginning = String::from_utf8_lossy(&line[..line.len().min(4 * SHOWN)]);
    let mut shown: String = beginning.trim_end().chars().take(SHOWN).collect();
    if line.len() > shown.len() + 1 {
        shown.push('…');
    }
    Failure::NoMessage { reason, line: shown }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    fn lines(bytes: &[u8], longest: u64) -> Vec<Result<String, String>> {
        let (sender, receiver) = sync_channel(100);
        read(bytes, longest, &sender);
        drop(sender);
        let text = |line: Result<String, Failure>| line.map_err(|failure| failure.to_string());
        receiver.into_iter().map(text).collect()
    }

    #[test]
    fn lines_come_one_by_one_and_one_that_was_cut_is_left_out() {
        assert_eq!(lines(b"a\nb\n{\"cut", 10), [Ok("a\n".to_owned()), Ok("b\n".to_owned())]);
    }

    #[test]
    fn a_line_that_does_not_end_is_given_up() {
        let found = lines(&[b'x'; 100], 10);
        let [Err(told)] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert!(told.contains("longer than 10 bytes: xxxxx"), "{told}");
        assert_eq!(lines(b"123456789\n1\n", 10).len(), 2);
    }

    #[test]
    fn a_line_that_is_no_text_is_told_and_the_next_one_is_read() {
        let found = lines(b"ab\xff\n1\n", 10);
        assert!(
            found[0]
                .as_ref()
                .is_err_and(|told| told.contains("not UTF-8") && told.contains("index 2")),
            "{found:?}"
        );
        assert_eq!(found[1], Ok("1\n".to_owned()));
    }

    #[test]
    fn of_a_long_line_the_beginning_is_shown() {
        let failure = no_message("odd".to_owned(), "é".repeat(1000).as_bytes()).to_string();
        assert!(failure.ends_with(&format!(": {}…", "é".repeat(SHOWN))), "{failure}");
    }
}
