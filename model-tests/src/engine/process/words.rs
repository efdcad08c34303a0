//! What an engine writes for its own log: passed on to a file, and the last of it kept.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many lines are kept.
const LINES: usize = 20;

/// How many bytes of a line are kept.
const LONGEST: usize = 400;

/// How many bytes the file takes: 64 MiB. What comes then is left out of it.
const MOST: u64 = 64 << 20;

/// What all processes of an engine have written on their standard error.
#[derive(Clone, Debug)]
pub struct Words(Arc<Mutex<Kept>>);

#[derive(Debug)]
struct Kept {
    /// Nothing if there is none, or if it takes no more.
    file: Option<File>,
    written: u64,
    /// Of the last process.
    lines: VecDeque<Vec<u8>>,
    is_line_open: bool,
}

impl Words {
    /// What is written goes to this file, which begins anew.
    pub fn to(path: &Path) -> std::io::Result<Self> {
        Ok(Self(Arc::new(Mutex::new(Kept {
            file: Some(File::create(path)?),
            written: 0,
            lines: VecDeque::new(),
            is_line_open: false,
        }))))
    }

    /// A process begins: what the one before has said is not its own.
    pub fn begin(&self, number: u64) {
        let mut kept = self.kept();
        kept.lines.clear();
        kept.is_line_open = false;
        kept.write(format!("==> process {number}\n").as_bytes());
    }

    /// Takes all that a process writes, until it closes it.
    pub fn take(&self, mut stream: impl Read) {
        let mut buffer = [0; 8192];
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => return,
                Ok(length) => self.kept().hear(&buffer[..length]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }

    /// The last lines.
    pub fn last(&self) -> Vec<String> {
        let kept = self.kept();
        let text = |line: &Vec<u8>| String::from_utf8_lossy(line).trim_end().to_owned();
        kept.lines.iter().map(text).collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn hear(&mut self, bytes: &[u8]) {
        self.write(bytes);
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if !self.is_line_open {
                self.lines.push_back(Vec::new());
                if self.lines.len() > LINES {
                    self.lines.pop_front();
                }
            }
            let (text, is_line_open) = piece.strip_suffix(b"\n").map_or((piece, true), |text| (text, false));
            self.is_line_open = is_line_open;
            if let Some(line) = self.lines.back_mut() {
                let room = LONGEST.saturating_sub(line.len()).min(text.len());
                line.extend_from_slice(&text[..room]);
            }
        }
    }

    /// A log that cannot be written keeps nobody from being proved.
    fn write(&mut self, bytes: &[u8]) {
        let Some(file) = &mut self.file else { return };
        self.written += bytes.len() as u64;
        let is_full = self.written > MOST;
        let bytes = if is_full { b"\n(the rest was left out)\n" } else { bytes };
        if file.write_all(bytes).is_err() || is_full {
            self.file = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> (tempfile::TempDir, Words) {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let words = Words::to(&folder.path().join("log")).expect("it can be written");
        (folder, words)
    }

    #[test]
    fn the_last_lines_are_kept_and_all_of_them_are_in_the_file() {
        let (folder, words) = words();
        words.begin(1);
        let lines: Vec<_> = (0..100).map(|number| format!("line {number}\n")).collect();
        let text = lines.concat();
        // However it comes in pieces.
        for piece in text.as_bytes().chunks(7) {
            words.take(piece);
        }
        words.take(&b"no end"[..]);
        let last = words.last();
        assert_eq!(last.len(), LINES);
        assert_eq!(&last[LINES - 2..], ["line 99", "no end"]);
        let file = std::fs::read_to_string(folder.path().join("log")).expect("it is there");
        assert_eq!(file, format!("==> process 1\n{text}no end"));
        words.begin(2);
        assert_eq!(words.last(), Vec::<String>::new());
    }

    #[test]
    fn a_flood_takes_no_more_than_its_share_of_memory_and_disk() {
        let (folder, words) = words();
        let flood = vec![b'x'; 1 << 20];
        for _ in 0..70 {
            words.take(&flood[..]);
        }
        assert_eq!(words.last(), ["x".repeat(LONGEST)]);
        let file = std::fs::metadata(folder.path().join("log")).expect("it is there");
        assert!(file.len() <= MOST + 100, "{}", file.len());
    }
}
