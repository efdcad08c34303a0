//! What checking found: how often each invariant was checked, how often its premise held, and what broke it.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Invariant, Violation};

/// How often an invariant was checked, and how often its premise held. The rule about restoring, for example, is checked
/// after every command, and its premise holds only after those that restore.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// How often it was checked.
    pub checked: u64,
    /// How often there was something that it is about.
    pub premise_held: u64,
}

/// A [`Count`] for each invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    counts: [Count; Invariant::ALL.len()],
}

// The derived one covers arrays of at most 32.
impl Default for Tally {
    fn default() -> Self {
        Self {
            counts: [Count::default(); Invariant::ALL.len()],
        }
    }
}

impl Tally {
    /// The count of one invariant.
    #[must_use]
    pub const fn of(&self, invariant: Invariant) -> Count {
        self.counts[invariant as usize]
    }

    /// Adds another tally to this one.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            mine.checked += theirs.checked;
            mine.premise_held += theirs.premise_held;
        }
    }

    /// All counts, in the order of the catalogue: to be kept, and to be had again.
    pub(crate) fn counts_mut(&mut self) -> impl Iterator<Item = &mut u64> {
        self.counts
            .iter_mut()
            .flat_map(|count| [&mut count.checked, &mut count.premise_held])
    }

    /// Every invariant with its count, in the order of the catalogue.
    pub fn iter(&self) -> impl Iterator<Item = (Invariant, Count)> {
        Invariant::ALL.iter().copied().zip(self.counts)
    }
}

impl Serialize for Tally {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.counts.len()))?;
        for (invariant, count) in self.iter() {
            map.serialize_entry(invariant.name(), &count)?;
        }
        map.end()
    }
}

/// Collects what checks find.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// How often each invariant was checked.
    pub tally: Tally,
    /// What did not hold.
    pub violations: Vec<Violation>,
}

impl Findings {
    /// Notes a check whose premise held, and a violation if the condition does not.
    #[inline]
    pub fn expect(&mut self, invariant: Invariant, condition: bool, message: impl FnOnce() -> String) {
        let count = &mut self.tally.counts[invariant as usize];
        count.checked += 1;
        count.premise_held += 1;
        if !condition {
            self.violations.push(Violation::new(invariant, message()));
        }
    }

    /// Notes a check that found nothing which the invariant speaks of.
    #[inline]
    pub(crate) fn pass_over(&mut self, invariant: Invariant) {
        self.tally.counts[invariant as usize].checked += 1;
    }

    /// Notes all that was found elsewhere.
    pub fn add(&mut self, other: Self) {
        self.tally.add(&other.tally);
        self.violations.extend(other.violations);
    }

    /// Notes a violation that was found elsewhere.
    pub(crate) fn violate(&mut self, violation: Violation) {
        self.violations.push(violation);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(checked: u64, premise_held: u64) -> Count {
        Count { checked, premise_held }
    }

    #[test]
    fn what_is_checked_is_counted_with_and_without_something_that_it_speaks_of() {
        let mut findings = Findings::default();
        for holds in [true, true, false] {
            findings.expect(Invariant::S1, holds, || "odd".to_owned());
        }
        findings.pass_over(Invariant::S1);
        findings.pass_over(Invariant::S2);
        findings.pass_over(Invariant::S2);
        assert_eq!(findings.tally.of(Invariant::S1), count(4, 3));
        assert_eq!(findings.tally.of(Invariant::S2), count(2, 0));
        assert_eq!(findings.violations, [Violation::new(Invariant::S1, "odd".to_owned())]);
        let counted = findings
            .tally
            .iter()
            .filter(|(_, counted)| *counted != Count::default());
        assert_eq!(
            counted.collect::<Vec<_>>(),
            [(Invariant::S1, count(4, 3)), (Invariant::S2, count(2, 0))]
        );
    }

    #[test]
    fn tallies_add_up() {
        let mut findings = Findings::default();
        findings.expect(Invariant::T1, true, String::new);
        findings.pass_over(Invariant::T1);
        let mut sum = findings.tally.clone();
        sum.add(&findings.tally);
        sum.add(&findings.tally);
        assert_eq!(sum.of(Invariant::T1), count(6, 3));
        assert_eq!(sum.of(Invariant::T2), count(0, 0));
    }
}
