//! Leaving out what is not needed.

use super::budget::Budget;

/// Leaves out halves, quarters and so on, down to single items. `needed` says how many of a candidate's items are enough,
/// from its first on, or that it will not do.
/// Ends early when the budget is spent.
pub(super) fn leave_out_stretches<T: Clone>(
    budget: &Budget<'_>,
    items: &mut Vec<T>,
    needed: &mut impl FnMut(&[T]) -> Option<usize>,
) {
    let mut length = items.len().div_ceil(2);
    while length > 0 {
        // From behind: what comes late depends on what comes early.
        let mut end = items.len();
        while end > 0 {
            // All candidates that are yet to come are as long, or longer.
            if !budget.allows(items.len().saturating_sub(length)) {
                return;
            }
            let start = end.saturating_sub(length);
            let mut candidate = items.clone();
            candidate.drain(start..end);
            end = start;
            let enough = budget.take(candidate.len()).and_then(|()| needed(&candidate));
            if let Some(enough) = enough {
                candidate.truncate(enough);
                *items = candidate;
                end = end.min(items.len());
            }
        }
        length = if length == 1 { 0 } else { length.div_ceil(2) };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::{Budget, leave_out_stretches};

    #[test]
    fn what_is_needed_stays_and_all_else_goes() {
        let mut items: Vec<u32> = (0..100).collect();
        let is_needed = |item: &u32| [3, 57, 58].contains(item);
        leave_out_stretches(&Budget::new(&AtomicBool::new(false)), &mut items, &mut |candidate| {
            (candidate.iter().copied().filter(is_needed).count() == 3).then_some(candidate.len())
        });
        assert_eq!(items, [3, 57, 58]);
    }

    #[test]
    fn what_stands_behind_what_is_enough_goes_too() {
        let mut items: Vec<u32> = (0..10).collect();
        leave_out_stretches(&Budget::new(&AtomicBool::new(false)), &mut items, &mut |candidate| {
            candidate.iter().position(|item| *item == 4).map(|index| index + 1)
        });
        assert_eq!(items, [4]);
    }
}
