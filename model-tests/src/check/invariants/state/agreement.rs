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
    let own = own.violations.into_iter().min_by_key(|violation| violation.invariant);
    let illegal = model.check().err();
    let expected = own.as_ref().map(|violation| violation.invariant.name().to_owned());
    let found = illegal.as_ref().map(|illegal| illegal.rule().to_string());
    findings.expect(Invariant::R2, found == expected, || {
        format!(
            "of one model the harness says: {}; and the core: {}",
            or_none(own.as_ref()),
            or_none(illegal.as_ref())
        )
    });
}
