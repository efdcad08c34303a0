//! Any bytes as JSON: every value that is read survives being written, and every refusal gives a reason.

use super::{Checked, counterexample};
use crate::check::invariants::Findings;
use crate::check::laws::check_text;
use crate::counterexample::Evidence;

/// Reads the bytes as each of the values that come over the wire.
pub(super) fn check(bytes: &[u8]) -> Checked {
    let mut findings = Findings::default();
    check_text(bytes, &mut findings);
    Checked {
        steps: 1,
        found: counterexample(findings.violations, || Evidence::Text(bytes.to_vec())),
    }
}
