//! The program as a server, for all tests that ask one.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A server that listens in a folder of its own, ended with the test.
pub struct Served {
    pub process: Child,
    /// Where it is, with the secret and a slash at the end.
    pub address: String,
    _folder: TempDir,
}

impl Served {
    pub fn new(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
        command
            .arg("serve")
            .args(arguments)
            .env_remove("COLUMNS")
            .current_dir(folder.path());
        let mut process = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let mut lines = BufReader::new(process.stdout.take().expect("it is piped")).lines();
        let address = lines.nth(1).expect("it says where it is").expect("in text");
        Self {
            process,
            address: address.trim().to_owned(),
            _folder: folder,
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
