//! The programs that a night runs: each in a process group of its own, which ends with it, and all end with the night.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use model_tests::engine::process::group::Group;

use crate::stop::STOP;

/// How often a program is looked after.
const INTERVAL: Duration = Duration::from_millis(20);

/// How long a program has to end by itself after it was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// How a program ended.
#[derive(Debug)]
pub enum Ended {
    /// By itself.
    Exited(ExitStatus),
    /// It took longer than it was given, and was ended.
    TimedOut(Duration),
    /// The night was stopped, and it was ended.
    Stopped,
    /// There was more of it than needed, and it was ended.
    Enough,
    /// It did not start.
    NotStarted(io::Error),
}

/// Runs a program to its end, up to a limit. What it prints goes to files. `is_enough` tells whether to end it sooner.
pub fn run(command: &mut Command, limit: Duration, mut is_enough: impl FnMut() -> bool) -> Ended {
    if STOP.load(Ordering::Relaxed) {
        return Ended::Stopped;
    }
    let started = Instant::now();
    let mut group = match Group::start(command) {
        Ok(group) => group,
        Err(error) => return Ended::NotStarted(error),
    };
    loop {
        match group.status() {
            Ok(Some(status)) => return Ended::Exited(status),
            Ok(None) => {}
            Err(error) => return Ended::NotStarted(error),
        }
        let early = if STOP.load(Ordering::Relaxed) {
            Some(Ended::Stopped)
        } else if started.elapsed() >= limit {
            Some(Ended::TimedOut(limit))
        } else {
            is_enough().then_some(Ended::Enough)
        };
        if let Some(early) = early {
            end(&mut group);
            return early;
        }
        std::thread::sleep(INTERVAL);
    }
}

/// A program whose output goes to these two files, and which reads nothing.
pub fn with_output<'a>(command: &'a mut Command, output: &Path, errors: &Path) -> io::Result<&'a mut Command> {
    let open = |path: &Path| File::options().create(true).append(true).open(path);
    command.stdin(Stdio::null()).stdout(open(output)?).stderr(open(errors)?);
    Ok(command)
}

/// Asks a group to end, and then makes it.
fn end(group: &mut Group) {
    group.interrupt();
    let asked = Instant::now();
    while asked.elapsed() < GRACE {
        if !matches!(group.status(), Ok(None)) {
            return;
        }
        std::thread::sleep(INTERVAL);
    }
    // If it cannot be waited for, it is not there.
    let _ = group.kill();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::null());
        command
    }

    /// Whether a process is there, and is no zombie that nobody waits for.
    fn is_running(pid: &str) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{pid}/stat"));
        status.is_ok_and(|status| !status.contains(") Z "))
    }

    fn scratch(name: &str) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("night-{name}-{}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        path
    }

    #[test]
    fn a_program_that_ends_is_told_by_its_status() {
        let ended = run(&mut shell("exit 3"), GRACE, || false);
        assert!(
            matches!(ended, Ended::Exited(status) if status.code() == Some(3)),
            "{ended:?}"
        );
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let ended = run(&mut Command::new("/no/such/program"), GRACE, || false);
        assert!(matches!(ended, Ended::NotStarted(_)), "{ended:?}");
    }

    #[test]
    fn what_a_program_started_ends_with_it_and_so_it_does_when_the_time_is_over() {
        for (script, limit) in [("exit 0", GRACE), ("sleep 600", Duration::from_millis(200))] {
            let file = scratch("group");
            let script = format!("sleep 600 & echo $! > {}; {script}", file.display());
            let ended = run(&mut shell(&script), limit, || false);
            assert!(matches!(ended, Ended::Exited(_) | Ended::TimedOut(_)), "{ended:?}");
            let pid = std::fs::read_to_string(&file).expect("it was written");
            let _ = std::fs::remove_file(&file);
            let asked = Instant::now();
            while is_running(pid.trim()) {
                assert!(asked.elapsed() < GRACE, "{pid} is still there");
                std::thread::sleep(INTERVAL);
            }
        }
    }

    #[test]
    fn a_program_is_ended_when_there_is_enough_of_it() {
        let ended = run(&mut shell("sleep 600"), GRACE, || true);
        assert!(matches!(ended, Ended::Enough), "{ended:?}");
    }
}
