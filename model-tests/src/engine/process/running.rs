//! One process of an engine, with the threads that look after its pipes.

use std::io::{self, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::group::Group;
use super::lines;
use super::words::Words;
use crate::engine::Failure;

/// How often it is looked whether a process that says nothing is still there.
const GLANCE: Duration = Duration::from_millis(20);

/// How long it may take that a process ends which has closed its output, and that pipes end whose process has.
const LINGER: Duration = Duration::from_secs(2);

/// How many lines may wait to be received: with more, the process waits.
const WAITING: usize = 4096;

/// A process that runs, or did until a moment ago.
#[derive(Debug)]
pub struct Running {
    group: Group,
    requests: Sender<String>,
    lines: Receiver<Result<String, Failure>>,
    /// Nothing ever comes: it breaks when all that was written on standard error has been heard.
    errors: Receiver<()>,
    /// When it was first seen that the process has ended, though its output is still open.
    ended: Option<(ExitStatus, Instant)>,
}

/// What came next.
#[derive(Debug)]
pub enum Next {
    /// A line.
    Line(String),
    /// Nothing as long as the patience lasted.
    Nothing,
    /// The end: how.
    Ended(String),
}

impl Running {
    /// Starts it.
    pub fn start(command: &mut Command, words: &Words) -> io::Result<Self> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut group = Group::start(command)?;
        let leader = group.leader();
        let (requests, to_write) = channel::<String>();
        let (written, lines) = sync_channel(WAITING);
        let (heard, errors) = channel::<()>();
        if let Some(mut stream) = leader.stdin.take() {
            // In a thread of its own: who does not read must not keep us from reading.
            look_after("engine's input", move || {
                for line in to_write {
                    // Nobody to read it: why is told by what comes out.
                    if stream.write_all(line.as_bytes()).is_err() {
                        return;
                    }
                }
            })?;
        }
        if let Some(stream) = leader.stdout.take() {
            look_after("engine's output", move || lines::read(stream, lines::LONGEST, &written))?;
        }
        if let Some(stream) = leader.stderr.take() {
            let words = words.clone();
            look_after("engine's errors", move || {
                words.take(stream);
                drop(heard);
            })?;
        }
        Ok(Self {
            group,
            requests,
            lines,
            errors,
            ended: None,
        })
    }

    /// Has a line written, without waiting for it.
    pub fn say(&self, mut line: String) {
        line.push('\n');
        // Nobody to write it to: why is told by what comes out.
        let _ = self.requests.send(line);
    }

    /// What it says next.
    pub fn next(&mut self, patience: Duration) -> Result<Next, Failure> {
        let asked = Instant::now();
        loop {
            let left = patience.saturating_sub(asked.elapsed());
            match self.lines.recv_timeout(left.min(GLANCE)) {
                Ok(line) => return line.map(Next::Line),
                Err(RecvTimeoutError::Disconnected) => return Ok(Next::Ended(self.end())),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if self.has_nothing_more_to_come() {
                return Ok(Next::Ended(self.end()));
            }
            if left.is_zero() {
                return Ok(Next::Nothing);
            }
        }
    }

    /// Whether the process has ended, and somebody outside of its group keeps its output open.
    fn has_nothing_more_to_come(&mut self) -> bool {
        if self.ended.is_none() {
            let status = self.group.status().ok().flatten();
            self.ended = status.map(|status| (status, Instant::now()));
        }
        self.ended.is_some_and(|(_, seen)| seen.elapsed() >= LINGER)
    }

    /// Its output has ended: how it has ended itself, which it is made to if need be.
    fn end(&mut self) -> String {
        let asked = Instant::now();
        while asked.elapsed() < LINGER {
            if let Ok(Some(status)) = self.group.status() {
                self.hear_the_rest();
                return status.to_string();
            }
            thread::sleep(Duration::from_millis(1));
        }
        self.kill();
        "it has closed its standard output, and had to be killed".to_owned()
    }

    /// Ends it at once, with its group, and waits until its pipes are closed: nobody of the group is there any more then.
    pub fn kill(&mut self) {
        // If it cannot be waited for, it is not there.
        let _ = self.group.kill();
        let asked = Instant::now();
        while asked.elapsed() < LINGER {
            let left = LINGER.saturating_sub(asked.elapsed());
            if self.lines.recv_timeout(left) == Err(RecvTimeoutError::Disconnected) {
                break;
            }
        }
        self.hear_the_rest();
    }

    fn hear_the_rest(&self) {
        // It breaks, or somebody outside of the group keeps it open.
        let _ = self.errors.recv_timeout(LINGER);
    }
}

fn look_after(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
}
