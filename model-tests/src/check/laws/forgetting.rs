//! A9: what is in turns that have ended decides nothing.

use orchestration::OrchestrationReadModel;
use orchestration::commands::OrchestrationCommand;
use orchestration::read_model::{Thread, Turn, TurnStatus};
use orchestration::testing::Unchecked;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::check::invariants::{Findings, Invariant};
use crate::check::told::between_decisions;
use crate::check::view::is_alike;
use crate::subject::Subject;

/// A model, and the same with its ended turns forgotten.
pub(crate) struct Forgetting<'a> {
    model: &'a OrchestrationReadModel,
    /// `None` where no turn has ended.
    forgotten: Option<OrchestrationReadModel>,
}

impl<'a> Forgetting<'a> {
    /// Forgets what is in a model's ended turns.
    pub(crate) fn of(model: &'a OrchestrationReadModel, findings: &mut Findings) -> Self {
        let has_any = model.threads().flat_map(Thread::turns).any(has_ended);
        let forgotten = has_any.then(|| forget(model)).transpose();
        let forgotten = forgotten.unwrap_or_else(|error| {
            findings.expect(Invariant::A9, false, || {
                format!("a model whose ended turns are forgotten cannot be read: {error}")
            });
            None
        });
        Self { model, forgotten }
    }

    /// A9 of a command: the decision is the same, and so is what becomes of the model, as `is_same` has it.
    pub(crate) fn check(
        &self,
        subject: Subject,
        command: &OrchestrationCommand,
        is_same: impl Fn(&OrchestrationReadModel, &OrchestrationReadModel) -> bool,
        findings: &mut Findings,
    ) {
        let Some(forgotten) = &self.forgotten else {
            findings.pass_over(Invariant::A9);
            return;
        };
        let (whole, without) = (subject.decide(command, self.model), subject.decide(command, forgotten));
        let kind = command.kind();
        findings.expect(Invariant::A9, whole == without, || {
            let change = between_decisions(&whole, &without);
            format!("{kind}: it is decided otherwise where what is in ended turns is forgotten: {change}")
        });
        let (Ok(_), Ok(events)) = (&whole, &without) else {
            return;
        };
        let after = subject.fold(self.model.clone(), events);
        let is_same = is_same(&after, &subject.fold(forgotten.clone(), events));
        findings.expect(Invariant::A9, is_same, || {
            format!("{kind}: what becomes of the rest depends on what is in ended turns")
        });
    }
}

fn has_ended(turn: &Turn) -> bool {
    !matches!(turn.status(), TurnStatus::Running)
}

/// Whether two models are the same when their ended turns are forgotten.
pub(super) fn is_alike_but_for_ended_turns(one: &OrchestrationReadModel, other: &OrchestrationReadModel) -> bool {
    forget(one).is_ok_and(|one| forget(other).is_ok_and(|other| is_alike(&one, &other)))
}

/// The same model, with nothing in its ended turns but as many entries of each kind as there were.
fn forget(model: &OrchestrationReadModel) -> serde_json::Result<OrchestrationReadModel> {
    let mut json = serde_json::to_value(model)?;
    let threads = json["threads"].as_object_mut().into_iter().flatten();
    for turn in threads.flat_map(|(_, thread)| thread["turns"].as_array_mut().into_iter().flatten()) {
        if turn["status"]["type"] != "running" {
            forget_turn(turn);
        }
    }
    serde_json::from_value(json).map(|Unchecked(forgotten)| forgotten)
}

fn forget_turn(turn: &mut Value) {
    let Some(ended_at) = turn.get("ended_at").cloned() else {
        return;
    };
    let count = |kind: &str| {
        let entries = turn["entries"].as_array().into_iter().flatten();
        entries.filter(|entry| entry["type"] == kind).count()
    };
    let id = |number: usize| Uuid::from_u128(number as u128);
    let messages = (0..count("message")).map(|number| {
        let role = if number == 0 { "user" } else { "assistant" };
        json!({"type": "message", "id": id(number), "role": role, "text": "forgotten", "at": ended_at})
    });
    let calls = (0..count("tool_call")).map(|number| {
        json!({"type": "tool_call", "id": id(number).to_string(), "name": "forgotten", "input": "",
            "status": "cancelled", "at": ended_at})
    });
    let approvals = (0..count("approval")).map(|number| {
        json!({"type": "approval", "id": id(number), "description": "", "decision": {"type": "cancelled"}, "at": ended_at})
    });
    turn["entries"] = messages.chain(calls).chain(approvals).collect();
}

#[cfg(test)]
mod tests {
    use orchestration::{OrchestrationEvent, Snapshot};

    use super::*;
    use crate::check::laws::check_trace;
    use crate::generate::{RandomSteps, Walk};

    /// A model with turns that have ended and one that runs.
    fn conversation() -> OrchestrationReadModel {
        let snapshot = include_str!("../../../../core/tests/golden/2/conversation.snapshot.json");
        let snapshot: Snapshot = serde_json::from_str(snapshot).expect("a snapshot");
        snapshot.model
    }

    fn turns(model: &OrchestrationReadModel) -> impl Iterator<Item = &Turn> {
        model.threads().flat_map(Thread::turns)
    }

    /// Whether something was said in a turn that has ended.
    fn was_answered(model: &OrchestrationReadModel) -> bool {
        turns(model).any(|turn| {
            has_ended(turn)
                && turn
                    .entries()
                    .any(|entry| entry.as_tool_call().is_some_and(|call| call.output().is_some()))
        })
    }

    fn violations(subject: Subject) -> Vec<String> {
        let mut walk = Walk::new(Subject::CORE);
        let mut findings = Findings::default();
        for step in RandomSteps::new(5).take(600) {
            let model = walk.model().clone();
            let command = walk.take(step).command;
            Forgetting::of(&model, &mut findings).check(subject, &command, is_alike_but_for_ended_turns, &mut findings);
        }
        assert!(findings.tally.of(Invariant::A9).premise_held > 100);
        findings
            .violations
            .into_iter()
            .map(|violation| violation.message)
            .collect()
    }

    #[test]
    fn what_is_in_ended_turns_is_forgotten_and_nothing_else() {
        let model = conversation();
        let forgotten = forget(&model).expect("it can be read");
        assert!(turns(&model).any(has_ended));
        for (before, after) in turns(&model).zip(turns(&forgotten)) {
            let kinds = |turn: &Turn| {
                let entries = || turn.entries();
                [
                    entries().filter(|entry| entry.as_message().is_some()).count(),
                    entries().filter(|entry| entry.as_tool_call().is_some()).count(),
                    entries().filter(|entry| entry.as_approval().is_some()).count(),
                ]
            };
            assert_eq!(before == after, !has_ended(before));
            assert_eq!(kinds(before), kinds(after));
            assert_eq!((before.id(), before.status()), (after.id(), after.status()));
        }
        assert!(is_alike_but_for_ended_turns(&model, &forgotten));
        assert!(!is_alike_but_for_ended_turns(
            &model,
            &OrchestrationReadModel::default()
        ));
    }

    #[test]
    fn the_core_decides_nothing_by_what_is_in_ended_turns() {
        assert_eq!(violations(Subject::CORE), Vec::<String>::new());
    }

    #[test]
    fn a_decision_that_looks_into_ended_turns_is_told() {
        let looking = Subject::CORE.with_decider(|command, model| match command.thread_id() {
            Some(thread_id) if was_answered(model) => Err(orchestration::DeciderError::ThreadNotFound { thread_id }),
            _ => orchestration::decide(command, model),
        });
        let told = violations(looking);
        assert!(
            told.iter().any(|told| told.contains("it is decided otherwise")),
            "{told:?}"
        );
    }

    #[test]
    fn a_projector_that_looks_into_ended_turns_is_told() {
        let looking = Subject::CORE.with_projector(|model, event| match event {
            OrchestrationEvent::ThreadSelected(_) if was_answered(&model) => model,
            event => orchestration::project(model, event),
        });
        let told = violations(looking);
        assert!(
            told.iter().any(|told| told.contains("what becomes of the rest")),
            "{told:?}"
        );
    }

    #[test]
    fn of_a_trace_it_is_asked_of_the_last_command() {
        let mut findings = Findings::default();
        check_trace(Subject::CORE, &[], &mut findings);
        assert_eq!(findings.tally.of(Invariant::A9).checked, 0);
    }
}
