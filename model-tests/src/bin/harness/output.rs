//! Where tasks write. All output goes through here, so that none is lost unnoticed.
//!
//! An error of writing is no panic, and is not blamed on the input. The first one is remembered, and decides the exit status
//! at the end. A reader that has read enough, and has closed the pipe, is no error.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anstream::AutoStream;
use serde::Serialize;

/// Prints a line on standard output, for people.
macro_rules! say {
    ($($text:tt)*) => {
        $crate::output::write_line(format_args!($($text)*))
    };
}

/// Prints a line on standard error, where all goes that is not the output itself.
macro_rules! tell {
    ($($text:tt)*) => {
        $crate::output::write_news(format_args!($($text)*))
    };
}

pub(crate) use {say, tell};

/// What became of the output.
struct State {
    /// The first error.
    error: Option<io::Error>,
    /// What must not be lost: it is told on standard error if standard output does not take it.
    precious: Option<String>,
}

static STATE: Mutex<State> = Mutex::new(State {
    error: None,
    precious: None,
});

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A stream whose first error is remembered.
pub struct Remembering<W>(W);

impl<W: Write> Write for Remembering<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        remembered(self.0.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        remembered(self.0.flush())
    }
}

/// Remembers an error, and gives another one of its kind.
fn remembered<T>(result: io::Result<T>) -> io::Result<T> {
    result.map_err(|error| {
        let again = io::Error::from(error.kind());
        if error.kind() != io::ErrorKind::Interrupted {
            state().error.get_or_insert(error);
        }
        again
    })
}

/// Standard output for people: colours are taken out where they are not welcome, and control characters with them.
pub fn for_people() -> Remembering<AutoStream<io::Stdout>> {
    Remembering(anstream::stdout())
}

/// Standard output for machines: what is written comes out as it is.
pub fn for_machines() -> Remembering<io::Stdout> {
    Remembering(io::stdout())
}

/// Prints a line on standard output; what [`say!`] does.
pub fn write_line(text: fmt::Arguments<'_>) {
    write_text(&format!("{text}\n"));
}

/// Prints a text on standard output, without the end of a line.
pub fn write_text(text: &str) {
    if state().error.is_some() {
        return;
    }
    let mut stream = for_people();
    // The error is remembered.
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

/// Prints a line on standard error; what [`tell!`] does. If nobody takes it, there is nobody left to be told.
pub fn write_news(text: fmt::Arguments<'_>) {
    let _ = anstream::stderr().write_all(format!("{text}\n").as_bytes());
}

/// Prints a value as JSON, for machines.
pub fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_vec(value)?;
    text.push(b'\n');
    print_bytes(&text);
    Ok(())
}

/// Prints bytes as they are, for machines.
pub fn print_bytes(bytes: &[u8]) {
    let mut stream = for_machines();
    // The error is remembered.
    let _ = stream.write_all(bytes).and_then(|()| stream.flush());
}

/// Whether something could not be written: what comes after would not be either.
pub fn has_failed() -> bool {
    state().error.is_some()
}

/// Shows what is wrong with the usage, or the help that was asked for.
pub fn explain(error: &clap::Error) -> ExitCode {
    let is_help = error.exit_code() == 0;
    let printed = error.print();
    if is_help {
        // The error is remembered.
        let _ = remembered(printed);
    }
    ExitCode::from(if end() && is_help { 0 } else { 2 })
}

/// Notes what is told on standard error if standard output does not take it: a violation, and where its trace is.
pub fn keep(precious: String) {
    state().precious = Some(precious);
}

/// Ends the output, and gives whether all of it was written, or as much as the reader wanted to read. If not, tells why.
pub fn end() -> bool {
    // The error is remembered.
    let _ = for_machines().flush();
    let State { error, precious } = &mut *state();
    match error {
        None => true,
        Some(error) if error.kind() == io::ErrorKind::BrokenPipe => true,
        Some(error) => {
            tell!("error: the output could not be written: {error}");
            if let Some(precious) = precious {
                tell!("{precious}");
            }
            false
        }
    }
}
