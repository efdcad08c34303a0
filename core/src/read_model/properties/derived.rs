//! What is derived shows nothing of itself, and tells no two models apart.

use std::hash::{DefaultHasher, Hash, Hasher};

use proptest::prelude::*;

use crate::OrchestrationReadModel;
use crate::read_model::derived::Derived;

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_derived_says_so_and_nothing_more_and_is_equal(left in any::<Vec<u8>>(), right in any::<Vec<u8>>()) {
        let (left, right) = (Derived(left), Derived(right));
        prop_assert_eq!(format!("{left:?}"), "(derived)");
        prop_assert!(left == right && hash(&left) == hash(&right));
    }
}

#[test]
fn a_model_shows_that_something_is_derived_and_not_what() {
    for number in 0..500 {
        let model: OrchestrationReadModel = super::made(number);
        let turns: usize = model.threads().map(|thread| thread.turns().len()).sum();
        // The look-ups of each turn, and of the model itself.
        assert_eq!(
            format!("{model:?}").matches("(derived)").count(),
            turns + 1,
            "{model:?}"
        );
    }
}
