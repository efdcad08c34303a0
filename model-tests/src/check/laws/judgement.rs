//! A7 of a run: the core's judgement of the models along it.

use orchestration::{OrchestrationCommand, OrchestrationReadModel};

use crate::check::invariants::Findings;
use crate::check::view::{HeldClone, Judgement, Leaves, check_accessors, check_near};
use crate::subject::Subject;

/// A7: of each model of a run and the one before it, of clones that were taken on the way, and of models that differ from the
/// last in one thing only.
pub(crate) fn check_judgement(
    subject: Subject,
    trace: &[OrchestrationCommand],
    leaves: Leaves,
    findings: &mut Findings,
) {
    let mut model = OrchestrationReadModel::default();
    let mut clones = Vec::new();
    for command in trace {
        let before = model.clone();
        clones.push(HeldClone::of(&before));
        let decided = subject.decide(command, &model);
        model = subject.fold(model, decided.iter().flatten());
        check_models(&before, &model, findings);
    }
    if let Ok(read) = serde_json::to_value(&model).and_then(serde_json::from_value) {
        check_accessors(&read, findings);
        Judgement::CORE.check_pair(&model, &read, findings);
    }
    check_accessors(&model, findings);
    check_near(Judgement::CORE, &model, leaves, findings);
    for clone in &clones {
        clone.check(findings);
    }
}

/// A7 of a model and one before it.
pub(crate) fn check_models(before: &OrchestrationReadModel, after: &OrchestrationReadModel, findings: &mut Findings) {
    Judgement::CORE.check_pair(before, after, findings);
    Judgement::CORE.check_sharing(before, after, findings);
}
