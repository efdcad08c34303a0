//! Traces: commands as JSON Lines, one a line.
//!
//! A trace is what lasts of a run: whatever engine made it, it can be replayed, shrunk and read.

use std::io::{self, BufRead, Write};

use orchestration::OrchestrationCommand;
use thiserror::Error;

/// Why a trace could not be read on.
#[derive(Debug, Error)]
pub enum TraceError {
    /// A line holds something else than a command.
    #[error("line {line}{} is no command: {reason}", column.map(|column| format!(", column {column},")).unwrap_or_default())]
    NotACommand {
        /// The number of the line, from 1.
        line: u64,
        /// Where in the line reading stopped, from 1, unless the reason names the field.
        column: Option<usize>,
        /// What was wrong, and what was expected.
        reason: String,
    },
    /// The trace could not be read.
    #[error("line {line} could not be read: {source}")]
    Unreadable {
        /// The number of the line, from 1.
        line: u64,
        /// What the operating system said.
        source: io::Error,
    },
}

/// Reads a trace line by line, and holds no more than a line of it. Blank lines are passed over.
#[derive(Debug)]
pub struct TraceReader<R> {
    source: R,
    line: u64,
    text: Vec<u8>,
}

impl<R: BufRead> TraceReader<R> {
    /// Reads from a source.
    pub const fn new(source: R) -> Self {
        Self {
            source,
            line: 0,
            text: Vec::new(),
        }
    }

    fn next_line(&mut self) -> Result<Option<&[u8]>, TraceError> {
        loop {
            self.line += 1;
            self.text.clear();
            let read = self.source.read_until(b'\n', &mut self.text);
            match read {
                Err(source) => {
                    return Err(TraceError::Unreadable {
                        line: self.line,
                        source,
                    });
                }
                Ok(0) => return Ok(None),
                Ok(_) if self.text.trim_ascii().is_empty() => {}
                Ok(_) => return Ok(Some(self.text.trim_ascii())),
            }
        }
    }
}

impl<R: BufRead> Iterator for TraceReader<R> {
    /// A command with the number of its line, from 1.
    type Item = Result<(u64, OrchestrationCommand), TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        let parsed = match self.next_line() {
            Err(error) => return Some(Err(error)),
            Ok(None) => return None,
            Ok(Some(line)) => parse_line(line),
        };
        Some(match parsed {
            Ok(command) => Ok((self.line, command)),
            Err((column, reason)) => Err(TraceError::NotACommand {
                line: self.line,
                column,
                reason,
            }),
        })
    }
}

/// Parses a command, or says in which column what is wrong.
fn parse_line(line: &[u8]) -> Result<OrchestrationCommand, (Option<usize>, String)> {
    let text = std::str::from_utf8(line).map_err(|error| {
        (
            Some(error.valid_up_to() + 1),
            "expected UTF-8, found another byte".to_owned(),
        )
    })?;
    serde_json::from_str(text).map_err(|error| {
        // The parser sees one line and calls it line 1: the number of the line in the trace is told by the caller.
        let whole = error.to_string();
        let position = format!(" at line {} column {}", error.line(), error.column());
        let column = Some(error.column()).filter(|column| *column > 0);
        (column, whole.strip_suffix(&position).unwrap_or(&whole).to_owned())
    })
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
        let expected =
            "line 1 is no command: in field `name`: NonBlank \" \" is blank: expected something other than white space";
        assert_eq!(errors(text.as_bytes()), [expected]);
    }

    #[test]
    fn a_line_that_breaks_off_is_named_with_the_column() {
        let expected = "line 1, column 20, is no command: EOF while parsing a string";
        assert_eq!(errors(&COMMAND.as_bytes()[..20]), [expected]);
    }

    #[test]
    fn a_line_that_is_no_text_is_named_with_the_byte() {
        let text = [COMMAND.as_bytes(), b"\n{\"type\":\"\xff\"}\n"].concat();
        assert_eq!(
            errors(&text),
            ["line 2, column 10, is no command: expected UTF-8, found another byte"]
        );
    }
}
