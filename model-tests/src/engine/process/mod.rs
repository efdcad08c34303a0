//! An engine that is a program of its own, in any language: it speaks the [protocol](super::protocol) over its standard input
//! and output.
//!
//! Its process leads a group, and whatever it starts is ended with it: by a crash, with the value, and with this program,
//! also when that is interrupted or panics. Its store is in a fresh folder, which stays from one process to the next and goes
//! with the value.

pub mod group;
mod lines;
mod running;
mod words;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use group::Folder;
use running::{Next, Running};
use words::Words;

use super::protocol::{FIRST_OPEN, Message, Open, Opened, Request, RequestId, VERSION, read_opened};
use super::{Engine, Failure, Received};

/// An engine in a process of its own.
#[derive(Debug)]
pub struct Process {
    program: OsString,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    words: Words,
    next_open: RequestId,
    starts: u64,
    state: State,
    // The last, so that all is ended before it is removed.
    folder: Folder,
}

#[derive(Debug)]
enum State {
    Running(Running),
    /// There is none: how the last one ended.
    Ended(String),
}

impl Process {
    /// An engine that is started by this command, when it is opened first. What it writes on its standard error goes to this
    /// file, or else to one beside its store.
    ///
    /// # Errors
    ///
    /// [`Failure::NotStarted`] if there is no place for its store or for its words, or if this system has no groups of
    /// processes.
    pub fn new(program: OsString, arguments: Vec<OsString>, log: Option<&Path>) -> Result<Self, Failure> {
        if cfg!(not(unix)) {
            return Err(not_started("engines in processes of their own are driven on Unix only"));
        }
        let no_folder = |error| not_started(format!("there is no folder for its store: {error}"));
        let folder = Folder::new().map_err(no_folder)?;
        std::fs::create_dir(store(&folder)).map_err(no_folder)?;
        let log = log.map_or_else(|| folder.path().join("standard-error.log"), Path::to_owned);
        let words = Words::to(&log)
            .map_err(|error| not_started(format!("its log {} cannot be written: {error}", log.display())))?;
        Ok(Self {
            program,
            arguments,
            words,
            next_open: FIRST_OPEN,
            starts: 0,
            state: State::Ended("it was not opened yet".to_owned()),
            variables: Vec::new(),
            folder,
        })
    }

    /// The same, with a variable in its environment.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    fn start(&mut self) -> Result<Running, Failure> {
        self.starts += 1;
        self.words.begin(self.starts);
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).envs(self.variables.iter().cloned());
        Running::start(&mut command, &self.words).map_err(|error| {
            let program = self.program.display();
            not_started(format!("{program} could not be run: {error}"))
        })
    }

    fn next(&mut self, patience: Duration) -> Result<Next, Failure> {
        let next = match &mut self.state {
            State::Running(running) => running.next(patience)?,
            State::Ended(how) => Next::Ended(how.clone()),
        };
        if let Next::Ended(how) = &next {
            self.end(how.clone());
        }
        Ok(next)
    }

    /// Ends it with all that is left of its group.
    fn end(&mut self, how: String) {
        if let State::Running(running) = &mut self.state {
            running.kill();
        }
        self.state = State::Ended(how);
    }

    /// Asks it to open its store, and waits for that.
    fn opened(&mut self, patience: Duration) -> Result<Opened, Failure> {
        let id = self.next_open;
        self.next_open -= 1;
        let open = Open {
            id,
            protocol: VERSION,
            folder: store(&self.folder).display().to_string(),
        };
        let request = serde_json::to_string(&open).map_err(|error| not_started(error.to_string()))?;
        let running = self.start()?;
        running.say(request.clone());
        self.state = State::Running(running);
        match self.next(patience)? {
            Next::Line(line) => {
                let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&line).is_ok();
                let (of, opened) = read_opened(&line).map_err(|reason| {
                    if is_json {
                        not_started(reason)
                    } else {
                        lines::no_message(reason, line.as_bytes())
                    }
                })?;
                if of != id {
                    return Err(Failure::Unasked {
                        id: of,
                        is_known: false,
                    });
                }
                Ok(opened)
            }
            Next::Nothing => Err(Failure::Silent { request, patience }),
            Next::Ended(how) => Err(Failure::Died { how }),
        }
    }
}

impl Engine for Process {
    fn open(&mut self, patience: Duration) -> Result<Opened, Failure> {
        self.crash();
        let opened = self.opened(patience);
        if let Err(failure) = &opened {
            self.end(failure.to_string());
        }
        opened
    }

    fn send(&mut self, request: &Request) -> Result<(), Failure> {
        if let State::Running(running) = &self.state {
            let line = serde_json::to_string(request).map_err(|error| not_started(error.to_string()))?;
            running.say(line);
        }
        Ok(())
    }

    fn receive(&mut self, patience: Duration) -> Result<Received, Failure> {
        Ok(match self.next(patience)? {
            Next::Line(line) => {
                let message = Message::read(&line).map_err(|reason| lines::no_message(reason, line.as_bytes()))?;
                Received::Message(message)
            }
            Next::Nothing => Received::Nothing,
            Next::Ended(how) => Received::Ended { how },
        })
    }

    fn crash(&mut self) {
        if matches!(self.state, State::Running(_)) {
            self.end("it was crashed".to_owned());
        }
    }

    fn last_words(&self) -> Vec<String> {
        self.words.last()
    }
}

/// The folder that the engine is told of.
fn store(folder: &Folder) -> PathBuf {
    folder.path().join("store")
}

fn not_started(reason: impl Into<String>) -> Failure {
    Failure::NotStarted { reason: reason.into() }
}

#[cfg(all(test, unix))]
mod tests;
