//! Programs that run in a process group of their own, which ends with them, and all with this program.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long what a group is still writing may keep its folder from being removed.
const LAST_WRITES: Duration = Duration::from_secs(1);

/// What must not outlive this program.
struct Register {
    /// The groups that are running, by the process that leads each.
    groups: BTreeSet<u32>,
    /// The folders that they were given.
    folders: BTreeSet<PathBuf>,
    /// Set when all of it was ended: nothing begins any more.
    is_over: bool,
}

static REGISTER: Mutex<Register> = Mutex::new(Register {
    groups: BTreeSet::new(),
    folders: BTreeSet::new(),
    is_over: false,
});

/// What is in the register, if something may still begin.
fn open_register() -> io::Result<MutexGuard<'static, Register>> {
    let register = register();
    if register.is_over {
        return Err(io::Error::other("this program is about to end"));
    }
    Ok(register)
}

fn register() -> MutexGuard<'static, Register> {
    REGISTER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends all groups at once, and removes their folders, for this program is about to end: no other is started after this.
pub fn end_all() {
    let mut register = register();
    register.is_over = true;
    for group in &register.groups {
        signal(*group, Signal::Kill);
    }
    let begun = Instant::now();
    for folder in &register.folders {
        while fs::remove_dir_all(folder).is_err() && folder.exists() && begun.elapsed() < LAST_WRITES {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// A folder for what a group writes. It is removed with this value, and by [`end_all`].
#[derive(Debug)]
pub struct Folder(TempDir);

impl Folder {
    /// Makes an empty one, where the system keeps such.
    ///
    /// # Errors
    ///
    /// What the system says, and when this program is about to end.
    pub fn new() -> io::Result<Self> {
        let mut register = open_register()?;
        let folder = tempfile::Builder::new().prefix("harness-").tempdir()?;
        register.folders.insert(folder.path().to_owned());
        Ok(Self(folder))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        register().folders.remove(self.0.path());
    }
}

/// A running program with all that it starts. It ends with this value.
#[derive(Debug)]
pub struct Group {
    leader: Child,
    ended: Option<ExitStatus>,
}

impl Group {
    /// Starts a program in a group of its own.
    ///
    /// # Errors
    ///
    /// What the system says, and when this program is about to end.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        // Between the start and the note no interrupt may end the others and miss this one.
        let mut register = open_register()?;
        let leader = command.spawn()?;
        register.groups.insert(leader.id());
        Ok(Self { leader, ended: None })
    }

    /// The program itself, for its pipes.
    pub const fn leader(&mut self) -> &mut Child {
        &mut self.leader
    }

    /// How the program ended, if it did; the rest of the group ends with it.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn status(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.ended.is_none() && has_ended(&mut self.leader)? {
            return self.kill().map(Some);
        }
        Ok(self.ended)
    }

    /// Asks the group to end, as Ctrl-C would.
    pub fn interrupt(&self) {
        if self.ended.is_none() {
            signal(self.leader.id(), Signal::Interrupt);
        }
    }

    /// Ends the group at once, and waits for the program: gives how it ended, by this or before.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn kill(&mut self) -> io::Result<ExitStatus> {
        if let Some(ended) = self.ended {
            return Ok(ended);
        }
        // Until it is waited for, nobody else gets its number.
        signal(self.leader.id(), Signal::Kill);
        // It may have ended by itself.
        let _ = self.leader.kill();
        let ended = self.leader.wait()?;
        self.ended = Some(ended);
        register().groups.remove(&self.leader.id());
        Ok(ended)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = self.kill();
        register().groups.remove(&self.leader.id());
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
