//! How much of the collections was looked at: what a test of cost counts, since no clock is as exact.

#[cfg(feature = "testing")]
mod counter {
    use std::cell::Cell;

    thread_local! {
        static VISITS: Cell<u64> = const { Cell::new(0) };
    }

    // Inlined, also into what other crates make of the collections: it is counted at every step of every loop.
    #[inline]
    pub(crate) fn visit() {
        // While a thread ends, nobody asks any more.
        let _ = VISITS.try_with(|visits| visits.set(visits.get().wrapping_add(1)));
    }

    pub(crate) fn visits() -> u64 {
        VISITS.try_with(Cell::get).unwrap_or_default()
    }
}

#[cfg(feature = "testing")]
pub(crate) use counter::{visit, visits};

/// Notes that a node was descended into, or that an item was passed.
#[cfg(not(feature = "testing"))]
#[inline(always)]
#[allow(clippy::inline_always, reason = "it is empty")]
pub(crate) const fn visit() {}
