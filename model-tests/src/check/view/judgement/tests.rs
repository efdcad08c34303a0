//! Each fault of a judgement is seen on a pair of models that shows it.

use orchestration::{OrchestrationEvent, project};
use serde_json::json;

use super::super::tests::{model, model_of, wire};
use super::*;

fn found(check: impl FnOnce(&mut Findings)) -> Vec<String> {
    let mut findings = Findings::default();
    check(&mut findings);
    findings
        .violations
        .into_iter()
        .map(|violation| violation.message)
        .collect()
}

/// The model without a selection.
fn unselected() -> OrchestrationReadModel {
    let mut other = wire();
    other["selected_thread"] = json!(null);
    model_of(&other)
}

/// The model with an event that touches its thread, sharing the rest.
fn touched(before: &OrchestrationReadModel) -> OrchestrationReadModel {
    let event: OrchestrationEvent = serde_json::from_value(json!({
        "type": "turn_completed",
        "thread_id": "000000b0-0000-4000-8000-000000000001",
        "turn_id": "000000c0-0000-4000-8000-000000000002",
        "at": "2026-01-02T00:00:00Z",
    }))
    .expect("it is an event");
    project(before.clone(), &event)
}

#[test]
fn the_core_judges_as_the_views_do() {
    let (one, other) = (model(), unselected());
    let pairs = [
        (&one, &one.clone()),
        (&one, &model()),
        (&one, &other),
        (&other, &one),
        (&one, &touched(&one)),
    ];
    for (left, right) in pairs {
        let none = found(|findings| Judgement::CORE.check_pair(left, right, findings));
        assert!(none.is_empty(), "{none:?}");
        let none = found(|findings| Judgement::CORE.check_sharing(left, right, findings));
        assert!(none.is_empty(), "{none:?}");
    }
}

#[test]
fn a_judgement_that_calls_different_models_equal_is_found() {
    let blind = Judgement {
        is_equal: |left, right| left.threads().eq(right.threads()),
        ..Judgement::CORE
    };
    let found = found(|findings| blind.check_pair(&model(), &unselected(), findings));
    assert_eq!(
        found,
        ["two models that read differently: `==`: expected false, found true"]
    );
}

#[test]
fn a_judgement_that_calls_equal_models_different_is_found() {
    let by_address = Judgement {
        is_equal: OrchestrationReadModel::is_same_as,
        ..Judgement::CORE
    };
    let found = found(|findings| by_address.check_pair(&model(), &model(), findings));
    assert_eq!(found, ["two models that read alike: `==`: expected true, found false"]);
}

#[test]
fn a_judgement_that_depends_on_the_order_is_found() {
    let lopsided = Judgement {
        is_equal: |left, right| left == right || left.selected_thread().is_none(),
        ..Judgement::CORE
    };
    let found = found(|findings| lopsided.check_pair(&model(), &unselected(), findings));
    assert_eq!(
        found,
        ["two models: `==`: expected the same whichever comes first, found true one way and false the other"]
    );
}

#[test]
fn a_hash_that_differs_where_models_are_equal_is_found() {
    let by_address = Judgement {
        hash: |model| {
            model
                .threads()
                .next()
                .map_or(0, |thread| std::ptr::from_ref(thread) as u64)
        },
        ..Judgement::CORE
    };
    let found = found(|findings| by_address.check_pair(&model(), &model(), findings));
    assert_eq!(found, ["two models that are equal: expected one hash, found two"]);
}

#[test]
fn models_that_are_said_to_be_the_same_and_are_not_are_found() {
    let blind = Judgement {
        is_same: |left, right| left.threads().len() == right.threads().len(),
        ..Judgement::CORE
    };
    let found = found(|findings| blind.check_pair(&model(), &unselected(), findings));
    assert_eq!(
        found,
        ["two models that read differently: is_same_as: expected false, found true"]
    );
}

#[test]
fn a_clone_that_is_not_said_to_be_the_same_is_found() {
    let never = Judgement {
        is_same: |_, _| false,
        ..Judgement::CORE
    };
    let found = found(|findings| never.check_sharing(&model(), &model(), findings));
    assert_eq!(found, ["a clone and its model: is_same_as: expected true, found false"]);
}

#[test]
fn a_turn_that_is_said_to_be_the_same_and_has_changed_is_found() {
    let by_id = Judgement {
        is_same_turn: |left, right| left.id() == right.id(),
        ..Judgement::CORE
    };
    let before = model();
    let found = found(|findings| by_id.check_sharing(&before, &touched(&before), findings));
    assert_eq!(found.len(), 1);
    assert!(
        found[0].contains("000000c0-0000-4000-8000-000000000002, which reads differently than before"),
        "{found:?}"
    );
}

#[test]
fn changes_that_are_missed_or_made_up_or_out_of_order_are_found() {
    let before = model();
    let after = touched(&before);
    let thread = after.threads().next().expect("it is there");
    let was = before.threads().next().expect("it is there");
    let id = thread.id();
    let told = |changes: Vec<(orchestration::ThreadId, ThreadChange<'_>)>| {
        fault_of_changes(&before, &after, changes.into_iter())
    };
    let changed = ThreadChange::Changed {
        before: was,
        after: thread,
    };
    assert_eq!(told(vec![(id, changed)]), None);
    let wrong = [
        vec![],
        vec![(id, ThreadChange::Added(thread))],
        vec![(id, ThreadChange::Removed(was))],
        vec![(
            id,
            ThreadChange::Changed {
                before: thread,
                after: thread,
            },
        )],
        vec![(
            id,
            ThreadChange::Changed {
                before: was,
                after: was,
            },
        )],
        vec![(id, changed), (id, changed)],
        vec![
            (orchestration::ThreadId::new(uuid::Uuid::nil()), changed),
            (id, changed),
        ],
    ];
    for changes in wrong {
        assert!(told(changes.clone()).is_some(), "{changes:?}");
    }
    let nothing = OrchestrationReadModel::default();
    assert!(fault_of_changes(&nothing, &after, std::iter::empty()).is_some());
    assert!(fault_of_changes(&before, &nothing, std::iter::empty()).is_some());
}

#[test]
fn a_clone_stays_as_it_was_and_one_that_has_changed_is_found() {
    let before = model();
    let held = HeldClone::of(&before);
    let after = touched(&before);
    assert!(found(|findings| held.check(findings)).is_empty());
    for other in [after, unselected(), OrchestrationReadModel::default()] {
        let changed = HeldClone {
            model: other,
            ..held.clone()
        };
        assert_eq!(found(|findings| changed.check(findings)).len(), 1);
    }
}

#[test]
fn a_judgement_that_calls_different_models_the_same_one_way_only_is_found() {
    let ways: [fn(&OrchestrationReadModel, &OrchestrationReadModel) -> bool; 2] = [
        |left, right| left.selected_thread() < right.selected_thread(),
        |left, right| left.selected_thread() > right.selected_thread(),
    ];
    for is_same in ways {
        let lopsided = Judgement {
            is_same,
            ..Judgement::CORE
        };
        let found = found(|findings| lopsided.check_pair(&model(), &unselected(), findings));
        assert_eq!(
            found,
            ["two models that read differently: is_same_as: expected false, found true"]
        );
    }
}

#[test]
fn the_hash_is_asked_unless_all_that_two_models_hold_is_shared() {
    let by_address = Judgement {
        hash: |model| std::ptr::from_ref(model).addr() as u64,
        ..Judgement::CORE
    };
    let told = |left: &OrchestrationReadModel, right: &OrchestrationReadModel| {
        !found(|findings| by_address.check_pair(left, right, findings)).is_empty()
    };
    let one = model();
    assert!(!told(&one, &one.clone()));
    assert!(told(&one, &model()));
    let (mut without_threads, mut without_projects) = (wire(), wire());
    without_threads["threads"] = json!({});
    without_threads["selected_thread"] = json!(null);
    without_projects["projects"] = json!({});
    for wire in [without_threads, without_projects] {
        assert!(told(&model_of(&wire), &model_of(&wire)), "{wire}");
    }
}

#[test]
fn threads_that_read_alike_need_not_be_told_of_though_they_are_not_shared() {
    assert_eq!(fault_of_changes(&model(), &model(), std::iter::empty()), None);
}
