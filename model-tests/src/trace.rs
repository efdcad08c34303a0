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
mod tests {
    use super::*;

    const COMMAND: &str =
        r#"{"type":"delete_project","project_id":"00000000-0000-0000-0000-000000000001","at":"2026-01-01T00:00:00Z"}"#;

    fn errors(trace: &[u8]) -> Vec<String> {
        TraceReader::new(trace)
            .filter_map(Result::err)
            .map(|error| error.to_string())
            .collect()
    }

    #[test]
    fn a_trace_survives_being_written_and_read() {
        let text = format!("{COMMAND}\n{COMMAND}\n");
        let commands: Vec<_> = TraceReader::new(text.as_bytes())
            .map(|read| read.expect("a command").1)
            .collect();
        let mut written = Vec::new();
        write_trace(&mut written, &commands).expect("memory takes everything");
        assert_eq!(String::from_utf8(written).as_deref(), Ok(text.as_str()));
    }

    #[test]
    fn blank_lines_and_carriage_returns_are_passed_over_and_the_numbers_stay_right() {
        let text = format!("\n{COMMAND}\r\n  \n{COMMAND}");
        let lines: Vec<_> = TraceReader::new(text.as_bytes())
            .map(|read| read.expect("a command").0)
            .collect();
        assert_eq!(lines, [2, 4]);
    }

    #[test]
    fn a_line_that_is_no_command_is_named_with_its_fault() {
        let text = format!("{COMMAND}\n{{\"type\":\"fly\"}}\n");
        let expected = "line 2, column 13, is no command: unknown variant `fly`, expected one of";
        assert!(
            errors(text.as_bytes())[0].starts_with(expected),
            "{:?}",
            errors(text.as_bytes())
        );
    }

    #[test]
    fn a_field_that_breaks_a_rule_is_named_with_the_rule() {
        let text = COMMAND
            .replace("delete_project", "rename_project")
            .replace("\"at\"", "\"name\":\" \",\"at\"");
        let fault = "is no command: in field `name`: Label \" \" is blank: expected something other than white space";
        let column = text.find("\" \"").map(|start| start + "\" \"".len()).expect("the name");
        assert_eq!(errors(text.as_bytes()), [format!("line 1, column {column}, {fault}")]);
    }

    #[test]
    fn a_line_that_breaks_off_is_named_with_the_column() {
        let expected = "line 1, column 20, is no command: EOF while parsing a string";
        assert_eq!(errors(&COMMAND.as_bytes()[..20]), [expected]);
    }

    #[test]
    fn an_indented_line_is_named_with_the_column_as_it_stands_there() {
        let expected = "line 1, column 17, is no command: unknown variant `fly`";
        assert!(errors(b"    {\"type\":\"fly\"}\r\n")[0].starts_with(expected));
    }

    #[test]
    fn a_byte_order_mark_is_passed_over_only_where_a_text_begins() {
        let mark = std::str::from_utf8(BYTE_ORDER_MARK).expect("UTF-8");
        let text = format!("{mark}{COMMAND}\n{mark}{COMMAND}\n");
        assert_eq!(
            errors(text.as_bytes()),
            ["line 2, column 1, is no command: expected value"]
        );
    }

    #[test]
    fn what_is_quoted_from_a_line_cannot_steer_a_terminal() {
        let errors = errors(br#"{"type":"\u001b[2J"}"#);
        assert!(errors[0].contains(r"unknown variant `\u{1b}[2J`"), "{errors:?}");
    }

    #[test]
    fn a_line_that_never_ends_is_given_up() {
        let mut trace = TraceReader::new(io::BufReader::new(io::repeat(b' ')));
        assert!(matches!(trace.next(), Some(Err(TraceError::TooLong { line: 1 }))));
        assert!(trace.next().is_none());
    }

    #[test]
    fn an_array_and_indented_json_are_told_what_a_trace_looks_like() {
        let expected = "and expected a command: a trace is JSON Lines, one command a line";
        let array = format!("[{COMMAND}]");
        let indented = COMMAND.replace('{', "{\n  ").replace(',', ",\n  ");
        assert_eq!(
            errors(array.as_bytes()),
            [format!("line 1, column 1, is no command: found an array, {expected}")]
        );
        assert_eq!(
            errors(indented.as_bytes())[0],
            format!("line 1, column 1, is no command: found only the beginning of an object, {expected}")
        );
    }

    #[test]
    fn a_long_line_of_bytes_that_are_no_text_is_said_to_be_none() {
        let mut trace = TraceReader::new(io::BufReader::new(io::repeat(0)));
        let error = trace.next().expect("an error").expect_err("no command");
        assert_eq!(
            error.to_string(),
            "line 1, column 1, is no command: expected text in UTF-8, found the byte 0x00"
        );
    }

    #[test]
    fn reading_ends_where_the_source_fails() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the disk is gone"))
            }
        }
        let mut trace = TraceReader::new(io::BufReader::new(COMMAND.as_bytes().chain(&b"\n"[..]).chain(Broken)));
        assert!(matches!(trace.next(), Some(Ok((1, _)))));
        assert!(matches!(
            trace.next(),
            Some(Err(TraceError::Unreadable { line: 2, .. }))
        ));
        assert!(trace.next().is_none());
    }

    #[test]
    fn a_line_that_is_no_text_is_named_with_the_byte() {
        let text = [COMMAND.as_bytes(), b"\n{\"type\":\"\xff\"}\n"].concat();
        assert_eq!(
            errors(&text),
            ["line 2, column 10, is no command: expected text in UTF-8, found the byte 0xff"]
        );
    }

    #[test]
    fn a_trace_may_begin_with_a_snapshot() {
        let mut text = Vec::new();
        let model = OrchestrationReadModel::default();
        write_beginning(&mut text, &model).expect("memory takes everything");
        text.extend_from_slice(COMMAND.as_bytes());
        let mut trace = TraceReader::new(text.as_slice());
        assert_eq!(trace.beginning().expect("a snapshot"), Some(model));
        assert!(matches!(trace.next(), Some(Ok((2, _)))));
        assert!(trace.next().is_none());
    }

    #[test]
    fn a_trace_without_a_snapshot_keeps_its_first_line() {
        let mut trace = TraceReader::new(COMMAND.as_bytes());
        assert_eq!(trace.beginning().expect("it can be read"), None);
        assert!(matches!(trace.next(), Some(Ok((1, _)))));
        let mut nothing = TraceReader::new(&b""[..]);
        assert_eq!(nothing.beginning().expect("it can be read"), None);
        assert!(nothing.next().is_none());
    }

    #[test]
    fn a_snapshot_that_is_not_legal_or_of_another_version_is_refused_with_the_reason() {
        let illegal = r#"{"schema_version":2,"sequence":0,"model":{"projects":{},"threads":{},"selected_thread":"00000000-0000-0000-0000-000000000001"}}"#;
        let newer = r#"{"schema_version":9,"sequence":0,"model":{}}"#;
        for (text, reason) in [(illegal, "S1 is broken"), (newer, "version")] {
            let error = TraceReader::new(text.as_bytes())
                .beginning()
                .expect_err("it is no snapshot to begin with");
            let told = error.to_string();
            assert!(told.starts_with("line 1 is no snapshot to begin with: "), "{told}");
            assert!(told.contains(reason), "{told}");
        }
    }

    #[test]
    fn a_snapshot_behind_the_first_line_is_named() {
        let text = format!("{COMMAND}\n{{\"schema_version\":2,\"sequence\":0,\"model\":{{}}}}\n");
        let errors = errors(text.as_bytes());
        assert!(
            errors[0].starts_with("line 2 is no command: found a snapshot"),
            "{errors:?}"
        );
    }
}
