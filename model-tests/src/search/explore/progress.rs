//! L3: what is true of all that was reached.

use orchestration::{DeciderError, OrchestrationEvent, OrchestrationReadModel};

use crate::check::coverage::{Coverage, Outcome};
use crate::check::invariants::{Findings, Invariant};
use crate::check::view::is_alike;
use crate::kind::Kind;

/// Which kinds of events were seen to take effect: a bit for each, at its index in the list of all kinds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Effects {
    emitted: u32,
    changed: u32,
}

impl Effects {
    /// Notes that an event was emitted; gives whether it has yet to be seen to change a model.
    pub(super) fn note_emitted(&mut self, event: &OrchestrationEvent) -> bool {
        let bit = bit_of(event.kind());
        self.emitted |= bit;
        self.changed & bit == 0
    }

    /// Notes what an event made of a model.
    pub(super) fn note_projected(
        &mut self,
        event: &OrchestrationEvent,
        before: &OrchestrationReadModel,
        after: &OrchestrationReadModel,
    ) {
        // In a whole batch the event before it has set the status: it tells of the change, and makes none.
        let tells_a_change =
            matches!(event, OrchestrationEvent::ThreadStatusChanged(change) if change.from != change.to);
        if tells_a_change || !is_alike(before, after) {
            self.changed |= bit_of(event.kind());
        }
    }

    /// Both, to be kept, and to be had again.
    pub(super) fn bits_mut(&mut self) -> [&mut u32; 2] {
        [&mut self.emitted, &mut self.changed]
    }

    pub(super) fn add(&mut self, other: Self) {
        self.emitted |= other.emitted;
        self.changed |= other.changed;
    }
}

fn bit_of(kind: &str) -> u32 {
    let index = OrchestrationEvent::KINDS.iter().position(|known| *known == kind);
    index.map_or(0, |index| 1 << index)
}

/// L3: no rule is dead.
pub(super) fn check_rules(coverage: &Coverage, effects: Effects, findings: &mut Findings) {
    let mut expect = |was_seen: bool, kind: &str, what: &str| {
        findings.expect(Invariant::L3, was_seen, || format!("{kind}: {what}"));
    };
    for kind in Kind::ALL {
        let is_accepted = coverage
            .iter()
            .any(|(other, _, outcome, _)| other == kind && outcome.is_accepted());
        expect(
            is_accepted,
            kind.name(),
            "no command of this kind is accepted in any state",
        );
    }
    for kind in OrchestrationEvent::KINDS {
        let bit = bit_of(kind);
        expect(
            effects.emitted & bit != 0,
            kind,
            "no event of this kind is emitted in any state",
        );
        expect(
            effects.changed & bit != 0,
            kind,
            "no event of this kind changes any state",
        );
    }
    for kind in DeciderError::KINDS {
        let is_returned = coverage
            .iter()
            .any(|(_, _, outcome, _)| outcome == Outcome::Refused(kind));
        expect(is_returned, kind, "no command is refused with this error in any state");
    }
}

#[cfg(test)]
mod tests {
    use orchestration::read_model::ThreadStatus;
    use orchestration::{decide, project};

    use super::*;
    use crate::check::coverage::Status;
    use crate::check::coverage::rules::{Cell, possible_cells};

    /// What L3 says where all but these cells are covered, and all but these events are seen.
    fn missed(is_left_out: impl Fn(&Cell) -> bool, effects: Effects) -> Vec<String> {
        let mut coverage = Coverage::default();
        for (kind, status, outcome) in possible_cells().filter(|cell| !is_left_out(cell)) {
            coverage.note(kind, status, outcome);
        }
        let mut findings = Findings::default();
        check_rules(&coverage, effects, &mut findings);
        findings
            .violations
            .into_iter()
            .map(|violation| violation.message)
            .collect()
    }

    const ALL: Effects = Effects {
        emitted: u32::MAX,
        changed: u32::MAX,
    };

    #[test]
    fn where_everything_is_seen_no_rule_is_dead() {
        assert_eq!(missed(|_| false, ALL), Vec::<String>::new());
    }

    #[test]
    fn each_kind_that_is_nowhere_accepted_is_missed() {
        for kind in Kind::ALL {
            let missed = missed(|(other, _, outcome)| *other == kind && outcome.is_accepted(), ALL);
            let expected = format!("{}: no command of this kind is accepted in any state", kind.name());
            assert_eq!(missed, [expected]);
        }
    }

    #[test]
    fn each_error_that_is_never_returned_is_missed() {
        for kind in DeciderError::KINDS {
            let missed = missed(|(_, _, outcome)| *outcome == Outcome::Refused(kind), ALL);
            let expected = format!("{kind}: no command is refused with this error in any state");
            assert_eq!(missed, [expected]);
        }
    }

    #[test]
    fn each_event_that_is_never_emitted_or_changes_nothing_is_missed() {
        for kind in OrchestrationEvent::KINDS {
            let emitted = ALL.emitted & !bit_of(kind);
            let expected = format!("{kind}: no event of this kind is emitted in any state");
            assert_eq!(missed(|_| false, Effects { emitted, ..ALL }), [expected]);
            let changed = ALL.changed & !bit_of(kind);
            let expected = format!("{kind}: no event of this kind changes any state");
            assert_eq!(missed(|_| false, Effects { changed, ..ALL }), [expected]);
        }
    }

    /// A command's events, and what they make of the empty model.
    fn created() -> (OrchestrationReadModel, OrchestrationEvent, OrchestrationReadModel) {
        let command = r#"{"type":"create_project","project_id":"00000000-0000-0000-0000-000000000001","path":"/a","name":"a",
            "at":"2026-01-01T00:00:00Z"}"#;
        let before = OrchestrationReadModel::default();
        let events = decide(&serde_json::from_str(command).expect("a command"), &before).expect("it is accepted");
        let [event] = events.try_into().expect("one event");
        (before.clone(), event.clone(), project(before, &event))
    }

    fn status_changed(from: ThreadStatus, to: ThreadStatus) -> OrchestrationEvent {
        let event = serde_json::json!({
            "type": "thread_status_changed", "thread_id": "00000000-0000-0000-0000-000000000002", "from": from, "to": to,
            "at": "2026-01-01T00:00:00Z",
        });
        serde_json::from_value(event).expect("an event")
    }

    #[test]
    fn an_event_is_watched_until_it_was_seen_to_change_a_model() {
        let (before, event, after) = created();
        let mut effects = Effects::default();
        assert!(effects.note_emitted(&event));
        effects.note_projected(&event, &before, &before);
        assert!(effects.note_emitted(&event), "it changed nothing");
        effects.note_projected(&event, &before, &after);
        assert!(!effects.note_emitted(&event));
        let other = status_changed(ThreadStatus::Idle, ThreadStatus::Running);
        assert!(effects.note_emitted(&other), "another kind of event is yet to be seen");
        effects.note_projected(&other, &before, &before);
        assert!(!effects.note_emitted(&other), "it tells of a change");
        assert!(!effects.note_emitted(&event), "what was seen stays so");
    }

    #[test]
    fn a_status_that_stays_as_it_was_is_no_change() {
        let model = OrchestrationReadModel::default();
        let event = status_changed(ThreadStatus::Idle, ThreadStatus::Idle);
        let mut effects = Effects::default();
        effects.note_projected(&event, &model, &model);
        assert!(effects.note_emitted(&event));
    }

    /// The rules that seem dead.
    fn dead(coverage: &Coverage, effects: Effects) -> Vec<String> {
        let mut findings = Findings::default();
        check_rules(coverage, effects, &mut findings);
        findings
            .violations
            .into_iter()
            .map(|violation| violation.message)
            .collect()
    }

    #[test]
    fn what_was_seen_of_a_rule_by_one_search_or_another_is_no_longer_missed() {
        let (before, event, after) = created();
        let nothing = dead(&Coverage::default(), Effects::default());
        let events = OrchestrationEvent::KINDS.len();
        assert_eq!(nothing.len(), Kind::ALL.len() + 2 * events + DeciderError::KINDS.len());

        let mut coverage = Coverage::default();
        coverage.note(Kind::SelectThread, Status::Idle, Outcome::Accepted);
        coverage.note(
            Kind::DeleteThread,
            Status::NoThread,
            Outcome::Refused("thread_not_found"),
        );
        let mut seen = Effects::default();
        seen.note_emitted(&event);
        let mut elsewhere = Effects::default();
        elsewhere.note_projected(
            &status_changed(ThreadStatus::Idle, ThreadStatus::Running),
            &before,
            &after,
        );
        seen.add(elsewhere);
        let mut expected = nothing;
        for seen in [
            "select_thread: no command of this kind is accepted in any state",
            "project_created: no event of this kind is emitted in any state",
            "thread_status_changed: no event of this kind changes any state",
            "thread_not_found: no command is refused with this error in any state",
        ] {
            let place = expected.iter().position(|dead| dead == seen);
            expected.remove(place.unwrap_or_else(|| panic!("it is not said that {seen}")));
        }
        assert_eq!(dead(&coverage, seen), expected);
        let mut twice = Effects::default();
        twice.add(seen);
        twice.add(seen);
        assert_eq!(dead(&coverage, twice), expected);
    }
}
