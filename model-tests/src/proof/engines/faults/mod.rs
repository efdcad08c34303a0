//! Faults by what they have in common: each is a step of the wiring with one thing wrong.

mod answers;
mod commits;
mod decisions;
mod power;
mod recovery;
mod snapshots;
mod subscribers;

use super::wiring::Sound;
use super::{Fault, Sign, Theme};
use crate::engine::Check;

/// All themes: each has a file of its own.
pub(super) const THEMES: &[Theme] = &[
    Theme {
        title: "What is stored, told of and answered in the wrong order, or not as one",
        faults: commits::FAULTS,
    },
    Theme {
        title: "What is decided on another model than the one that it follows, or stored otherwise than it was decided",
        faults: decisions::FAULTS,
    },
    Theme {
        title: "Clients that are told what is not so, or nothing, or what another asked for",
        faults: answers::FAULTS,
    },
    Theme {
        title: "Readers and subscribers that see less, more or something else than the log",
        faults: subscribers::FAULTS,
    },
    Theme {
        title: "Snapshots that are not what the log adds up to",
        faults: snapshots::FAULTS,
    },
    Theme {
        title: "Starts after which something is lost, done twice, or still running",
        faults: recovery::FAULTS,
    },
    Theme {
        title: "What outlives the end of the process, and not that of the power",
        faults: power::FAULTS,
    },
];

/// Defaults.
const NONE: Fault = Fault {
    id: "",
    symptom: "",
    reports: &[],
    wrong: "",
    sign: Sign::Check(Check::E1),
    needs_crash_point: false,
    is_simulated_only: false,
    wiring: &Sound,
};
