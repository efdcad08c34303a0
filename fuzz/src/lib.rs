//! The bodies of the fuzz targets, which run without a fuzzer too.
//!
//! What a target checks is in [`model_tests::search::fuzzing`]. A body panics if something does not hold, and its message names
//! the command that shows the input in full.
//!
//! The environment sets two things. `PLANTED_BUG` names a [planted bug](model_tests::proof::bugs), or several with commas
//! between them, to be fuzzed in the core's place. `STEP_COUNTS` names a folder, in which each process writes now
//! and then, into a file of its own, how many inputs and steps it has run.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod target;

#[cfg(fuzzing)]
use model_tests::generate::{Step, Steps};
use model_tests::search::fuzzing::Target;

/// For the macro.
#[cfg(fuzzing)]
pub use libfuzzer_sys;

use target::Program;

/// Takes an approval a second time: found within seconds, and not at once.
const CANARY: Program = Program {
    name: "canary",
    target: Target::CommandSequence,
    bug: Some("second-answer-accepted"),
};

/// Steps, resolved against the live model.
pub fn command_sequence(bytes: &[u8]) {
    Program::of(Target::CommandSequence).check(bytes);
}

/// Any events on any model.
pub fn event_stream(bytes: &[u8]) {
    Program::of(Target::EventStream).check(bytes);
}

/// Any bytes as JSON.
pub fn wire(bytes: &[u8]) {
    Program::of(Target::Wire).check(bytes);
}

/// Two threads' steps, merged in two ways.
pub fn interleaving(bytes: &[u8]) {
    Program::of(Target::Interleaving).check(bytes);
}

/// Commands whose ids are drawn at random.
pub fn naive_commands(bytes: &[u8]) {
    Program::of(Target::NaiveCommands).check(bytes);
}

/// Every kind of command on a legal model.
pub fn induct(bytes: &[u8]) {
    Program::of(Target::Induct).check(bytes);
}

/// A planted bug, which must be found.
pub fn canary(bytes: &[u8]) {
    CANARY.check(bytes);
}

/// Nothing.
pub fn empty(_bytes: &[u8]) {}

/// Mutates whole steps, or every second time bytes, as libFuzzer does: it has seen what they are compared with.
///
/// Of `bytes`, the first `size` are the input. It becomes at most `most` long, and its new length is returned.
#[cfg(fuzzing)]
#[must_use]
pub fn mutate_steps(bytes: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    if seed.is_multiple_of(2) {
        return libfuzzer_sys::fuzzer_mutate(bytes, size, most);
    }
    let mut steps = Steps::from_bytes(&bytes[..size]);
    steps.mutate(most / Step::SIZE, seed.into());
    let mutated = steps.to_bytes();
    bytes[..mutated.len()].copy_from_slice(&mutated);
    mutated.len()
}

/// Makes a function of bytes a fuzz target: under a fuzzer what it calls, else a program that says how to call one.
///
/// Where the bytes are steps and nothing else, `steps` has them mutated as such.
#[macro_export]
macro_rules! target {
    ($body:path, steps) => {
        $crate::target!($body);

        #[cfg(fuzzing)]
        $crate::libfuzzer_sys::fuzz_mutator!(|bytes: &mut [u8], size: usize, most: usize, seed: u32| {
            $crate::mutate_steps(bytes, size, most, seed)
        });
    };
    ($body:path) => {
        #[cfg(fuzzing)]
        $crate::libfuzzer_sys::fuzz_target!(|bytes: &[u8]| $body(bytes));

        #[cfg(not(fuzzing))]
        fn main() -> std::process::ExitCode {
            eprintln!(
                "this is a fuzz target: cargo fuzz run -s none {}",
                env!("CARGO_BIN_NAME")
            );
            std::process::ExitCode::from(2)
        }
    };
}
