//! What is kept of inputs runs through every target, covers what it should, and stays small.

use std::fs;
use std::path::{Path, PathBuf};

use model_tests::check::coverage::Coverage;
use model_tests::check::coverage::rules::Gaps;
use model_tests::search::corpus::{self, coverage_of};
use model_tests::search::fuzzing::Target;

/// The most bytes that the seed corpora of all targets may have together.
const MOST_BYTES: usize = 1_000_000;

type Body = fn(&[u8]);

const BODIES: [Body; 6] = [
    fuzz::command_sequence,
    fuzz::event_stream,
    fuzz::wire,
    fuzz::interleaving,
    fuzz::naive_commands,
    fuzz::induct,
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// All files in a folder and the folders in it.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            let bytes = fs::read(&path).expect("it can be read");
            files.push((path, bytes));
        }
    }
    files.sort_unstable();
    files
}

#[test]
fn every_seed_and_every_regression_passes_every_target() {
    let inputs = [files(&folder("seeds")), files(&folder("regressions"))].concat();
    for (path, bytes) in &inputs {
        for body in BODIES {
            let passed = std::panic::catch_unwind(|| body(bytes));
            assert!(passed.is_ok(), "{} fails", path.display());
        }
    }
    assert!(inputs.len() > 300, "only {} inputs", inputs.len());
}

#[test]
fn every_target_that_finds_new_ground_has_seeds_and_all_of_them_are_small() {
    for target in [
        Target::CommandSequence,
        Target::EventStream,
        Target::Wire,
        Target::Interleaving,
        Target::Induct,
    ] {
        assert!(!files(&folder("seeds").join(target.name())).is_empty(), "{target}");
    }
    let bytes: usize = files(&folder("seeds")).iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(bytes < MOST_BYTES, "{bytes} bytes");
}

#[test]
fn the_seeds_of_command_sequence_cover_everything_that_can_be_reached() {
    let mut coverage = Coverage::default();
    for (_, bytes) in files(&folder("seeds/command_sequence")) {
        coverage.add(&coverage_of(&bytes));
    }
    assert_eq!(Gaps::of(&coverage), Gaps::default());
}

#[test]
fn the_dictionary_is_the_one_that_is_made_from_the_seeds() {
    let seeds = files(&folder("seeds/wire"));
    let expected = corpus::dictionary(seeds.iter().map(|(_, bytes)| bytes.as_slice()));
    let found = fs::read_to_string(folder("wire.dict")).expect("there is a dictionary");
    assert_eq!(found, expected, "to renew it: cargo run --release -- renew dictionary");
}

#[test]
fn some_seed_kills_the_canary_and_the_message_names_the_command_that_shows_why() {
    let seeds = files(&folder("seeds/command_sequence"));
    let message = seeds.iter().find_map(|(_, bytes)| {
        let died = std::panic::catch_unwind(|| fuzz::canary(bytes)).err()?;
        died.downcast_ref::<String>().cloned()
    });
    let message = message.expect("no seed kills it");
    assert!(
        message.contains("cargo run --release -- replay --fuzz command_sequence --bug second-answer-accepted"),
        "{message}"
    );
    assert!(message.contains("fuzz/artifacts/canary/crash-"), "{message}");
}
