//! Faulty deciders and projectors, which the harness must catch.
//!
//! Each is the core's own with one thing wrong: an event dropped, added or changed, a check skipped, an event folded
//! wrongly.

mod deciders;
mod projectors;

use crate::subject::Subject;

/// A planted fault.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Its name.
    pub id: &'static str,
    /// What is wrong.
    pub sentence: &'static str,
    /// The core with the fault in it.
    pub subject: Subject,
}

const CORE: Subject = Subject::CORE;

/// All planted faults.
pub const FAULTS: &[Fault] = &[
    Fault {
        id: "start-while-running",
        sentence: "a turn is started without asking whether the thread is idle",
        subject: Subject {
            decide: deciders::start_while_running,
            ..CORE
        },
    },
    Fault {
        id: "complete-leaves-running",
        sentence: "the completion of a turn leaves the thread running",
        subject: Subject {
            decide: deciders::complete_leaves_running,
            project: projectors::complete_leaves_running,
        },
    },
    Fault {
        id: "interrupt-leaves-pending",
        sentence: "an interrupt leaves an approval pending",
        subject: Subject {
            project: projectors::interrupt_leaves_pending,
            ..CORE
        },
    },
    Fault {
        id: "late-event-accepted",
        sentence: "a provider event is accepted for a turn that has ended",
        subject: Subject {
            decide: deciders::late_event_accepted,
            ..CORE
        },
    },
    Fault {
        id: "restore-keeps-one-more",
        sentence: "a restore keeps one turn too many",
        subject: Subject {
            decide: deciders::restore_keeps_one_more,
            ..CORE
        },
    },
    Fault {
        id: "pieces-prepended",
        sentence: "a piece of a message is put before what is there, not behind it",
        subject: Subject {
            project: projectors::pieces_prepended,
            ..CORE
        },
    },
    Fault {
        id: "delete-leaves-threads",
        sentence: "a deleted project leaves its threads behind",
        subject: Subject {
            decide: deciders::delete_leaves_threads,
            project: projectors::delete_leaves_threads,
        },
    },
    Fault {
        id: "second-answer-accepted",
        sentence: "a second answer to an approval is accepted",
        subject: Subject {
            decide: deciders::second_answer_accepted,
            ..CORE
        },
    },
];
