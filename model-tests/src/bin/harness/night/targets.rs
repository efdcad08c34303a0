//! The fuzz targets that a night runs.

use std::path::{Path, PathBuf};

use model_tests::search::fuzzing::Target;

/// A program that fuzzes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// What it does with its inputs.
    pub target: Target,
}

impl Program {
    const fn of(target: Target) -> Self {
        Self {
            name: target.name(),
            target,
        }
    }

    /// The seeds, if it has any.
    pub fn seeds(self, root: &Path) -> Option<PathBuf> {
        let folder = root.join("fuzz/seeds").join(self.target.name());
        folder.is_dir().then_some(folder)
    }

    /// The dictionary, if it has one.
    pub fn dictionary(self, root: &Path) -> Option<PathBuf> {
        let file = root.join("fuzz").join(format!("{}.dict", self.name));
        file.is_file().then_some(file)
    }

    /// What is gathered for it.
    pub fn corpus(self, root: &Path) -> PathBuf {
        root.join("fuzz/corpus").join(self.name)
    }
}

/// All that find something. The canary and the empty target are there to be found and to be measured.
pub const PROGRAMS: [Program; 6] = [
    COMMAND_SEQUENCE,
    Program::of(Target::EventStream),
    Program::of(Target::Wire),
    Program::of(Target::Interleaving),
    Program::of(Target::NaiveCommands),
    Program::of(Target::Induct),
];

/// The one that finds most.
pub const COMMAND_SEQUENCE: Program = Program::of(Target::CommandSequence);

/// The one that must be found.
pub const CANARY: &str = "canary";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;

    #[test]
    fn every_target_is_run_at_night_but_the_canary_and_the_empty_one() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/fuzz_targets");
        let there: BTreeSet<String> = fs::read_dir(folder)
            .expect("it is there")
            .map(|entry| entry.expect("it is listed").path())
            .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
            .collect();
        let run = PROGRAMS.iter().map(|program| program.name).chain([CANARY, "empty"]);
        assert_eq!(there, run.map(str::to_owned).collect());
    }

    #[test]
    fn a_program_has_the_seeds_and_the_dictionary_that_are_there_for_it() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        assert!(PROGRAMS[0].seeds(&root).is_some());
        assert_eq!(PROGRAMS[4].seeds(&root), None);
        assert!(PROGRAMS[2].dictionary(&root).is_some());
    }
}
