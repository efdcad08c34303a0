//! How libFuzzer is called, and what it says.
//!
//! It fuzzes in processes that it starts over and over (`-fork`), so that it goes on behind a crash, a hang or a lack of
//! memory, and takes in none of the inputs that fail. What it gathers goes to a folder of the night, and joins the corpus
//! only when the fuzzing is over: whatever happens, the corpus loses nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::targets::Program;

/// After how many seconds with one input a target hangs.
const HANGS_AFTER: u32 = 25;

/// A target as it is fuzzed in a night.
#[derive(Clone, Debug)]
pub struct Fuzzing<'a> {
    /// What it is called in the night: the target, or the target with a sanitizer.
    pub name: &'a str,
    /// The target.
    pub program: Program,
    /// Where it was built.
    pub binary: PathBuf,
    /// The repository.
    pub root: &'a Path,
    /// The folder of the night.
    pub night: &'a Path,
    /// The bugs that are planted.
    pub bugs: Option<&'a str>,
}

impl Fuzzing<'_> {
    /// Where the inputs go that reach something new.
    pub fn gathered(&self) -> PathBuf {
        self.night.join("gathered").join(self.name)
    }

    /// Where the inputs go that fail.
    pub fn crashes(&self) -> PathBuf {
        self.night.join("crashes").join(self.name)
    }

    /// Where the processes run.
    pub fn work(&self) -> PathBuf {
        self.night.join("work").join(self.name)
    }

    fn step_counts(&self) -> PathBuf {
        self.work().join("steps")
    }

    /// Makes all these folders.
    pub fn make_folders(&self) -> std::io::Result<()> {
        let corpus = self.program.corpus(self.root);
        for folder in [self.gathered(), self.crashes(), self.step_counts(), corpus] {
            fs::create_dir_all(folder)?;
        }
        Ok(())
    }

    /// What fuzzes for so long, on so many cores.
    pub fn fuzz(&self, duration: Duration, workers: usize, seed: u64) -> Command {
        let mut command = self.command();
        command
            .arg(format!("-fork={workers}"))
            .args(["-ignore_crashes=1", "-ignore_ooms=1", "-ignore_timeouts=1"])
            .arg(format!("-max_total_time={}", duration.as_secs()))
            .arg(format!("-seed={}", short_seed(seed)))
            .arg(format!("-max_len={}", self.program.target.longest_input()))
            // Long inputs from the start: a run of a few steps shows next to nothing.
            .arg("-len_control=0");
        if let Some(dictionary) = self.program.dictionary(self.root) {
            command.arg(format!("-dict={}", dictionary.display()));
        }
        command
            .arg(self.gathered())
            .arg(self.program.corpus(self.root))
            .args(self.program.seeds(self.root))
            .env("STEP_COUNTS", self.step_counts());
        command
    }

    /// What adds to the corpus those of the gathered inputs and the seeds that tell something new. It takes nothing away.
    pub fn merge(&self) -> Command {
        let mut command = self.command();
        command
            .arg("-merge=1")
            .arg(self.program.corpus(self.root))
            .arg(self.gathered())
            .args(self.program.seeds(self.root));
        command
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .arg(format!("-timeout={HANGS_AFTER}"))
            .arg(format!("-artifact_prefix={}/", self.crashes().display()))
            .current_dir(self.work())
            // It leaves files behind if it is killed.
            .env("TMPDIR", self.work())
            .env_remove("PLANTED_BUG");
        if let Some(bugs) = self.bugs {
            command.env("PLANTED_BUG", bugs);
        }
        command
    }

    /// How many steps so many executions had. A process may end before it notes its last ones.
    pub fn steps(&self, executions: u64) -> u64 {
        let notes = fs::read_dir(self.step_counts()).into_iter().flatten().flatten();
        let counts = notes.filter_map(|entry| step_counts(&fs::read_to_string(entry.path()).ok()?));
        let (inputs, steps) = counts.fold((0, 0), |(inputs, steps), note| (inputs + note.0, steps + note.1));
        scaled(steps, executions, inputs)
    }
}

/// libFuzzer's own seeds are of 32 bits, and 0 is none.
pub fn short_seed(seed: u64) -> u64 {
    seed % u64::from(u32::MAX) + 1
}

/// Steps of so many inputs, scaled to another number of them.
fn scaled(steps: u64, executions: u64, inputs: u64) -> u64 {
    let scaled = u128::from(steps) * u128::from(executions) / u128::from(inputs.max(1));
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

/// The inputs and the steps that a process noted.
fn step_counts(note: &str) -> Option<(u64, u64)> {
    let mut numbers = note.split_whitespace().map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// How many inputs libFuzzer says that it has run: its lines begin with the number so far.
pub fn executions(log: &str) -> u64 {
    let numbers = log.lines().filter_map(|line| {
        let rest = line.strip_prefix('#')?;
        let end = rest.find(|character: char| !character.is_ascii_digit())?;
        rest[..end].parse().ok()
    });
    numbers.max().unwrap_or_default()
}

/// How many features libFuzzer says that it has seen: the most that any of its lines tells.
pub fn features(log: &str) -> Option<u64> {
    let told = log.lines().filter(|line| line.starts_with('#')).filter_map(|line| {
        let (_, rest) = line.split_once(" ft: ")?;
        rest.split_whitespace().next()?.parse().ok()
    });
    told.max()
}

/// The files in a folder, the smallest first. A folder that is not there has none.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let metadata = entry.metadata().ok()?;
            metadata.is_file().then(|| (metadata.len(), entry.path()))
        })
        .collect();
    files.sort_unstable();
    files.into_iter().map(|(_, path)| path).collect()
}

/// How many files there are in a folder.
pub fn count(folder: &Path) -> u64 {
    files(folder).len() as u64
}

/// Moves all files of a folder into another one, where each has a name of its own by what is in it.
pub fn move_all(from: &Path, to: &Path) -> std::io::Result<()> {
    for file in files(from) {
        if let Some(name) = file.file_name() {
            fs::rename(&file, to.join(name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::targets::PROGRAMS;
    use super::*;

    #[test]
    fn what_libfuzzer_says_last_is_how_many_inputs_it_ran() {
        let fork = "INFO: -fork=2: 3 seed inputs\n\
                    #1490: cov: 4463 ft: 23237 corp: 1025 exec/s: 454 oom/timeout/crash: 0/0/0 time: 8s job: 4\n\
                    #9189: cov: 4463 ft: 23237 corp: 1025 exec/s: 454 oom/timeout/crash: 0/0/0 time: 8s job: 4\n\
                    INFO: exiting: 0 time: 8s\n";
        assert_eq!(executions(fork), 9189);
        assert_eq!(
            executions("#5838\tDONE   cov: 4523 ft: 24126\n#x\n#\nno such library\n"),
            5838
        );
        assert_eq!(executions("no such library\n"), 0);
        assert_eq!(features(fork), Some(23_237));
        assert_eq!(features("no such ft: 7 library\n#7: cov: 1 ft: many\n"), None);
    }

    #[test]
    fn steps_are_those_of_all_processes_scaled_to_all_executions() {
        assert_eq!(step_counts("4096 290000\n"), Some((4096, 290_000)));
        assert_eq!(step_counts("4096"), None);
        assert_eq!(scaled(70, 20, 10), 140);
        assert_eq!(scaled(0, 20, 0), 0);
        assert_eq!(scaled(u64::MAX, 2, 1), u64::MAX);
    }

    #[test]
    fn no_seed_is_none() {
        assert_eq!(short_seed(0), 1);
        assert_eq!(short_seed(u64::from(u32::MAX)), 1);
        assert!(u32::try_from(short_seed(u64::MAX)).is_ok());
    }

    #[test]
    fn what_is_gathered_and_what_crashes_goes_to_the_night_and_never_to_the_repository() {
        let fuzzing = Fuzzing {
            name: "wire",
            program: PROGRAMS[2],
            binary: PathBuf::from("/built/wire"),
            root: Path::new("/repository"),
            night: Path::new("/nights/one"),
            bugs: Some("delete-twice"),
        };
        for command in [fuzzing.fuzz(Duration::from_secs(7), 2, 3), fuzzing.merge()] {
            let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
            assert!(
                arguments.contains(&"-artifact_prefix=/nights/one/crashes/wire/".into()),
                "{arguments:?}"
            );
            assert_eq!(command.get_current_dir(), Some(Path::new("/nights/one/work/wire")));
            let bugs = command.get_envs().find(|(name, _)| *name == "PLANTED_BUG");
            assert_eq!(bugs.and_then(|(_, value)| value), Some("delete-twice".as_ref()));
        }
        // libFuzzer writes into the first folder.
        let fuzz = fuzzing.fuzz(Duration::from_secs(7), 2, 3);
        let first = fuzz
            .get_args()
            .find(|argument| !argument.to_string_lossy().starts_with('-'));
        assert_eq!(first, Some("/nights/one/gathered/wire".as_ref()));
        let merge = fuzzing.merge();
        let first = merge
            .get_args()
            .find(|argument| !argument.to_string_lossy().starts_with('-'));
        assert_eq!(first, Some("/repository/fuzz/corpus/wire".as_ref()));
    }
}
