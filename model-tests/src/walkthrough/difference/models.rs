//! Where models differ. What they share is not looked at: a run of thousands of steps differs from step to step in little.

use std::ptr;

use orchestration::OrchestrationReadModel;
use orchestration::read_model::{Thread, ThreadChange, Turn, TurnEntry};
use serde::Serialize;
use serde_json::{Value, json};

use crate::difference::{Change, Finder, Pairing, Part};

/// Where two models differ, by the paths of their JSON.
#[must_use]
pub fn changes_of_models(
    before: &OrchestrationReadModel,
    after: &OrchestrationReadModel,
    pairing: Pairing,
) -> Vec<Change> {
    let mut finder = Finder::new(pairing);
    finder.within(Part::field("projects"), |finder| projects(before, after, finder));
    let selected = |model: &OrchestrationReadModel| model.selected_thread().map(|id| json_of(&id));
    finder.within(Part::field("selected_thread"), |finder| {
        finder.compare(selected(before).as_ref(), selected(after).as_ref());
    });
    finder.within(Part::field("threads"), |finder| {
        for change in after.changed_threads(before) {
            let id = change.thread_id().to_string();
            finder.within(Part::field(id), |finder| match change {
                ThreadChange::Added(thread) => finder.compare(None, Some(&json_of(thread))),
                ThreadChange::Removed(thread) => finder.compare(Some(&json_of(thread)), None),
                ThreadChange::Changed { before, after } => threads(before, after, finder),
            });
        }
    });
    finder.into_changes()
}

fn projects(before: &OrchestrationReadModel, after: &OrchestrationReadModel, finder: &mut Finder) {
    let gone = before
        .projects()
        .filter(|project| after.project(project.id()).is_none());
    for id in after.projects().chain(gone).map(orchestration::read_model::Project::id) {
        let (before, after) = (before.project(id), after.project(id));
        let is_shared = before.zip(after).is_some_and(|(before, after)| ptr::eq(before, after));
        if !is_shared {
            finder.within(Part::field(id.to_string()), |finder| {
                finder.compare(before.map(json_of).as_ref(), after.map(json_of).as_ref());
            });
        }
    }
}

fn threads(before: &Thread, after: &Thread, finder: &mut Finder) {
    finder.compare(Some(&head_of_thread(before)), Some(&head_of_thread(after)));
    let (old, new): (Vec<_>, Vec<_>) = (before.turns().collect(), after.turns().collect());
    finder.within(Part::field("turns"), |finder| {
        items(&old, &new, place_of_turn, Turn::is_same_as, turns, finder);
    });
}

fn turns(before: &Turn, after: &Turn, finder: &mut Finder) {
    finder.compare(Some(&head_of_turn(before)), Some(&head_of_turn(after)));
    let (old, new): (Vec<_>, Vec<_>) = (before.entries().collect(), after.entries().collect());
    let compare = |before: &TurnEntry, after: &TurnEntry, finder: &mut Finder| {
        finder.compare(Some(&json_of(before)), Some(&json_of(after)));
    };
    finder.within(Part::field("entries"), |finder| {
        items(
            &old,
            &new,
            place_of_entry,
            |one, other| ptr::eq(one, other),
            compare,
            finder,
        );
    });
}

/// Looks at the items of two lists, unless they are shared. `part` is an item at a place.
fn items<T: Serialize>(
    before: &[&T],
    after: &[&T],
    part: impl Fn(usize, &T) -> Part,
    is_shared: impl Fn(&T, &T) -> bool,
    mut compare: impl FnMut(&T, &T, &mut Finder),
    finder: &mut Finder,
) {
    // What is shared from the beginning on needs no key.
    let pairs = before.iter().zip(after);
    let same = pairs.take_while(|(before, after)| is_shared(before, after)).count();
    let (before, after) = (&before[same..], &after[same..]);
    let keys = |items: &[&T]| items.iter().map(|item| Some(part(0, item))).collect::<Vec<_>>();
    for (old, new) in finder.pairs(&keys(before), &keys(after)) {
        match (old.and_then(|old| before.get(old)), new.and_then(|new| after.get(new))) {
            (Some(before), Some(after)) if is_shared(before, after) => {}
            (Some(before), Some(after)) => {
                let part = part(same + new.unwrap_or_default(), after);
                finder.within(part, |finder| compare(before, after, finder));
            }
            (before, after) => {
                let place = same + new.or(old).unwrap_or_default();
                let Some(shown) = after.or(before) else { continue };
                finder.within(part(place, shown), |finder| {
                    finder.compare(before.map(json_of).as_ref(), after.map(json_of).as_ref());
                });
            }
        }
    }
}

/// A thread without its turns.
fn head_of_thread(thread: &Thread) -> Value {
    let mut head = json!({
        "id": thread.id(),
        "project_id": thread.project_id(),
        "title": thread.title(),
        "provider": thread.provider(),
        "runtime_mode": thread.runtime_mode(),
        "status": thread.status(),
        "checkpoints": thread.checkpoints().collect::<Vec<_>>(),
        "created_at": thread.created_at(),
        "updated_at": thread.updated_at(),
    });
    put(&mut head, "model", thread.model());
    put(&mut head, "branch", thread.branch());
    head
}

/// A turn without its entries.
fn head_of_turn(turn: &Turn) -> Value {
    let mut head = json!({
        "id": turn.id(),
        "status": turn.status(),
        "started_at": turn.started_at(),
    });
    put(&mut head, "ended_at", turn.ended_at().as_ref());
    head
}

/// Puts in a field that is left out where there is nothing.
fn put(head: &mut Value, name: &str, value: Option<&impl Serialize>) {
    if let Some(value) = value {
        head[name] = json_of(value);
    }
}

/// A turn at a place.
fn place_of_turn(index: usize, turn: &Turn) -> Part {
    let id = Some(turn.id().to_string());
    Part::Item { index, kind: None, id }
}

/// An entry at a place.
fn place_of_entry(index: usize, entry: &TurnEntry) -> Part {
    let (kind, id) = match entry {
        TurnEntry::Message(message) => ("message", message.id().to_string()),
        TurnEntry::ToolCall(call) => ("tool_call", call.id().to_string()),
        TurnEntry::Approval(approval) => ("approval", approval.id().to_string()),
    };
    let (kind, id) = (Some(kind.to_owned()), Some(id));
    Part::Item { index, kind, id }
}

fn json_of(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
