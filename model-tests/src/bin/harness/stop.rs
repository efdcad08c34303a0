//! What ends work before its time: Ctrl-C, and limits.
//!
//! A task works, and then shows the result. What was found is shown whatever happens: once the work is over, limits
//! do not count any more, and Ctrl-C ends only the shrinking of what was found. Pressed again, it ends the
//! program.

use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use model_tests::engine::process::group;

use crate::verdict::{Cause, Reason};

/// Set when the work is to stop. The searches look at it.
pub static STOP: AtomicBool = AtomicBool::new(false);

/// Set when what was found is to be shown at once, shrunk or not.
pub static HURRY: AtomicBool = AtomicBool::new(false);

/// Set when the work is over.
static IS_WORK_OVER: AtomicBool = AtomicBool::new(false);

/// Why the work was stopped: the first cause counts.
static CAUSE: OnceLock<Cause> = OnceLock::new();

/// Lets Ctrl-C end the work, or what is left to be done when it is over; a second one ends the program. So does the signal
/// that systems end programs with.
pub fn listen_for_interrupt() -> anyhow::Result<()> {
    ctrlc::set_handler(|| {
        let is_told_again = if is_work_over() {
            HURRY.swap(true, Ordering::Relaxed)
        } else {
            let was_stopped = STOP.load(Ordering::Relaxed);
            stop(Cause::Interrupted);
            was_stopped
        };
        if is_told_again {
            exit_now(130);
        }
    })?;
    Ok(())
}

/// Ends the program from where it is, and with it all that it has started.
pub fn exit_now(status: u8) -> ! {
    group::end_all();
    process::exit(status.into());
}

/// Ends the work.
pub fn stop(cause: Cause) {
    // One that comes later changes nothing.
    let _ = CAUSE.set(cause);
    STOP.store(true, Ordering::Relaxed);
}

/// Notes that the work is over: what is left to be done is to show what was found.
pub fn end_work() {
    IS_WORK_OVER.store(true, Ordering::Relaxed);
}

/// Whether the work is over.
pub fn is_work_over() -> bool {
    IS_WORK_OVER.load(Ordering::Relaxed)
}

/// Why the work is to stop, if it is.
pub fn cause() -> Option<Cause> {
    CAUSE.get().copied()
}

/// Why something was not carried out to its end: nothing if it was not stopped.
pub fn reason(what: &str) -> Option<Reason> {
    cause().map(|cause| Reason::new(what, cause))
}

/// Gives an error if the work is to stop, so that nothing is carried out by half.
pub fn go_on(what: &str) -> Result<(), Stopped> {
    if cause().is_some() {
        return Err(Stopped { what: what.to_owned() });
    }
    Ok(())
}

/// The error of what is given up because the work is to stop.
#[derive(Debug, thiserror::Error)]
#[error("{what} was stopped")]
pub struct Stopped {
    /// What was given up.
    pub what: String,
}
