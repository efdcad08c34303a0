//! How much is tried.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many steps all the candidates may have together. Shrinking stops there, with the best that it has found.
pub(super) const MOST_STEPS: usize = 1_000_000;

/// What is left to be tried: nothing more once it is told to stop.
pub(super) struct Budget<'a> {
    steps: Cell<usize>,
    stop: &'a AtomicBool,
}

impl<'a> Budget<'a> {
    pub(super) const fn new(stop: &'a AtomicBool) -> Self {
        Self {
            steps: Cell::new(MOST_STEPS),
            stop,
        }
    }

    /// Whether a candidate with so many steps may be tried.
    pub(super) fn allows(&self, steps: usize) -> bool {
        !self.stop.load(Ordering::Relaxed) && steps <= self.steps.get()
    }

    /// Takes what a candidate takes. Nothing if that is too much.
    pub(super) fn take(&self, steps: usize) -> Option<()> {
        if !self.allows(steps) {
            return None;
        }
        self.steps.set(self.steps.get() - steps);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::{Budget, MOST_STEPS};

    #[test]
    fn what_is_taken_is_gone_and_what_is_too_much_is_not_taken() {
        let stop = AtomicBool::new(false);
        let budget = Budget::new(&stop);
        assert_eq!(budget.take(MOST_STEPS - 10), Some(()));
        assert_eq!(budget.take(11), None);
        assert_eq!(budget.take(10), Some(()));
        assert_eq!(budget.take(1), None);
    }

    #[test]
    fn nothing_is_tried_once_it_is_told_to_stop() {
        let stop = AtomicBool::new(false);
        let budget = Budget::new(&stop);
        stop.store(true, Ordering::Relaxed);
        assert!(!budget.allows(0));
        assert_eq!(budget.take(0), None);
    }
}
