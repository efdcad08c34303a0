//! What is driven: a program, or an engine in this one.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

use model_tests::engine::process::Process;
use model_tests::engine::{Engine, Failure};
use model_tests::proof::engines::Fault;

/// The variable by which an adapter finds this program, to have it decide.
const HARNESS: &str = "HARNESS";

/// What is driven.
#[derive(Clone, Debug)]
pub enum Driven {
    /// A program.
    Process {
        program: OsString,
        arguments: Vec<OsString>,
        /// This program.
        harness: PathBuf,
    },
    /// One of the faulty engines.
    Fault(&'static Fault),
}

impl Driven {
    /// One with an empty store. What it writes for its own log goes to this file.
    pub fn make(&self, log: Option<&Path>) -> Result<Box<dyn Engine>, Failure> {
        match self {
            Self::Process {
                program,
                arguments,
                harness,
            } => {
                let process = Process::new(program.clone(), arguments.clone(), log)?;
                Ok(Box::new(process.with_variable(HARNESS, harness)))
            }
            Self::Fault(fault) => Ok(Box::new(fault.engine())),
        }
    }

    /// What says on a command line that it is this one.
    pub fn typed(&self) -> String {
        match self {
            Self::Process { program, arguments, .. } => {
                let words = std::iter::once(program).chain(arguments).map(|word| typed(word));
                format!("-- {}", words.collect::<Vec<_>>().join(" "))
            }
            Self::Fault(fault) => format!("--fault {}", fault.id()),
        }
    }
}

impl fmt::Display for Driven {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process { program, .. } => program.display().fmt(formatter),
            Self::Fault(fault) => formatter.write_str(fault.id()),
        }
    }
}

/// A word as it is typed in a shell.
pub fn typed(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let is_plain = |character: char| character.is_alphanumeric() || "-_./:=,+@%".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_typed_so_that_a_shell_reads_it_as_it_is() {
        let driven = Driven::Process {
            program: "target/release/engine".into(),
            arguments: ["--name", "it's a test", "", "a$b"].map(OsString::from).to_vec(),
            harness: PathBuf::new(),
        };
        assert_eq!(
            driven.typed(),
            r"-- target/release/engine --name 'it'\''s a test' '' 'a$b'"
        );
    }
}
