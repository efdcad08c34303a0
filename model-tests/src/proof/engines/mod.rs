//! Faulty engines, which the harness must catch.
//!
//! Each is one small engine with one step of its wiring wrong, after what users of real servers reported or what is
//! known to go wrong in such systems. The engine decides by the core; its store is on a [simulated
//! disk](crate::engine::simulated), in memory.

mod engine;
mod faults;
mod hunt;
pub mod page;
mod process;
mod store;
mod wiring;

use std::fmt;

use thiserror::Error;

use crate::engine::simulated::Disk;
use crate::engine::{Check, Failure};

pub use engine::PlantedEngine;
pub use hunt::{Find, options};
use wiring::{Sound, Wiring};

/// An engine with something wrong.
#[derive(Clone, Copy)]
pub struct Fault {
    id: &'static str,
    symptom: &'static str,
    reports: &'static [&'static str],
    wrong: &'static str,
    sign: Sign,
    needs_crash_point: bool,
    is_simulated_only: bool,
    wiring: &'static dyn Wiring,
}

/// By what a fault is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// This does not hold.
    Check(Check),
    /// A reply is owed, and does not come.
    Silent,
    /// A reply comes that nobody has asked for.
    Unasked,
    /// The engine does not start on what a crash has left.
    NotStarted,
}

impl Sign {
    /// Whether a failure that ended a run is this one. None is if what is known is a check.
    #[must_use]
    pub const fn is_failure(self, failure: &Failure) -> bool {
        matches!(
            (self, failure),
            (Self::Silent, Failure::Silent { .. })
                | (Self::Unasked, Failure::Unasked { .. })
                | (Self::NotStarted, Failure::NotStarted { .. })
        )
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Check(check) => check.name(),
            Self::Silent => "silent",
            Self::Unasked => "unasked",
            Self::NotStarted => "not started",
        })
    }
}

/// Faults that have something in common.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// What they have in common.
    pub title: &'static str,
    /// The faults.
    pub faults: &'static [Fault],
}

impl Theme {
    /// All themes.
    pub const ALL: &'static [Self] = faults::THEMES;
}

impl Fault {
    /// All faults, theme by theme.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        Theme::ALL.iter().flat_map(|theme| theme.faults)
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// What users saw.
    #[must_use]
    pub const fn symptom(&self) -> &'static str {
        self.symptom
    }

    /// Where they reported it, or the like of it: links.
    #[must_use]
    pub const fn reports(&self) -> &'static [&'static str] {
        self.reports
    }

    /// What is wrong.
    #[must_use]
    pub const fn wrong(&self) -> &'static str {
        self.wrong
    }

    /// By what it is known.
    #[must_use]
    pub const fn sign(&self) -> Sign {
        self.sign
    }

    /// Whether it shows only if the engine crashes at one of the points that it names: between two requests all is well.
    #[must_use]
    pub const fn needs_crash_point(&self) -> bool {
        self.needs_crash_point
    }

    /// Whether it shows only if the power is cut, which takes the simulated disk.
    #[must_use]
    pub const fn is_simulated_only(&self) -> bool {
        self.is_simulated_only
    }

    /// The engine, on an empty disk.
    #[must_use]
    pub fn engine(&self) -> PlantedEngine {
        self.engine_on(Disk::new())
    }

    /// The engine, on a disk.
    #[must_use]
    pub fn engine_on(&self, disk: Disk) -> PlantedEngine {
        PlantedEngine::new(self.wiring, disk)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Fault").field(&self.id).finish()
    }
}

/// The engine with nothing wrong, on an empty disk: it must pass all that the others do not.
#[must_use]
pub fn sound() -> PlantedEngine {
    sound_on(Disk::new())
}

/// The engine with nothing wrong, on a disk.
#[must_use]
pub fn sound_on(disk: Disk) -> PlantedEngine {
    PlantedEngine::new(&Sound, disk)
}

/// There is no faulty engine of this name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no faulty engine {id}: expected one of {}", Fault::all().map(Fault::id).collect::<Vec<_>>().join(", "))]
pub struct UnknownFault {
    /// The name.
    pub id: String,
}

/// The fault of a name.
///
/// # Errors
///
/// [`UnknownFault`], which names those that there are.
pub fn named(id: &str) -> Result<&'static Fault, UnknownFault> {
    let unknown = || UnknownFault { id: id.to_owned() };
    Fault::all().find(|fault| fault.id == id).ok_or_else(unknown)
}
