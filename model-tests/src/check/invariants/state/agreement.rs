//! R2: two opinions of one model, the core's and the harness's.

use orchestration::OrchestrationReadModel;

use super::check_rules;
use crate::check::invariants::{Findings, Invariant};
use crate::describe::or_none;

/// R2: the core names the rule that the model breaks first, or says that it is legal, just as the harness does.
///
/// What the model keeps to find things by is left out: the core's check does not look at it.
pub fn check_agreement(model: &OrchestrationReadModel, findings: &mut Findings) {
    let mut own = Findings::default();
    check_rules(model, &mut own);
    check_agreement_with(&own, model, findings);
}

/// R2 with what the harness found of the model.
pub(super) fn check_agreement_with(own: &Findings, model: &OrchestrationReadModel, findings: &mut Findings) {
    let own = own.violations.iter().min_by_key(|violation| violation.invariant);
    let illegal = model.check().err();
    let expected = own.map(|violation| violation.invariant.name().to_owned());
    let found = illegal.as_ref().map(|illegal| illegal.rule().to_string());
    findings.expect(Invariant::R2, found == expected, || {
        format!(
            "the broken rule of a model: expected {}, found {} ({})",
            or_none(own),
            or_none(found.as_ref()),
            or_none(illegal.as_ref())
        )
    });
}
