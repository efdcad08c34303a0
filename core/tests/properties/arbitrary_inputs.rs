//! Arbitrary input, ill-sorted models included: nothing panics, nothing is lost on the wire, and the projector keeps
//! what it promises to keep.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::LazyLock;

use super::bytes;
use crate::common::{
    ACTION, CHECKPOINT, MESSAGE, OTHER_ACTION, OTHER_THREAD, OTHER_TURN, PROJECT, TURN, a_branch, a_branch_of,
    a_checkpoint, a_completion, a_message, a_project, a_thread, a_thread_of, a_tool_call, a_tool_result, a_turn, a_yes,
    an_approval, an_approval_of, model_after,
};
use arbitrary::{Arbitrary, Unstructured};
use orchestration::read_model::{Approval, MessageRole, TurnEntry};
use orchestration::testing::Unchecked;
use orchestration::{
    DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, Snapshot, StoredEvent, decide,
    project,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How many inputs each test tries.
const INPUTS: u64 = 8_000;

/// A model to begin with: every other one is arbitrary, the rest are busy.
fn model(input: u64, source: &mut Unstructured<'_>) -> OrchestrationReadModel {
    if input.is_multiple_of(2) {
        OrchestrationReadModel::arbitrary(source).expect("a model is made of any bytes")
    } else {
        BUSY.clone()
    }
}

/// A model with much to answer and to end: the turns of an arbitrary one seldom run, and hold little.
static BUSY: LazyLock<OrchestrationReadModel> = LazyLock::new(|| {
    let events = [
        a_project(),
        a_thread(),
        a_thread_of(PROJECT, OTHER_THREAD),
        a_branch("main"),
        a_branch_of(OTHER_THREAD, "other"),
        a_turn(OTHER_TURN),
        a_completion(OTHER_TURN),
        a_checkpoint(CHECKPOINT, 1),
        a_turn(TURN),
        a_message(MESSAGE, MessageRole::Reasoning),
        a_tool_call("call-0"),
        a_tool_call("call-1"),
        an_approval_of("call-1", ACTION),
        a_tool_call("call-2"),
        a_tool_result("call-2", false),
        an_approval(OTHER_ACTION),
        a_yes(OTHER_ACTION),
    ];
    let text = serde_json::to_string(&model_after(events)).expect("it has a wire form");
    // Arbitrary ids are mostly those of the numbers 0 to 3: 11, 21, 31… become 1.
    let text = (1..=5).fold(text, |text, tens| {
        text.replace(&format!("-0000000000{tens}"), "-00000000000")
    });
    serde_json::from_str(&text).expect("it is a model with other ids")
});

/// Every project's path is its own, every thread's project exists, and so does the selected thread.
#[track_caller]
fn assert_well_founded(model: &OrchestrationReadModel, cause: &dyn Debug) {
    let paths: BTreeSet<_> = model.projects().map(orchestration::read_model::Project::path).collect();
    assert_eq!(
        paths.len(),
        model.projects().len(),
        "two projects share a path after {cause:?}"
    );
    for project in model.projects() {
        assert_eq!(model.project(project.id()), Some(project), "after {cause:?}");
    }
    for thread in model.threads() {
        assert_eq!(model.thread(thread.id()), Some(thread), "after {cause:?}");
        assert!(
            model.project(thread.project_id()).is_some(),
            "a thread without project after {cause:?}"
        );
    }
    if let Some(selected) = model.selected_thread() {
        assert!(
            model.thread(selected).is_some(),
            "the selected thread is gone after {cause:?}"
        );
    }
}

#[test]
fn any_event_on_any_model_leaves_a_well_founded_model() {
    let mut effects = BTreeMap::<&str, u32>::new();
    for input in 0..INPUTS {
        let bytes = bytes(input);
        let mut source = Unstructured::new(&bytes);
        let mut model = model(input, &mut source);
        assert_well_founded(&model, &"nothing");
        for _ in 0..8 {
            let event = OrchestrationEvent::arbitrary(&mut source).expect("an event is made of any bytes");
            let after = project(model.clone(), &event);
            assert_well_founded(&after, &event);
            assert_eq!(project(model.clone(), &event), after, "projecting twice gives the same");
            *effects.entry(event.kind()).or_default() += u32::from(after != model);
            model = after;
        }
    }
    let without: Vec<_> = OrchestrationEvent::KINDS
        .iter()
        .filter(|kind| effects.get(*kind).is_none_or(|n| *n == 0))
        .collect();
    assert!(without.is_empty(), "the inputs never let {without:?} change a model");
}

#[test]
fn any_command_on_any_model_is_decided_the_same_way_twice_and_its_events_can_be_projected() {
    let mut accepted = BTreeSet::new();
    for input in 0..INPUTS {
        let bytes = bytes(input);
        let mut source = Unstructured::new(&bytes);
        let mut model = model(input, &mut source);
        for _ in 0..8 {
            let command = OrchestrationCommand::arbitrary(&mut source).expect("a command is made of any bytes");
            let decision = decide(&command, &model);
            assert_eq!(decide(&command, &model), decision);
            let Ok(events) = decision else { continue };
            assert!(!events.is_empty(), "{command:?} was accepted without an event");
            assert!(
                events.iter().all(|event| event.at() == command.at()),
                "{command:?} gave {events:?}"
            );
            model = events.iter().fold(model, project);
            assert_well_founded(&model, &command);
            accepted.insert(command.kind());
        }
    }
    assert_eq!(
        accepted,
        OrchestrationCommand::KINDS.iter().copied().collect(),
        "accepted commands"
    );
}

/// Arbitrary values of the type are equal after a trip through JSON.
#[track_caller]
fn assert_survives_json<T>()
where
    T: for<'a> Arbitrary<'a> + Serialize + DeserializeOwned + PartialEq + Debug,
{
    for input in 0..INPUTS {
        let bytes = bytes(input);
        let value = T::arbitrary(&mut Unstructured::new(&bytes)).expect("a value is made of any bytes");
        let text = serde_json::to_string(&value).expect("it has a wire form");
        let read: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"));
        assert_eq!(read, value);
    }
}

#[test]
fn any_command_survives_json() {
    assert_survives_json::<OrchestrationCommand>();
}

#[test]
fn any_event_survives_json() {
    assert_survives_json::<OrchestrationEvent>();
}

#[test]
fn any_stored_event_survives_json() {
    assert_survives_json::<StoredEvent>();
}

/// A value whose model is legal is equal after a trip through JSON, and one whose model is not is refused with the
/// reason that `check` gives.
#[track_caller]
fn assert_read_if_legal<T>(value: &T, model: &OrchestrationReadModel) -> bool
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let text = serde_json::to_string(value).expect("it has a wire form");
    let read = serde_json::from_str::<T>(&text).map_err(|error| error.to_string());
    match model.check() {
        Ok(()) => assert_eq!(read.as_ref(), Ok(value)),
        Err(illegal) => {
            let refusal = read.expect_err("an illegal model is refused");
            assert!(
                refusal.starts_with(&illegal.to_string()),
                "{refusal}: expected {illegal}"
            );
        }
    }
    model.check().is_ok()
}

#[test]
fn any_model_and_any_snapshot_is_read_if_and_only_if_it_is_legal() {
    let (mut legal, mut illegal) = (0, BTreeSet::new());
    for input in 0..INPUTS {
        let bytes = bytes(input);
        let mut source = Unstructured::new(&bytes);
        let mut model = model(input, &mut source);
        let is_busy = model == *BUSY;
        for _ in 0..8 {
            let command = OrchestrationCommand::arbitrary(&mut source).expect("a command is made of any bytes");
            let events = decide(&command, &model).unwrap_or_default();
            model = events.iter().fold(model, project);
        }
        let snapshot = Snapshot {
            model,
            ..Snapshot::arbitrary(&mut source).expect("a snapshot is made of any bytes")
        };
        assert_read_if_legal(&snapshot.model, &snapshot.model);
        let is_legal = assert_read_if_legal(&snapshot, &snapshot.model);
        assert!(is_legal || !is_busy, "what is decided on a legal model leaves it legal");
        legal += u32::from(is_legal && snapshot.model.threads().len() > 0);
        illegal.extend(snapshot.model.check().err().map(|illegal| illegal.rule()));
    }
    assert!(legal > 1_000, "only {legal} legal models with threads");
    assert!(illegal.len() >= 5, "only {illegal:?} are broken");
}

#[test]
fn nothing_of_an_illegal_model_is_lost_on_the_wire() {
    for input in 0..INPUTS {
        let bytes = bytes(input);
        let model = OrchestrationReadModel::arbitrary(&mut Unstructured::new(&bytes)).expect("it is made of any bytes");
        let text = serde_json::to_string(&model).expect("it has a wire form");
        let Unchecked(read) = serde_json::from_str(&text).expect("its form is right");
        assert_eq!(read, model);
    }
}

#[test]
fn what_is_counted_of_an_arbitrary_turn_is_right_whatever_the_order_of_its_entries() {
    let mut waiting = 0;
    for input in 0..INPUTS {
        let bytes = bytes(input);
        let mut source = Unstructured::new(&bytes);
        let mut model = model(input, &mut source);
        for _ in 0..8 {
            waiting += assert_counted_right(&model);
            let event = OrchestrationEvent::arbitrary(&mut source).expect("an event is made of any bytes");
            model = project(model, &event);
        }
    }
    assert!(waiting > 0, "no tool call ever waits for an approval");
}

/// The pending approvals of active turns are counted right. Gives how many calls wait for one.
fn assert_counted_right(model: &OrchestrationReadModel) -> usize {
    let mut waiting = 0;
    for (_, turn) in model.active_turns() {
        let approvals = turn.entries().filter_map(TurnEntry::as_approval);
        let pending: Vec<_> = approvals.filter(|approval| approval.decision().is_pending()).collect();
        assert_eq!(turn.pending_approvals(), pending.len(), "{turn:?}");
        for call in turn.entries().filter_map(TurnEntry::as_tool_call) {
            let is_of_call = |approval: &&&Approval| approval.tool_call_id() == Some(call.id());
            let count = pending.iter().filter(is_of_call).count();
            assert_eq!(turn.pending_approvals_of(call.id()), count, "{turn:?}");
            waiting += usize::from(count > 0);
        }
    }
    waiting
}

#[test]
fn any_refusal_survives_json() {
    for input in 0..INPUTS {
        let bytes = bytes(input);
        let mut source = Unstructured::new(&bytes);
        let model = model(input, &mut source);
        let command = OrchestrationCommand::arbitrary(&mut source).expect("a command is made of any bytes");
        if let Err(error) = decide(&command, &model) {
            let text = serde_json::to_string(&error).expect("it has a wire form");
            assert_eq!(serde_json::from_str::<DeciderError>(&text).ok(), Some(error));
        }
    }
}
