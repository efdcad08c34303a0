//! The example engine as a process, asked over its standard streams.

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use orchestration::{OrchestrationCommand, OrchestrationReadModel, StoredEvent};
use serde_json::{Value, json};

/// The program, which cargo builds with the tests of this package.
pub fn program() -> PathBuf {
    let tests = std::env::current_exe().expect("the tests are a program");
    let profile = tests
        .ancestors()
        .nth(2)
        .expect("it is in the folder deps of its profile");
    let program = profile
        .join("examples")
        .join(format!("engine{}", std::env::consts::EXE_SUFFIX));
    let path = program.display();
    assert!(
        program.exists(),
        "no {path}: cargo build -p orchestration --example engine"
    );
    program
}

/// A folder for one test, which is not there yet.
pub fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("engine").join(test);
    let _ = fs::remove_dir_all(&folder);
    folder
}

/// A process, which is killed when it is dropped.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// Replies that came while another one was waited for.
    waiting: VecDeque<Value>,
}

impl Process {
    /// Starts the program, and asks for nothing.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    pub fn start_with(arguments: &[&str]) -> Self {
        let mut command = Command::new(program());
        command.args(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("it can be started");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        Self {
            input: child.stdin.take(),
            output,
            waiting: VecDeque::new(),
            child,
        }
    }

    /// Starts the program on a folder, and waits until it has recovered.
    pub fn open(folder: &Path) -> Self {
        let mut process = Self::start();
        let opened = process.ask(&json!({"op": "open", "id": 0, "protocol": 1, "folder": folder}));
        assert_eq!(opened["protocol"], 1, "{opened}");
        process
    }

    /// Sends a line. That the process is gone is seen when its replies are read.
    pub fn send_line(&mut self, line: &str) {
        let input = self.input.as_mut().expect("the input is open");
        let _ = writeln!(input, "{line}");
    }

    pub fn send(&mut self, request: &Value) {
        self.send_line(&request.to_string());
    }

    /// The next line, or nothing where the output ends.
    pub fn read(&mut self) -> Option<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it is text");
        line.ends_with('\n')
            .then(|| serde_json::from_str(&line).expect("it is JSON"))
    }

    /// The next reply with this id, or nothing where the output ends.
    pub fn reply(&mut self, id: u64) -> Option<Value> {
        if let Some(place) = self.waiting.iter().position(|reply| reply["id"] == id) {
            return self.waiting.remove(place);
        }
        loop {
            let reply = self.read()?;
            if reply["id"] == id {
                return Some(reply);
            }
            self.waiting.push_back(reply);
        }
    }

    /// Sends a request and waits for its reply.
    #[track_caller]
    pub fn ask(&mut self, request: &Value) -> Value {
        self.send(request);
        let id = request["id"].as_u64().expect("an id");
        self.reply(id).unwrap_or_else(|| panic!("it ended at {request}"))
    }

    #[track_caller]
    pub fn dispatch(&mut self, id: u64, command: &OrchestrationCommand) -> Value {
        self.ask(&dispatch(id, command))
    }

    /// Dispatches a command that must be accepted. Gives the sequence of the batch's last event.
    #[track_caller]
    pub fn accept(&mut self, id: u64, command: &OrchestrationCommand) -> u64 {
        let answer = self.dispatch(id, command);
        assert_eq!(answer["outcome"], "accepted", "{answer}");
        answer["sequence"].as_u64().expect("a sequence")
    }

    /// All of the log.
    #[track_caller]
    pub fn log(&mut self) -> Vec<StoredEvent> {
        let reply = self.ask(&json!({"op": "log", "id": 900_001, "after": 0, "limit": 100_000}));
        serde_json::from_value(reply["events"].clone()).expect("stored events")
    }

    /// The model, with the sequence that it is of.
    #[track_caller]
    pub fn model(&mut self) -> (u64, OrchestrationReadModel) {
        let reply = self.ask(&json!({"op": "model", "id": 900_002}));
        let model = serde_json::from_value(reply["model"].clone()).expect("a legal model");
        (reply["sequence"].as_u64().expect("a sequence"), model)
    }

    #[track_caller]
    pub fn snapshot(&mut self) -> u64 {
        let reply = self.ask(&json!({"op": "snapshot", "id": 900_003}));
        reply["sequence"].as_u64().expect("a sequence")
    }

    #[track_caller]
    pub fn crash_at(&mut self, point: &str, hits: u32) {
        let armed = self.ask(&json!({"op": "crash_at", "id": 900_004, "point": point, "hits": hits}));
        assert_eq!(armed, json!({"id": 900_004}));
    }

    /// Kills the process, as it is. Gives the replies that it had sent.
    pub fn kill(mut self) -> Vec<Value> {
        self.child.kill().expect("it is alive");
        let mut replies: Vec<_> = self.waiting.drain(..).collect();
        replies.extend(std::iter::from_fn(|| self.read()));
        self.child.wait().expect("it is dead");
        replies
    }

    /// Ends the input. Gives the replies that are left, the exit status, and what it had to say to people.
    pub fn end(mut self) -> (Vec<Value>, ExitStatus, String) {
        self.input = None;
        let mut replies: Vec<_> = self.waiting.drain(..).collect();
        replies.extend(std::iter::from_fn(|| self.read()));
        let mut words = String::new();
        let mut errors = self.child.stderr.take().expect("it is piped");
        errors.read_to_string(&mut words).expect("it is text");
        (replies, self.child.wait().expect("it has ended"), words)
    }

    /// The first line that it has to say to people.
    pub fn first_words(&mut self) -> String {
        let mut words = String::new();
        let mut errors = BufReader::new(self.child.stderr.take().expect("it is piped"));
        errors.read_line(&mut words).expect("it is text");
        words
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn dispatch(id: u64, command: &OrchestrationCommand) -> Value {
    json!({"op": "dispatch", "id": id, "client": 1, "command": command})
}
