//! Faulty deciders and projectors, which the harness must catch.
//!
//! Each is the core's own with one thing wrong: an event dropped, added or changed, a check skipped, an event folded
//! wrongly.

mod deciders;
mod projectors;

use crate::subject::Subject;

/// A planted bug.
#[derive(Clone, Copy, Debug)]
pub struct Bug {
    /// Its name.
    pub id: &'static str,
    /// What is wrong.
    pub sentence: &'static str,
    /// What users saw.
    pub symptom: &'static str,
    /// Where they reported it: links.
    pub reports: &'static [&'static str],
    /// The core with the bug in it.
    pub subject: Subject,
}

const CORE: Subject = Subject::CORE;

/// All planted bugs.
pub const BUGS: &[Bug] = &[
    Bug {
        id: "start-while-running",
        sentence: "a turn is started without asking whether the thread is idle",
        symptom: "one trigger started two turns",
        reports: &[
            "https://github.com/fujibee/agmsg/issues/870",
            "https://github.com/get-bb/bb/issues/2379",
        ],
        subject: Subject {
            decide: deciders::start_while_running,
            ..CORE
        },
    },
    Bug {
        id: "complete-leaves-running",
        sentence: "the completion of a turn leaves the thread running",
        symptom: "a turn ended, and its thread stayed running for ever",
        reports: &[
            "https://github.com/pingdotgg/t3code/issues/8802",
            "https://github.com/pingdotgg/t3code/issues/8895",
            "https://github.com/pingdotgg/t3code/issues/4713",
        ],
        subject: Subject {
            decide: deciders::complete_leaves_running,
            project: projectors::complete_leaves_running,
        },
    },
    Bug {
        id: "interrupt-leaves-pending",
        sentence: "an interrupt leaves an approval pending",
        symptom: "an approval outlived its turn and could never be answered",
        reports: &[
            "https://github.com/pingdotgg/t3code/issues/11799",
            "https://github.com/pingdotgg/t3code/issues/5454",
        ],
        subject: Subject {
            project: projectors::interrupt_leaves_pending,
            ..CORE
        },
    },
    Bug {
        id: "late-event-accepted",
        sentence: "a provider event is accepted for a turn that has ended",
        symptom: "items of an ended turn landed in it after its end, or in the next",
        reports: &[
            "https://github.com/daronyondem/agent-cockpit/issues/300",
            "https://github.com/first-tree-ai/first-tree/issues/2381",
        ],
        subject: Subject {
            decide: deciders::late_event_accepted,
            ..CORE
        },
    },
    Bug {
        id: "restore-keeps-one-more",
        sentence: "a restore keeps one turn too many",
        symptom: "a revert kept the wrong turns",
        reports: &[
            "https://github.com/pingdotgg/t3code/issues/2457",
            "https://github.com/pingdotgg/t3code/issues/4157",
            "https://github.com/anomalyco/opencode/issues/20955",
        ],
        subject: Subject {
            decide: deciders::restore_keeps_one_more,
            ..CORE
        },
    },
    Bug {
        id: "pieces-prepended",
        sentence: "a piece of a message is put before what is there, not behind it",
        symptom: "streamed text came out doubled, cut or out of order",
        reports: &[
            "https://github.com/pingdotgg/t3code/issues/349",
            "https://github.com/pingdotgg/t3code/issues/2380",
            "https://github.com/pingdotgg/t3code/issues/7137",
        ],
        subject: Subject {
            project: projectors::pieces_prepended,
            ..CORE
        },
    },
    Bug {
        id: "delete-leaves-threads",
        sentence: "a deleted project leaves its threads behind",
        symptom: "deleting a project left its threads and runs behind",
        reports: &[
            "https://github.com/BloopAI/vibe-kanban/issues/1571",
            "https://github.com/pingdotgg/t3code/issues/4723",
        ],
        subject: Subject {
            decide: deciders::delete_leaves_threads,
            project: projectors::delete_leaves_threads,
        },
    },
    Bug {
        id: "second-answer-accepted",
        sentence: "a second answer to an approval is accepted",
        symptom: "an approval was answered twice, and both answers were accepted",
        reports: &["https://github.com/pingdotgg/t3code/issues/2051"],
        subject: Subject {
            decide: deciders::second_answer_accepted,
            ..CORE
        },
    },
];
