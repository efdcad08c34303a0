//! What ends work before its time: Ctrl-C, and limits.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::verdict::{Cause, Reason};

/// Set when the work is to stop. The engines look at it.
pub static STOP: AtomicBool = AtomicBool::new(false);

/// Why: the first cause counts.
static CAUSE: OnceLock<Cause> = OnceLock::new();

/// Lets Ctrl-C end the work with the verdict so far; a second one ends the program.
pub fn listen_for_interrupt() -> anyhow::Result<()> {
    ctrlc::set_handler(|| {
        if STOP.load(Ordering::Relaxed) {
            std::process::exit(130);
        }
        stop(Cause::Interrupted);
    })?;
    Ok(())
}

/// Ends the work.
pub fn stop(cause: Cause) {
    // One that comes later changes nothing.
    let _ = CAUSE.set(cause);
    STOP.store(true, Ordering::Relaxed);
}

/// Why something was not carried out to its end: nothing if it was not stopped.
pub fn reason(what: &str) -> Option<Reason> {
    CAUSE.get().map(|cause| Reason::new(what, *cause))
}

/// The error of what is given up because the work is to stop.
#[derive(Debug, thiserror::Error)]
#[error("{what} was stopped")]
pub struct Stopped {
    /// What was given up.
    pub what: String,
}
