//! The command line in a report, run as whoever reads it would run it.

use std::path::Path;
use std::process::Command;

use model_tests::report::failure::Failure;

/// How a command line begins that builds the program and runs it.
const PROGRAM: &str = "cargo run --release -- ";

/// Writes the evidence into an empty folder, and checks that the command line shows the same invariant broken there.
pub fn assert_shows_it_again(failure: &Failure) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = failure.write_to(folder.path()).expect("it can be written");
    let name = Path::new(file.file_name().expect("it is a file"));
    let line = failure.command_line(name);
    let report = failure.report(Some(name));
    assert!(report.contains(&line), "{line} is not in\n{report}");
    let arguments = line.strip_prefix(PROGRAM).expect("it runs the program");
    let output = Command::new(env!("CARGO_BIN_EXE_harness"))
        .args(arguments.split(' '))
        .current_dir(folder.path())
        .output()
        .expect("the program starts");
    let shown = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{line}:\n{shown}{errors}\n{report}");
    let invariant = failure.violation().invariant;
    let is_named = ["is violated:", "after step"]
        .iter()
        .any(|told| shown.contains(&format!("{invariant} {told}")));
    assert!(
        is_named,
        "{line} names another invariant than {invariant}:\n{shown}\n{report}"
    );
}
