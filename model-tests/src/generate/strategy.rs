//! Steps for property tests.

use proptest::strategy::Strategy;

use super::step::Step;

/// One step, of any kind, with any picks. It shrinks to simpler picks; that every step runs in every state lets a run shrink to
/// any of its steps.
pub(crate) fn step() -> impl Strategy<Value = Step> {
    proptest::arbitrary::any::<[u8; Step::SIZE]>().prop_map(Step::from_bytes)
}
