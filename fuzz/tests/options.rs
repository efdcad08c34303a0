//! How long the inputs are that fuzzers make: as long as the targets take, wherever the targets run.

use std::fs;
use std::path::{Path, PathBuf};

use model_tests::search::fuzzing::Target;

/// The programs, each with the target that it runs. `empty` takes what `command_sequence` takes, to be compared with it.
const PROGRAMS: [(&str, Target); 8] = [
    ("command_sequence", Target::CommandSequence),
    ("canary", Target::CommandSequence),
    ("empty", Target::CommandSequence),
    ("event_stream", Target::EventStream),
    ("wire", Target::Wire),
    ("interleaving", Target::Interleaving),
    ("naive_commands", Target::NaiveCommands),
    ("induct", Target::Induct),
];

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_options_of_every_program_have_inputs_as_long_as_its_target_takes() {
    let manifest = text("Cargo.toml");
    assert_eq!(manifest.matches("[[bin]]").count(), PROGRAMS.len());
    for (name, target) in PROGRAMS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        let dictionary = if file(&format!("{name}.dict")).exists() {
            format!("dict = {name}.dict\n")
        } else {
            String::new()
        };
        let length = target.longest_input();
        let expected = format!("[libfuzzer]\nlen_control = 0\nmax_len = {length}\n{dictionary}");
        assert_eq!(text(&format!("options/{name}.options")), expected, "{name}");
    }
}

#[test]
fn scripts_take_the_length_from_the_options() {
    for script in ["measure", "../.clusterfuzzlite/build.sh"] {
        let text = text(script);
        assert!(text.contains("fuzz/options/$target.options"), "{script}");
        for digit in '0'..='9' {
            for assigned in ["=", " = "] {
                assert!(!text.contains(&format!("max_len{assigned}{digit}")), "{script}");
            }
        }
    }
}

#[test]
fn what_comes_after_the_longest_input_changes_nothing() {
    for target in Target::ALL {
        let subject = model_tests::subject::Subject::CORE;
        let input: Vec<u8> = (0..target.longest_input())
            .map(|place| u8::try_from(place * 7 % 251).expect("it is below 251"))
            .collect();
        let longer = [input.as_slice(), &[1; 4_096]].concat();
        let checked = target.check(subject, &input);
        assert_eq!(checked.steps, target.check(subject, &longer).steps, "{target}");
        assert_eq!(
            target.commands(subject, &input),
            target.commands(subject, &longer),
            "{target}"
        );
    }
}
