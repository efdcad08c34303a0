//! For each invariant a fault that a search reports as that: a planted bug, or one made for it.

use model_tests::check::invariants::Invariant::{self, *};
use model_tests::counterexample::Search;
use model_tests::proof::bugs;
use model_tests::search::explore::Scope;
use model_tests::subject::Subject;

use super::decisions::{FORGETS_AT_ONCE, LOOKS_AT_IDS, LOOKS_BEHIND, LOOKS_INTO_ENDED_TURNS};
use super::models::{APPROVAL_OF_NOTHING, OUTPUT_LOST, PROMPT_OF_AGENT, PUSHED_ONE_TOO_MANY, SECOND_ACTIVE_TURN};

/// A fault.
pub struct Fault {
    /// Who has it.
    pub subject: Subject,
    /// Where exploration is to look for it.
    pub scope: Scope,
}

/// The fault by which it is seen that a search reports an invariant.
pub fn of(invariant: Invariant, search: Search) -> Fault {
    let made = |subject| Fault {
        subject,
        scope: Scope::SMALL,
    };
    match invariant {
        S1 => planted("delete-leaves-selection"),
        S2 => planted("path-taken-twice"),
        S3 => Fault {
            subject: SECOND_ACTIVE_TURN,
            scope: Scope::LONG,
        },
        S4 => planted("complete-leaves-running"),
        S5 => planted("completion-leaves-pending"),
        S6 => made(PUSHED_ONE_TOO_MANY),
        S7 => planted("checkpoint-while-running"),
        S8 => made(PROMPT_OF_AGENT),
        S9 => made(APPROVAL_OF_NOTHING),
        S10 => made(OUTPUT_LOST),
        S11 => planted("result-before-answer"),
        T1 => planted("prompt-vanishes"),
        T2 => planted("interrupt-overwrites-failure"),
        T3 => planted("first-piece-doubled"),
        T4 => planted("restore-elsewhere-loses-pending"),
        T5 => planted("interrupt-untold"),
        T6 => planted("late-answer-approves-next-turn"),
        T7 => planted("failed-turn-not-counted"),
        T8 => planted("failure-loses-message"),
        A1 => made(FORGETS_AT_ONCE),
        A2 => planted("advance-counts-what-it-refuses"),
        A4 => made(LOOKS_AT_IDS),
        A5 => made(LOOKS_BEHIND),
        A6 => planted("answer-repeated-approves-rejected"),
        A8 => planted("call-looked-up-from-front"),
        A9 => made(LOOKS_INTO_ENDED_TURNS),
        L1 => planted("interrupt-refused-while-awaiting"),
        R1 => planted("busy-thread-always-said-to-run"),
        A3 | A7 | R2 | R3 | L2 | L3 => panic!("{search} is not asked for {invariant} by a fault"),
    }
}

fn planted(id: &str) -> Fault {
    let bug = bugs::named(id).unwrap_or_else(|error| panic!("{error}"));
    Fault {
        subject: bug.subject,
        scope: bug.scope,
    }
}
