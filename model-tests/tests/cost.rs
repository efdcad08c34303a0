//! What commands cost is counted, and what grows is refused.

use std::sync::atomic::AtomicBool;

use model_tests::check::invariants::{Findings, Invariant};
use model_tests::check::laws::{Cost, check_cost};
use model_tests::counterexample::Evidence;
use model_tests::kind::Kind;
use model_tests::proof::bugs::{BUGS, named};
use model_tests::search::cost::{Counted, Thing, cost};
use model_tests::subject::Subject;
use orchestration::commands::{CreateProject, SelectThread};
use orchestration::read_model::Project;
use orchestration::{OrchestrationCommand, OrchestrationReadModel};

/// Not to stop.
static GO_ON: AtomicBool = AtomicBool::new(false);

fn counted(subject: Subject) -> Counted {
    cost(subject, 0, &GO_ON)
}

/// A model of so many projects.
fn projects(count: u8) -> OrchestrationReadModel {
    (0..count).fold(OrchestrationReadModel::default(), |model, number| {
        let create: OrchestrationCommand = CreateProject {
            project_id: uuid::Uuid::from_u128(u128::from(number)).into(),
            path: format!("/{number}").parse().expect("a path"),
            name: "core".parse().expect("a name"),
            at: chrono::DateTime::UNIX_EPOCH,
        }
        .into();
        let events = Subject::CORE.decide(&create, &model).expect("it is new");
        Subject::CORE.fold(model, &events)
    })
}

fn select() -> OrchestrationCommand {
    SelectThread {
        thread_id: uuid::Uuid::from_u128(1).into(),
        at: chrono::DateTime::UNIX_EPOCH,
    }
    .into()
}

#[test]
fn the_core_keeps_to_the_rule_whatever_there_is_much_of() {
    let counted = counted(Subject::CORE);
    assert!(
        counted.found.is_none(),
        "{:?}",
        counted.found.map(|found| found.violation)
    );
    assert!(counted.tally.of(Invariant::A8).premise_held > 10_000);
    assert!(!counted.was_stopped);
    for thing in Thing::all() {
        for kind in Kind::ALL {
            let row = counted.rows.iter().find(|row| (row.thing, row.kind) == (thing, kind));
            let row = row.unwrap_or_else(|| panic!("{} was not given among many {thing}", kind.name()));
            assert!(row.costs.iter().all(Option::is_some), "{row:?}");
        }
    }
}

#[test]
fn the_counts_are_the_same_each_time() {
    let costs = |counted: Counted| counted.rows.into_iter().map(|row| row.costs).collect::<Vec<_>>();
    assert_eq!(costs(counted(Subject::CORE)), costs(counted(Subject::CORE)));
}

#[test]
fn what_is_only_dear_is_found_and_breaks_nothing_else() {
    for bug in BUGS.iter().filter(|bug| bug.is_only_dear()) {
        let found = counted(bug.subject).found;
        let found = found.unwrap_or_else(|| panic!("{} is not found", bug.id));
        assert_eq!(found.violation.invariant, Invariant::A8, "{}", bug.id);
        assert!(matches!(found.evidence, Evidence::Model { .. }), "{}", bug.id);
        // The evidence shows it again by itself, and shows nothing of the core.
        let again = found.evidence.check(bug.subject).map(|violation| violation.invariant);
        assert_eq!(again, Some(Invariant::A8), "{}", bug.id);
        assert_eq!(found.evidence.check(Subject::CORE), None, "{}", bug.id);
    }
}

#[test]
fn a_violation_tells_the_command_what_it_took_and_what_the_rule_allows() {
    let bug = named("checkpoint-passes-all-before").expect("it is planted");
    let message = counted(bug.subject).found.expect("it is found").violation.message;
    for part in [
        "deciding create_checkpoint: expected at most ",
        " bytes, found ",
        "up to 100 of one thing",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn each_of_the_counts_is_held_to_the_rule() {
    fn walks(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> model_tests::subject::Decided {
        assert!(model.projects().map(Project::id).max().is_some());
        orchestration::decide(command, model)
    }
    fn copies(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> model_tests::subject::Decided {
        assert_eq!(std::hint::black_box(vec![0_u8; 100_000]).len(), 100_000);
        orchestration::decide(command, model)
    }
    fn allocates(command: &OrchestrationCommand, model: &OrchestrationReadModel) -> model_tests::subject::Decided {
        let boxes: Vec<_> = (0..200_u8).map(Box::new).collect();
        assert_eq!(std::hint::black_box(boxes).len(), 200);
        orchestration::decide(command, model)
    }
    let model = projects(200);
    let violations = |subject| {
        let mut findings = Findings::default();
        let costs = check_cost(subject, &model, &select(), &mut findings);
        (costs.expect("it does not panic")[0], findings.violations.len())
    };
    let (right, none) = violations(Subject::CORE);
    assert_eq!(none, 0);
    let allowed = Cost::allowed(&model, &select());
    let (walked, found) = violations(Subject::CORE.with_decider(walks));
    assert!(
        walked.visits > allowed.visits && walked.bytes <= allowed.bytes && found == 1,
        "{walked}"
    );
    let (copied, found) = violations(Subject::CORE.with_decider(copies));
    assert!(
        copied.bytes >= right.bytes + 100_000 && copied.visits == right.visits && found == 1,
        "{copied}"
    );
    let (allocated, found) = violations(Subject::CORE.with_decider(allocates));
    assert!(
        allocated.allocations > allowed.allocations && allocated.bytes <= allowed.bytes && found == 1,
        "{allocated}"
    );
}

#[test]
fn nothing_more_is_counted_once_it_is_to_stop() {
    let counted = cost(Subject::CORE, 0, &AtomicBool::new(true));
    assert!(counted.was_stopped && counted.rows.is_empty() && counted.found.is_none());
}
