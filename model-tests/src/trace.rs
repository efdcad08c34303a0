//! Traces: commands as JSON Lines, one a line.
//!
//! A trace begins with the empty model, unless its first line is a stored snapshot: then it begins with the model of that,
//! which must be legal, as every model that is read.
//!
//! ```jsonl
//! {"schema_version":2,"sequence":0,"model":{"projects":{…},"threads":{…}}}
//! {"type":"push_branch","thread_id":"…","at":"2026-01-01T00:00:00Z"}
//! ```
//!
//! A trace is what lasts of a run: whatever search made it, it can be replayed, shrunk and read.

use std::io::{self, BufRead, Read, Write};

use orchestration::{OrchestrationCommand, OrchestrationReadModel, Snapshot};
use serde::Deserialize;
use serde::de::IgnoredAny;
use thiserror::Error;

use crate::describe::printable;

/// The longest line that is read, in bytes, its end not counted: a source that never ends a line must not fill the
/// memory.
pub const LONGEST_LINE: usize = 64 * 1024 * 1024;

/// What a trace looks like, to those who have brought something else.
const ONE_A_LINE: &str = "and expected a command: a trace is JSON Lines, one command a line";

/// What some editors put before a text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why a trace could not be read on.
#[derive(Debug, Error)]
pub enum TraceError {
    /// A line holds something else than a command.
    #[error("line {line}{} is no command: {reason}", column.map(|column| format!(", column {column},")).unwrap_or_default())]
    NotACommand {
        /// The number of the line, from 1.
        line: u64,
        /// Where in the line reading stopped, from 1, where that is known: behind a `type` that does not stand first it is
        /// not, and the reason names the field alone.
        column: Option<usize>,
        /// What was wrong, and what was expected.
        reason: String,
    },
    /// A line is no text at all.
    #[error("line {line}, column {column}, is no command: expected text in UTF-8, found the byte {byte:#04x}")]
    NotText {
        /// The number of the line, from 1.
        line: u64,
        /// Where in the line the byte stands, from 1.
        column: usize,
        /// The byte.
        byte: u8,
    },
    /// The first line holds a snapshot that is not to be read.
    #[error("line {line} is no snapshot to begin with: {reason}")]
    NotASnapshot {
        /// The number of the line, from 1.
        line: u64,
        /// What was wrong, and what was expected.
        reason: String,
    },
    /// A line is longer than [`LONGEST_LINE`].
    #[error("line {line} is no command: it is longer than {LONGEST_LINE} bytes")]
    TooLong {
        /// The number of the line, from 1.
        line: u64,
    },
    /// The trace could not be read.
    #[error("line {line} could not be read")]
    Unreadable {
        /// The number of the line, from 1.
        line: u64,
        /// What the operating system said.
        source: io::Error,
    },
}

/// Reads a trace line by line, and holds no more than a line of it. Blank lines are passed over.
///
/// After a line that is no command it reads on; after one that could not be read to its end it ends.
#[derive(Debug)]
pub struct TraceReader<R> {
    source: R,
    line: u64,
    text: Vec<u8>,
    /// Whether the line was looked at, and is yet to be taken.
    is_waiting: bool,
    is_done: bool,
}

impl<R: BufRead> TraceReader<R> {
    /// Reads from a source.
    pub const fn new(source: R) -> Self {
        Self {
            source,
            line: 0,
            text: Vec::new(),
            is_waiting: false,
            is_done: false,
        }
    }

    /// The model that the trace begins with, if its first line is a snapshot. To be asked for before any command.
    ///
    /// # Errors
    ///
    /// Why the snapshot is not to be read. What else is wrong with the first line is said when a command is asked for.
    pub fn beginning(&mut self) -> Result<Option<OrchestrationReadModel>, TraceError> {
        match self.read_line() {
            Ok(Some(())) => self.is_waiting = true,
            Ok(None) => {
                self.is_done = true;
                return Ok(None);
            }
            Err(error) => {
                self.is_done = true;
                return Err(error);
            }
        }
        if !is_snapshot(self.line_text()) {
            return Ok(None);
        }
        self.is_waiting = false;
        let (line, text) = (self.line, self.line_text());
        let snapshot: Result<Snapshot, _> = serde_json::from_slice(text);
        let snapshot = snapshot.map_err(|error| TraceError::NotASnapshot {
            line,
            reason: printable(&error.to_string()),
        });
        snapshot.map(|snapshot| Some(snapshot.model))
    }

    /// Reads up to the next line that is not blank, if there is one.
    fn read_line(&mut self) -> Result<Option<()>, TraceError> {
        loop {
            self.line += 1;
            self.text.clear();
            let mut limited = (&mut self.source).take(LONGEST_LINE as u64 + 1);
            let read = limited.read_until(b'\n', &mut self.text);
            let line = self.line;
            match read {
                Err(source) => return Err(TraceError::Unreadable { line, source }),
                Ok(0) => return Ok(None),
                Ok(length) if length > LONGEST_LINE && !self.text.ends_with(b"\n") => {
                    return Err(control_character(line, &self.text).unwrap_or(TraceError::TooLong { line }));
                }
                Ok(_) if self.line_text().trim_ascii().is_empty() => {}
                Ok(_) => return Ok(Some(())),
            }
        }
    }

    fn line_text(&self) -> &[u8] {
        match self.text.strip_prefix(BYTE_ORDER_MARK) {
            Some(text) if self.line == 1 => text,
            _ => &self.text,
        }
    }
}

impl<R: BufRead> Iterator for TraceReader<R> {
    /// A command with the number of its line, from 1.
    type Item = Result<(u64, OrchestrationCommand), TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let read = if std::mem::take(&mut self.is_waiting) {
            Ok(Some(()))
        } else {
            self.read_line()
        };
        match read {
            Ok(Some(())) => Some(parse_line(self.line, self.line_text())),
            Ok(None) => {
                self.is_done = true;
                None
            }
            Err(error) => {
                self.is_done = true;
                Some(Err(error))
            }
        }
    }
}

/// Whether a line holds a snapshot, whatever is wrong with it: commands have no version.
fn is_snapshot(text: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Version {
        #[serde(rename = "schema_version")]
        _version: IgnoredAny,
    }
    serde_json::from_slice::<Version>(text).is_ok()
}

/// Parses a command, or says in which column what is wrong.
fn parse_line(line: u64, text: &[u8]) -> Result<(u64, OrchestrationCommand), TraceError> {
    let not_a_command = |column, reason| TraceError::NotACommand { line, column, reason };
    // Without the end of the line, after which the parser would be in its line 2.
    let text = text_of(line, text.trim_ascii_end())?;
    if text.trim_start().starts_with('[') {
        let column = text.find('[').map(|place| place + 1);
        return Err(not_a_command(column, format!("found an array, {ONE_A_LINE}")));
    }
    serde_json::from_str(text)
        .map(|command| (line, command))
        .map_err(|error| {
            if is_snapshot(text.as_bytes()) {
                let found =
                    "found a snapshot, which may stand in the first line alone, of a trace that is replayed or shrunk";
                return not_a_command(None, found.to_owned());
            }
            if is_broken_off(&error) {
                let found = format!("found only the beginning of an object, {ONE_A_LINE}");
                return not_a_command(Some(error.column()), found);
            }
            // The parser sees one line and calls it line 1: the number of the line in the trace is told beside.
            let whole = error.to_string();
            let position = format!(" at line {} column {}", error.line(), error.column());
            let column = Some(error.column()).filter(|column| *column > 0);
            not_a_command(column, printable(whole.strip_suffix(&position).unwrap_or(&whole)))
        })
}

/// Gives a line as text.
fn text_of(line: u64, bytes: &[u8]) -> Result<&str, TraceError> {
    if let Some(error) = control_character(line, bytes) {
        return Err(error);
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let place = error.valid_up_to();
        TraceError::NotText {
            line,
            column: place + 1,
            byte: bytes.get(place).copied().unwrap_or_default(),
        }
    })
}

/// The error of a line with a control character in it. In JSON they are escaped: where they stand as they are, there is no
/// text.
fn control_character(line: u64, bytes: &[u8]) -> Option<TraceError> {
    let is_control = |byte: &u8| *byte < b' ' && !matches!(*byte, b'\t' | b'\r');
    let place = bytes.iter().position(is_control)?;
    Some(TraceError::NotText {
        line,
        column: place + 1,
        byte: bytes.get(place).copied()?,
    })
}

/// Whether a line ends within a value, but for a text: then the command may go on in the next.
fn is_broken_off(error: &serde_json::Error) -> bool {
    error.is_eof() && !error.to_string().starts_with("EOF while parsing a string")
}

/// Writes the snapshot that a trace begins with. Its commands come behind.
///
/// # Errors
///
/// What the sink says.
pub fn write_beginning(mut sink: impl Write, model: &OrchestrationReadModel) -> io::Result<()> {
    let snapshot = Snapshot {
        model: model.clone(),
        ..Snapshot::default()
    };
    serde_json::to_writer(&mut sink, &snapshot)?;
    sink.write_all(b"\n")
}

/// Writes a trace, one command a line.
///
/// # Errors
///
/// What the sink says.
pub fn write_trace<'a>(
    mut sink: impl Write,
    commands: impl IntoIterator<Item = &'a OrchestrationCommand>,
) -> io::Result<()> {
    for command in commands {
        serde_json::to_writer(&mut sink, command)?;
        sink.write_all(b"\n")?;
    }
    sink.flush()
}

#[cfg(test)]
mod tests;
