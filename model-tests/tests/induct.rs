//! The search over legal models that no run need reach.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;

use arbitrary::Unstructured;
use model_tests::check::coverage::Status;
use model_tests::check::invariants::state::check_state;
use model_tests::counterexample::Evidence;
use model_tests::generate::model::{BORDERS, Beginning, Dimension, Growth};
use model_tests::kind::Kind;
use model_tests::proof::bugs;
use model_tests::report::failure::Failure;
use model_tests::search::induct::{Induced, Options, Progress, growth_of, induct};
use model_tests::subject::Subject;
use orchestration::OrchestrationReadModel;
use orchestration::read_model::{
    Branch, Decision, MessageRole, Project, Thread, ToolCallStatus, Turn, TurnEntry, TurnStatus,
};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

fn tried(subject: Subject, seed: u64, models: u64, threads: usize) -> Induced {
    let options = Options {
        seed,
        models: Some(models),
        duration: None,
        threads,
    };
    induct(subject, &options, &Progress::default(), &AtomicBool::new(false))
}

fn drawn(growth: Option<Growth>, seed: u64) -> Beginning {
    let mut bytes = vec![0; 16_384];
    Xoshiro256PlusPlus::seed_from_u64(seed).fill_bytes(&mut bytes);
    Beginning::draw(growth, &mut Unstructured::new(&bytes)).expect("whatever the bytes")
}

fn models() -> impl Iterator<Item = OrchestrationReadModel> {
    (0..600).map(|seed| drawn(growth_of(seed).filter(|growth| growth.size < 300), seed).model)
}

#[test]
fn every_legal_model_stays_legal_after_every_command() {
    let induced = tried(Subject::CORE, 1, 2_000, 2);
    if let Some(found) = induced.found {
        let failure = Failure::of(Subject::CORE, &found);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../failures");
        let file = failure.write_to(&folder).expect("the trace can be written");
        panic!("\n{}", failure.report(Some(&file)));
    }
    assert_eq!(induced.models, 2_000);
    assert_eq!(induced.largest, 1_025);
}

#[test]
fn every_model_that_is_drawn_is_legal_and_the_core_and_the_harness_say_so() {
    let nothing = Beginning::draw(None, &mut Unstructured::new(&[])).expect("whatever the bytes");
    for model in models().chain([nothing.model]) {
        assert_eq!(check_state(&model), []);
        assert_eq!(model.check(), Ok(()));
    }
}

#[test]
fn what_grows_is_as_large_as_it_is_to_be() {
    for number in 0..Growth::COUNT {
        let growth = Growth::numbered(number);
        for seed in [1, 2] {
            let beginning = drawn(Some(growth), seed);
            assert_eq!(size(&beginning, growth.dimension), growth.size, "{growth:?}");
        }
        let simplest = Beginning::draw(Some(growth), &mut Unstructured::new(&[])).expect("whatever the bytes");
        assert_eq!(simplest.model.check(), Ok(()), "{growth:?}");
    }
    let numbers = (0..8 * Growth::COUNT as u64).filter_map(growth_of);
    let all: BTreeSet<_> = numbers.collect();
    assert_eq!(all.len(), Dimension::ALL.len() * BORDERS.len());
}

/// The most that there is of a dimension in one place.
fn size(beginning: &Beginning, dimension: Dimension) -> usize {
    let model = &beginning.model;
    let turns = || model.threads().flat_map(Thread::turns);
    let in_turns = |counts: fn(&TurnEntry) -> bool| {
        turns()
            .map(|turn| turn.entries().filter(|entry| counts(entry)).count())
            .max()
    };
    let most = match dimension {
        Dimension::Projects => Some(model.projects().len()),
        Dimension::Threads => model
            .projects()
            .map(|project| model.threads_of(project.id()).count())
            .max(),
        Dimension::Branches => model.projects().map(|project| project.branches().len()).max(),
        Dimension::Commits => {
            let branches = model.projects().flat_map(Project::branches);
            branches.map(|branch| branch.commits().len()).max()
        }
        Dimension::Turns => model.threads().map(|thread| thread.turns().len()).max(),
        Dimension::Checkpoints => model.threads().map(|thread| thread.checkpoints().len()).max(),
        Dimension::Entries => in_turns(|entry| entry.as_message().is_some()),
        Dimension::ToolCalls => in_turns(|entry| {
            entry
                .as_tool_call()
                .is_some_and(|call| call.status() == ToolCallStatus::Open)
        }),
        Dimension::Approvals => in_turns(|entry| {
            entry
                .as_approval()
                .is_some_and(|approval| approval.decision().is_pending())
        }),
        Dimension::Pieces => Some(beginning.commands.len()),
    };
    most.unwrap_or_default()
}

/// What a turn and its entries are, in words.
fn forms(turn: &Turn) -> Vec<String> {
    let status = match turn.status() {
        TurnStatus::Running => "running".to_owned(),
        TurnStatus::Completed => "completed".to_owned(),
        TurnStatus::Interrupted => "interrupted".to_owned(),
        TurnStatus::Failed { code, .. } => format!("failed, code {}", code.is_some()),
    };
    let is_running = turn.status().is_running();
    let calls: BTreeMap<_, _> = turn
        .entries()
        .filter_map(TurnEntry::as_tool_call)
        .map(|call| (call.id(), call.status()))
        .collect();
    let entries = turn.entries().map(|entry| match entry {
        TurnEntry::Message(message) => match message.role() {
            MessageRole::User => "prompt".to_owned(),
            MessageRole::Assistant => "text".to_owned(),
            MessageRole::Reasoning => "reasoning".to_owned(),
        },
        TurnEntry::ToolCall(call) => format!("call {:?}, running {is_running}", call.status()),
        TurnEntry::Approval(approval) => {
            let decision = match approval.decision() {
                Decision::Pending => "pending",
                Decision::Approved => "approved",
                Decision::Rejected { reason: None } => "rejected",
                Decision::Rejected { reason: Some(_) } => "rejected for a reason",
                Decision::Cancelled => "cancelled",
            };
            let call = approval.tool_call_id().map(|id| calls[id]);
            format!("approval {decision} of {call:?}, running {is_running}")
        }
    });
    let status = format!("turn {status}");
    entries.chain([status]).collect()
}

#[test]
fn every_form_of_turn_and_entry_that_is_legal_is_drawn() {
    let mut found: BTreeSet<String> = models()
        .flat_map(|model| {
            model
                .threads()
                .flat_map(|thread| thread.turns().flat_map(forms))
                .collect::<Vec<_>>()
        })
        .collect();
    let mut expected: BTreeSet<String> = ["prompt", "text", "reasoning"].map(str::to_owned).into();
    let turns = [
        "running",
        "completed",
        "interrupted",
        "failed, code false",
        "failed, code true",
    ];
    expected.extend(turns.map(|turn| format!("turn {turn}")));
    for is_running in [true, false] {
        let unanswered = if is_running {
            ToolCallStatus::Open
        } else {
            ToolCallStatus::Cancelled
        };
        let calls = [unanswered, ToolCallStatus::Succeeded, ToolCallStatus::Failed];
        expected.extend(calls.map(|call| format!("call {call:?}, running {is_running}")));
        let mut approval = |decision: &str, call: Option<ToolCallStatus>| {
            expected.insert(format!("approval {decision} of {call:?}, running {is_running}"));
        };
        for decision in ["approved", "rejected", "rejected for a reason"] {
            approval(decision, None);
            for call in calls {
                approval(decision, Some(call));
            }
        }
        let decision = if is_running { "pending" } else { "cancelled" };
        approval(decision, None);
        approval(decision, Some(unanswered));
    }
    for form in &expected {
        assert!(found.remove(form), "no {form} is drawn");
    }
    assert!(found.is_empty(), "these are not legal, or not expected: {found:?}");
}

#[test]
fn threads_hold_every_status_and_branches_come_from_threads_that_are_gone() {
    let models: Vec<_> = models().collect();
    let statuses: BTreeSet<_> = models
        .iter()
        .flat_map(OrchestrationReadModel::threads)
        .map(Thread::status)
        .collect();
    assert_eq!(statuses.len(), 3);
    let branches = |fits: &dyn Fn(&OrchestrationReadModel, &Branch) -> bool| {
        models.iter().any(|model| {
            let mut branches = model.projects().flat_map(Project::branches);
            branches.any(|branch| fits(model, branch))
        })
    };
    assert!(branches(&|model, branch| model.thread(branch.thread_id()).is_none()));
    assert!(branches(
        &|_, branch| branch.pushed_commits() > 0 && (branch.pushed_commits() as usize) < branch.commits().len()
    ));
    let threads = || models.iter().flat_map(OrchestrationReadModel::threads);
    assert!(threads().any(|thread| thread.updated_at() < thread.created_at()));
    assert!(
        threads()
            .flat_map(Thread::turns)
            .any(|turn| turn.ended_at() < Some(turn.started_at()) && turn.ended_at().is_some())
    );
    assert!(threads().any(|thread| thread.created_at().timestamp_subsec_nanos() == 1));
    assert!(threads().any(|thread| thread.branch().is_some()));
    assert!(models.iter().any(|model| model.selected_thread().is_some()));
}

#[test]
fn every_kind_of_command_is_accepted_and_refused_on_some_of_them() {
    let coverage = tried(Subject::CORE, 1, 600, 2).coverage;
    let counts: Vec<_> = coverage.iter().collect();
    for kind in Kind::ALL {
        for wanted in [true, false] {
            let is_met = |(found, _, outcome, count): &(Kind, Status, _, u64)| {
                let outcome: &model_tests::check::coverage::Outcome = outcome;
                *found == kind && outcome.is_accepted() == wanted && *count > 0
            };
            assert!(
                counts.iter().any(is_met),
                "{} is never met, accepted: {wanted}",
                kind.name()
            );
        }
    }
}

#[test]
fn the_same_seed_tries_the_same_models_on_any_number_of_threads() {
    let [one, two, other] = [(7, 1), (7, 2), (8, 1)].map(|(seed, threads)| tried(Subject::CORE, seed, 300, threads));
    assert_eq!(
        (one.steps, one.accepted, &one.tally),
        (two.steps, two.accepted, &two.tally)
    );
    assert_ne!(one.tally, other.tally);
}

#[test]
fn a_search_that_is_told_to_stop_says_so() {
    let options = Options {
        seed: 1,
        models: None,
        duration: None,
        threads: 1,
    };
    let induced = induct(Subject::CORE, &options, &Progress::default(), &AtomicBool::new(true));
    assert!(induced.was_stopped && induced.found.is_none());
    assert_eq!(induced.models, 0);
}

#[test]
fn a_planted_bug_is_found_shrunk_and_shown_again_by_its_file() {
    let bug = bugs::named("restore-keeps-turns").expect("it is planted");
    let [found, again] = [1, 2].map(|threads| tried(bug.subject, 3, 5_000, threads).found.expect("it is found"));
    assert_eq!((&found.evidence, found.origin), (&again.evidence, again.origin));
    let failure = Failure::of(bug.subject, &found).with_planted(Some(bug.id));
    let Evidence::Model { model, commands } = &failure.counterexample.evidence else {
        panic!("{:?}", failure.counterexample.evidence);
    };
    assert_eq!(commands.len(), 1, "{}", failure.report(None));
    let turns: Vec<_> = model.threads().flat_map(Thread::turns).collect();
    assert_eq!((model.projects().len(), model.threads().len(), turns.len()), (1, 1, 1));
    assert_eq!(turns[0].entries().len(), 1);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = failure.write_to(folder.path()).expect("it can be written");
    let run = |task: &str, more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_harness"))
            .arg(task)
            .args(more)
            .arg(&file)
            .current_dir(folder.path())
            .output()
            .expect("the program starts");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    let (status, text) = run("replay", &["--pretty", "--bug", bug.id]);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("T7 after step 1"), "{text}");
    let (status, text) = run("replay", &["--pretty"]);
    assert_eq!(status, Some(0), "{text}");
    let (status, text) = run("shrink", &["--bug", bug.id, "--json"]);
    assert_eq!(status, Some(1), "{text}");
    let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(json["invariant"], "T7");
    assert!(
        json["model"]
            .as_str()
            .is_some_and(|outline| outline.contains("turns: 1")),
        "{json}"
    );
    let (status, text) = run("coverage", &[]);
    assert_eq!(status, Some(2), "{text}");
}

#[test]
fn the_program_finds_a_planted_bug_and_says_so_for_machines() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_harness"))
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .expect("the program starts");
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
        (output.status.code(), json)
    };
    let (status, json) = run(&["induct", "--models", "200", "--seed", "5", "--json"]);
    assert_eq!((status, &json["verdict"]), (Some(0), &"clean".into()));
    assert_eq!(
        (&json["induct"]["models"], &json["induct"]["seed"]),
        (&200.into(), &5.into())
    );
    let (status, json) = run(&["induct", "--json", "--bug", "restore-keeps-turns"]);
    assert_eq!((status, &json["verdict"]), (Some(1), &"violated".into()));
    assert_eq!(json["violation"]["search"], "induction");
    let file = json["violation"]["file"].as_str().expect("a file");
    assert!(folder.path().join(file).is_file(), "{file}");
}
