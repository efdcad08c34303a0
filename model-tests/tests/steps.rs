//! Random runs are deep and wide: most steps are accepted, every refusal is met, and so is every situation that takes
//! several steps to come about.

use model_tests::check::coverage::Outcome;
use model_tests::check::coverage::rules::outcomes;
use model_tests::kind::Kind;
use model_tests::subject::{Decided, Subject};
use std::collections::{BTreeMap, BTreeSet};

use model_tests::generate::{RandomSteps, Walk};
use orchestration::read_model::{Approval, Project, Thread, ThreadStatus, Turn, TurnEntry, TurnStatus};
use orchestration::{DeciderError, OrchestrationCommand, OrchestrationReadModel};

/// How long the runs are.
const STEPS: usize = 50;

/// One step of a run: the model before it, the command, what came of it, and the model after it.
struct Seen {
    before: OrchestrationReadModel,
    command: OrchestrationCommand,
    outcome: Decided,
    after: OrchestrationReadModel,
}

impl Seen {
    fn outcome_kind(&self) -> &'static str {
        self.outcome.as_ref().map_or_else(DeciderError::kind, |_| "accepted")
    }
}

/// Runs random steps, and hands over each as it is taken.
fn run(seed: u64, mut see: impl FnMut(&Seen)) {
    let mut walk = Walk::new(Subject::CORE);
    for step in RandomSteps::new(seed).take(STEPS) {
        let before = walk.model().clone();
        let taken = walk.take(step);
        assert_eq!(Kind::of(&taken.command), step.kind);
        see(&Seen {
            before,
            command: taken.command,
            outcome: taken.decided,
            after: walk.model().clone(),
        });
    }
}

#[test]
fn between_half_and_four_fifths_of_the_steps_are_accepted() {
    const RUNS: u32 = 1000;
    let mut shares: Vec<f64> = Vec::new();
    for seed in 0..u64::from(RUNS) {
        let mut accepted = 0_u32;
        run(seed, |taken| accepted += u32::from(taken.outcome.is_ok()));
        shares.push(100.0 * f64::from(accepted) / f64::from(u32::try_from(STEPS).unwrap()));
    }
    shares.sort_by(f64::total_cmp);
    let mean = shares.iter().sum::<f64>() / f64::from(RUNS);
    println!(
        "accepted: {mean:.1} % of the steps; by run, from the tenth to the ninetieth in a hundred: {:.0} % to {:.0} %",
        shares[shares.len() / 10],
        shares[shares.len() * 9 / 10]
    );
    assert!((50.0..=80.0).contains(&mean), "{mean:.1} % of the steps are accepted");
}

/// The name of an outcome, whether it changes the status or not.
const fn name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted | Outcome::StatusChanged => "accepted",
        Outcome::Refused(kind) => kind,
    }
}

#[test]
fn every_kind_of_step_meets_every_outcome_that_it_can_have() {
    const RUNS: u64 = 2000;
    let expected: BTreeSet<_> = Kind::ALL
        .into_iter()
        .flat_map(|kind| outcomes(kind).iter().map(move |(outcome, _)| (kind, name(*outcome))))
        .collect();
    let mut first_met = BTreeMap::new();
    let mut counts = BTreeMap::<_, u32>::new();
    for seed in 0..RUNS {
        run(seed, |taken| {
            let pair = (Kind::of(&taken.command), taken.outcome_kind());
            first_met.entry(pair).or_insert(seed + 1);
            *counts.entry(pair).or_default() += 1;
        });
    }
    let met: BTreeSet<_> = first_met.keys().copied().collect();
    let missing: Vec<_> = expected.difference(&met).collect();
    let last = first_met.iter().max_by_key(|(_, run)| **run);
    println!(
        "{} of {} pairs met; the last of them: {last:?}",
        met.len(),
        expected.len()
    );
    let mut seldom: Vec<_> = counts.iter().map(|(pair, count)| (*count, *pair)).collect();
    seldom.sort_unstable();
    for (count, (kind, outcome)) in seldom.iter().take(10) {
        println!("{count:>6} × {} → {outcome}", kind.name());
    }
    assert_eq!(missing, Vec::<&(Kind, &str)>::new(), "not met in {RUNS} runs");
    assert!(
        met.is_subset(&expected),
        "the decider's tables do not tell of {:?}",
        met.difference(&expected)
    );
}

/// A situation that takes several steps to reach.
type Situation = (&'static str, fn(&Seen) -> bool);

const SITUATIONS: &[Situation] =
    &[
        ("two approvals are pending at once", |taken| {
            active_turns(&taken.after).any(|turn| turn.pending_approvals() > 1)
        }),
        ("a tool call has two approvals", |taken| {
            active_turns(&taken.after).any(|turn| {
                let calls: Vec<_> = approvals(turn).filter_map(Approval::tool_call_id).collect();
                calls.iter().collect::<BTreeSet<_>>().len() < calls.len()
            })
        }),
        ("two messages grow in turns", |taken| {
            active_turns(&taken.after).any(|turn| {
                let grown = turn.entries().filter_map(TurnEntry::as_message);
                grown.filter(|message| message.text().pieces().count() > 1).count() > 1
            })
        }),
        ("two turns are dropped by a restore", |taken| {
            is_accepted(taken, Kind::RestoreCheckpoint) && turns(&taken.before) > turns(&taken.after) + 1
        }),
        ("a checkpoint is dropped by a restore", |taken| {
            let checkpoints = |model: &OrchestrationReadModel| sum(model, |thread| thread.checkpoints().len());
            is_accepted(taken, Kind::RestoreCheckpoint) && checkpoints(&taken.before) > checkpoints(&taken.after)
        }),
        ("a turn starts after a restore", |taken| {
            is_accepted(taken, Kind::StartTurn)
                && named_thread(taken).is_some_and(|thread| {
                    thread
                        .checkpoints()
                        .next_back()
                        .is_some_and(|last| last.turn_count() < thread.turn_count() && thread.turns().len() > 1)
                })
        }),
        ("a turn fails before a checkpoint", |taken| {
            is_accepted(taken, Kind::CreateCheckpoint)
                && named_thread(taken).is_some_and(|thread| {
                    thread
                        .turns()
                        .any(|turn| matches!(turn.status(), TurnStatus::Failed { .. }))
                })
        }),
        ("a project with two running threads is deleted", |taken| {
            let running = |model: &OrchestrationReadModel| model.active_turns().count();
            is_accepted(taken, Kind::DeleteProject) && running(&taken.before) > running(&taken.after) + 1
        }),
        ("a turn ends with an open call and a pending approval", |taken| {
            taken.before.active_turns().any(|(thread, turn)| {
                let open = turn
                    .entries()
                    .filter(|entry| entry.as_tool_call().is_some() && entry.is_unsettled())
                    .count();
                let has_ended = taken
                    .after
                    .thread(thread.id())
                    .is_some_and(|thread| thread.status() == ThreadStatus::Idle);
                open > 0 && turn.pending_approvals() > 0 && has_ended
            })
        }),
        ("a turn asks under the id that an earlier one asked under", |taken| {
            taken.after.active_turns().any(|(thread, active)| {
                let mut earlier = thread.turns().rev().skip(1);
                earlier.any(|turn| approvals(active).any(|asked| turn.approval(asked.id()).is_some()))
            })
        }),
        ("an answer comes late, and the next turn waits for one", |taken| {
            let is_answer = matches!(
                Kind::of(&taken.command),
                Kind::ApprovePendingAction | Kind::RejectPendingAction
            );
            is_answer
                && taken.outcome_kind() == "turn_mismatch"
                && named_thread(taken).is_some_and(|thread| thread.status() == ThreadStatus::AwaitingApproval)
        }),
        ("later commits are pushed too", |taken| {
            is_accepted(taken, Kind::PushBranch)
                && taken.before.projects().flat_map(Project::branches).any(|branch| {
                    branch.pushed_commits() > 0 && branch.commits().len() > branch.pushed_commits() as usize
                })
        }),
    ];

#[test]
fn situations_that_take_several_steps_come_about_in_many_runs() {
    const RUNS: u64 = 4000;
    /// One run in two hundred.
    const FEWEST: u32 = 20;
    let mut counts = vec![0_u32; SITUATIONS.len()];
    for seed in 0..RUNS {
        let mut met = vec![false; SITUATIONS.len()];
        run(seed, |taken| {
            for (met, (_, is_met)) in met.iter_mut().zip(SITUATIONS) {
                *met |= is_met(taken);
            }
        });
        for (count, met) in counts.iter_mut().zip(met) {
            *count += u32::from(met);
        }
    }
    for (count, (name, _)) in counts.iter().zip(SITUATIONS) {
        println!("{count:>5} of {RUNS} runs: {name}");
    }
    for (count, (name, _)) in counts.iter().zip(SITUATIONS) {
        assert!(*count >= FEWEST, "only {count} of {RUNS} runs: {name}");
    }
}

fn is_accepted(taken: &Seen, kind: Kind) -> bool {
    Kind::of(&taken.command) == kind && taken.outcome.is_ok()
}

fn named_thread(taken: &Seen) -> Option<&Thread> {
    taken.after.thread(taken.command.thread_id()?)
}

fn active_turns(model: &OrchestrationReadModel) -> impl Iterator<Item = &Turn> {
    model.active_turns().map(|(_, turn)| turn)
}

fn approvals(turn: &Turn) -> impl Iterator<Item = &Approval> {
    turn.entries().filter_map(TurnEntry::as_approval)
}

fn turns(model: &OrchestrationReadModel) -> usize {
    sum(model, |thread| thread.turns().len())
}

fn sum(model: &OrchestrationReadModel, of: impl Fn(&Thread) -> usize) -> usize {
    model.threads().map(of).sum()
}
