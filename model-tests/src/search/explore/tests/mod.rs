//! The search against simpler ones: that it loses nothing, and counts what it should.

mod keeping;
mod stateright;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicBool;

use orchestration::read_model::TurnEntry;
use orchestration::{OrchestrationCommand, OrchestrationReadModel, decide, project};

use super::canonical::{self, Fingerprint};
use super::commands::Commands;
use super::pinned::{self, PINNED};
use super::{Abstraction, End, Exploration, Options, Progress, Scope, explore};
use crate::check::coverage::{Outcome, Status};
use crate::kind::Kind;
use crate::subject::Subject;

/// Two projects, for renamings across them.
const TWO_PROJECTS: Scope = Scope {
    projects: 2,
    threads: 1,
    checkpoints: 0,
    branches: 1,
    ..Scope::RENAMABLE
};

/// A turn with everything in it, where ids are told by position.
const ONE_TURN: Scope = Scope {
    threads: 1,
    turns: 1,
    tool_calls: 2,
    approvals: 1,
    checkpoints: 0,
    branches: 0,
    commits: 0,
    ..Scope::RENAMABLE
};

fn explored(scope: Scope, abstraction: Abstraction, threads: usize) -> Exploration {
    let options = Options {
        abstraction,
        threads,
        ..Options::new(scope)
    };
    let exploration = explore(Subject::CORE, &options, &Progress::default(), &AtomicBool::new(false));
    let exploration = exploration.expect("threads can be started");
    assert!(exploration.found.is_none(), "{:?}", exploration.found);
    assert_eq!(exploration.end, End::Complete);
    exploration
}

fn commands(scope: Scope, symmetry: bool) -> Commands {
    Commands::new(scope, symmetry).expect("the names are well-formed")
}

fn after(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> Option<OrchestrationReadModel> {
    decide(command, model)
        .ok()
        .map(|events| events.iter().fold(model.clone(), project))
}

/// All states, by the simplest search there is, with every choice of new ids.
fn all_states(scope: Scope) -> HashMap<Fingerprint, OrchestrationReadModel> {
    let commands = commands(scope, false);
    let mut states = HashMap::new();
    let mut open = vec![OrchestrationReadModel::default()];
    while let Some(model) = open.pop() {
        if states
            .insert(canonical::of(&model, Abstraction::Nothing), model.clone())
            .is_none()
        {
            open.extend(commands.of(&model).iter().filter_map(|command| after(command, &model)));
        }
    }
    states
}

#[test]
fn the_states_but_for_names_are_the_orbits_of_all_states() {
    for scope in [Scope::RENAMABLE, TWO_PROJECTS, ONE_TURN] {
        let all = all_states(scope);
        let orbits: HashSet<_> = all
            .values()
            .map(|model| canonical::of(model, Abstraction::Names))
            .collect();
        assert_eq!(
            explored(scope, Abstraction::Nothing, 2).states,
            all.len() as u64,
            "{scope:?}"
        );
        assert_eq!(
            explored(scope, Abstraction::Names, 2).states,
            orbits.len() as u64,
            "{scope:?}"
        );
        assert!(
            orbits.len() < all.len(),
            "{scope:?} has no two states that differ by names only"
        );
    }
}

#[test]
fn the_long_scope_answers_a_turn_that_ended_when_the_next_asks_under_the_same_id() {
    let commands = commands(Scope::LONG, true);
    let mut model = OrchestrationReadModel::default();
    let kinds = [
        Kind::CreateProject,
        Kind::CreateThread,
        Kind::StartTurn,
        Kind::AwaitingApproval,
        Kind::InterruptTurn,
        Kind::StartTurn,
        Kind::AwaitingApproval,
    ];
    for kind in kinds {
        let next = commands.of(&model).iter().find_map(|command| {
            let is_kind = Kind::of(command) == kind;
            is_kind.then(|| after(command, &model)).flatten()
        });
        model = next.unwrap_or_else(|| panic!("{} is not accepted", kind.name()));
    }
    let thread = model.threads().next().expect("the thread is there");
    let [first, second] = [0, 1].map(|place| thread.turns().nth(place).expect("both turns are there"));
    let asked = second.entries().find_map(TurnEntry::as_approval).expect("it asks");
    assert!(asked.decision().is_pending());
    assert!(first.approval(asked.id()).is_some(), "the id is another one");
    let late = |command: &&OrchestrationCommand| match command {
        OrchestrationCommand::ApprovePendingAction(answer) => {
            (answer.thread_id, answer.turn_id, answer.action_id) == (thread.id(), first.id(), asked.id())
        }
        OrchestrationCommand::RejectPendingAction(answer) => {
            (answer.thread_id, answer.turn_id, answer.action_id) == (thread.id(), first.id(), asked.id())
        }
        _ => false,
    };
    assert_eq!(commands.of(&model).iter().filter(late).count(), 2);
}

#[test]
fn one_thread_and_two_find_the_same() {
    let (one, two) = (
        explored(Scope::TINY, Abstraction::Names, 1),
        explored(Scope::TINY, Abstraction::Names, 2),
    );
    assert_eq!(
        (one.states, one.transitions, one.depth),
        (two.states, two.transitions, two.depth)
    );
    assert_eq!(one.tally, two.tally);
    assert_eq!(one.coverage, two.coverage);
    assert_eq!(one.witnesses, two.witnesses);
}

/// The numbers are the fingerprint of the semantics: when one changes, a rule has.
#[test]
fn the_number_of_states_of_each_scope_is_what_it_was() {
    let explorations = PINNED.map(|pinned| explored(pinned.scope, pinned.abstraction, 0));
    let found = pinned::numbers(PINNED.iter().zip(&explorations));
    assert_eq!(
        found,
        include_str!("../pinned.txt"),
        "to renew it: harness renew numbers"
    );
}

/// One project with one thread, in which nothing may be.
const BARE: Scope = Scope {
    threads: 1,
    checkpoints: 0,
    branches: 0,
    commits: 0,
    ..Scope::RENAMABLE
};

/// A scope for each thing that there may be two of, small enough to be explored at once.
const SMALL_SCOPES: [(&str, Scope); 8] = [
    (
        "two projects",
        Scope {
            projects: 2,
            threads: 0,
            ..BARE
        },
    ),
    (
        "two threads",
        Scope {
            threads: 2,
            branches: 1,
            ..BARE
        },
    ),
    ("two turns", Scope { turns: 2, ..BARE }),
    (
        "two pieces of two messages",
        Scope {
            turns: 1,
            messages: 2,
            pieces: 2,
            ..BARE
        },
    ),
    (
        "two tool calls and an approval",
        Scope {
            turns: 1,
            approvals: 1,
            tool_calls: 2,
            ..BARE
        },
    ),
    (
        "two approvals of a tool call",
        Scope {
            turns: 1,
            approvals: 2,
            tool_calls: 1,
            ..BARE
        },
    ),
    (
        "two checkpoints",
        Scope {
            turns: 1,
            checkpoints: 2,
            ..BARE
        },
    ),
    (
        "two branches with two commits",
        Scope {
            branches: 2,
            commits: 2,
            ..BARE
        },
    ),
];

#[test]
fn small_scopes_have_as_many_states_and_outcomes_as_were_reviewed() {
    let mut lines = Vec::new();
    for (name, scope) in SMALL_SCOPES {
        for (abstraction, names) in [
            (Abstraction::Names, ""),
            (Abstraction::Nothing, ", each renaming for itself"),
        ] {
            let found = explored(scope, abstraction, 1);
            let (states, transitions, depth) = (found.states, found.transitions, found.depth);
            lines.push(format!(
                "{name}{names}: {states} states, {transitions} transitions, depth {depth}"
            ));
            if abstraction == Abstraction::Names {
                let outcomes = found
                    .coverage
                    .iter()
                    .map(|(kind, status, outcome, count)| format!("  {} {status:?} {outcome:?}: {count}", kind.name()));
                lines.extend(outcomes);
            }
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn each_outcome_that_was_seen_is_shown_by_a_trace_to_it() {
    let found = explored(
        Scope {
            turns: 1,
            approvals: 1,
            ..BARE
        },
        Abstraction::Names,
        1,
    );
    assert_eq!(found.witnesses.len(), found.coverage.iter().count());
    for ((kind, status, outcome), trace) in found.witnesses {
        let (last, before) = trace.split_last().expect("there is a command");
        let model = before.iter().fold(OrchestrationReadModel::default(), |model, command| {
            after(command, &model).unwrap_or(model)
        });
        let shown = (
            Kind::of(last),
            Status::met_by(last, &model),
            Outcome::of(&decide(last, &model)),
        );
        assert_eq!(shown, (kind, status, outcome));
    }
}

#[test]
fn progress_tells_what_was_found_so_far() {
    let (options, progress) = (Options::new(Scope { turns: 1, ..BARE }), Progress::default());
    let found = explore(Subject::CORE, &options, &progress, &AtomicBool::new(false)).expect("threads can be started");
    assert_eq!(progress.states.into_inner(), found.states);
    assert_eq!(progress.transitions.into_inner(), found.transitions);
    assert_eq!(progress.depth.into_inner(), u64::from(found.depth));
}

#[test]
fn an_exploration_ends_where_there_are_more_states_than_it_may_have() {
    let scope = Scope { turns: 1, ..BARE };
    let states = explored(scope, Abstraction::Names, 1).states;
    let end = |most_states| {
        let options = Options {
            most_states,
            ..Options::new(scope)
        };
        let explored = explore(Subject::CORE, &options, &Progress::default(), &AtomicBool::new(false));
        explored.expect("threads can be started").end
    };
    assert_eq!(
        [end(states), end(states - 1), end(1)],
        [End::Complete, End::OutOfBounds, End::OutOfBounds]
    );
}

#[test]
fn a_scope_is_pinned_with_and_without_symmetry() {
    for pinned in PINNED {
        assert_eq!(pinned.options().abstraction, pinned.abstraction);
    }
    for abstraction in [Abstraction::Nothing, Abstraction::Names] {
        assert!(PINNED.iter().any(|pinned| pinned.abstraction == abstraction));
    }
}
