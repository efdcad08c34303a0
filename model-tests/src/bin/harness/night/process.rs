//! The programs that a night runs: each in a process group of its own, which ends with it, and all end with the night.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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
            group.end();
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

/// Ends all programs at once, before the night itself does.
pub fn end_all() {
    for group in groups().iter() {
        signal(*group, Signal::Kill);
    }
}

/// The groups that are running, by the process that leads each.
static GROUPS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

fn groups() -> MutexGuard<'static, BTreeSet<u32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running program with all that it starts.
struct Group {
    leader: Child,
}

impl Group {
    fn start(command: &mut Command) -> io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        // Between the start and the note no interrupt may end the others and miss this one.
        let mut groups = groups();
        let leader = command.spawn()?;
        groups.insert(leader.id());
        Ok(Self { leader })
    }

    /// How the leader ended, if it did; the rest of the group ends with it.
    fn status(&mut self) -> io::Result<Option<ExitStatus>> {
        if !has_ended(&mut self.leader)? {
            return Ok(None);
        }
        // Until it is waited for, nobody else gets its number.
        signal(self.leader.id(), Signal::Kill);
        self.leader.wait().map(Some)
    }

    /// Asks the group to end, and then makes it.
    fn end(&mut self) {
        signal(self.leader.id(), Signal::Interrupt);
        let asked = Instant::now();
        while asked.elapsed() < GRACE {
            if !matches!(self.status(), Ok(None)) {
                return;
            }
            std::thread::sleep(INTERVAL);
        }
        signal(self.leader.id(), Signal::Kill);
        let _ = self.leader.kill();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if matches!(self.leader.try_wait(), Ok(None)) {
            signal(self.leader.id(), Signal::Kill);
            let _ = self.leader.kill();
            let _ = self.leader.wait();
        }
        groups().remove(&self.leader.id());
    }
}

#[derive(Clone, Copy)]
enum Signal {
    Interrupt,
    Kill,
}

/// Whether a process has ended. It is not waited for yet.
#[cfg(unix)]
fn has_ended(leader: &mut Child) -> io::Result<bool> {
    use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};

    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
    Ok(!matches!(
        waitid(Id::Pid(pid(leader.id())), flags)?,
        WaitStatus::StillAlive
    ))
}

#[cfg(unix)]
fn signal(group: u32, signal: Signal) {
    let signal = match signal {
        Signal::Interrupt => nix::sys::signal::Signal::SIGINT,
        Signal::Kill => nix::sys::signal::Signal::SIGKILL,
    };
    // A group that is not there any more needs no signal.
    let _ = nix::sys::signal::killpg(pid(group), signal);
}

#[cfg(unix)]
fn pid(number: u32) -> nix::unistd::Pid {
    // The system's own numbers are of this type.
    nix::unistd::Pid::from_raw(number.cast_signed())
}

#[cfg(not(unix))]
fn has_ended(leader: &mut Child) -> io::Result<bool> {
    leader.try_wait().map(|status| status.is_some())
}

/// Elsewhere the leader is ended alone.
#[cfg(not(unix))]
fn signal(_group: u32, _signal: Signal) {}

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
