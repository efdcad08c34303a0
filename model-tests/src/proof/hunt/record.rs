//! What all hunters made of a bug.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::Serialize;

use super::{Hunt, Hunter};
use crate::proof::bugs::Bug;
use crate::report::failure::{Failure, Shown};

/// What all hunters made of a bug.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Which bug.
    pub id: &'static str,
    /// What users saw.
    pub symptom: &'static str,
    /// Where they reported it.
    pub reports: &'static [&'static str],
    /// What is wrong.
    pub sentence: &'static str,
    /// What each hunter made of it.
    pub hunters: Vec<HunterRecord>,
    /// The length of the shortest trace that any hunter found: that of exploration is the shortest possible.
    pub shortest: Option<usize>,
    /// The shortest trace's failure, shown when one bug is asked for.
    #[serde(skip)]
    pub failure: Option<Failure>,
}

/// What a hunter made of a bug.
#[derive(Clone, Debug, Serialize)]
pub struct HunterRecord {
    /// Who.
    pub hunter: &'static str,
    /// How often it hunted: each time from another seed.
    pub hunts: usize,
    /// How often it found the bug.
    pub found: usize,
    /// Why it does not, where it is known not to.
    pub unseen: Option<&'static str>,
    /// The median number of executions, of the hunts that found it, or else of all.
    pub executions: u64,
    /// The median number of steps, where it is known.
    pub steps: Option<u64>,
    /// The median time, in seconds.
    pub seconds: f64,
    /// The invariant that caught it in the first hunt that found it.
    pub invariant: Option<String>,
    /// How long the trace of that hunt is, shrunk.
    pub length: Option<usize>,
}

impl HunterRecord {
    /// Whether the hunter found the bug as often as it should.
    #[must_use]
    pub const fn is_as_expected(&self) -> bool {
        self.unseen.is_some() || self.found == self.hunts
    }
}

impl Record {
    /// Lets the hunters loose on a bug, each that draws from this many seeds. Gives nothing if `stop` was set before they had
    /// all hunted.
    ///
    /// # Errors
    ///
    /// Why a hunter could not hunt.
    pub fn of(bug: &Bug, hunters: &[Hunter], seeds: u64, stop: &AtomicBool) -> Result<Option<Self>, String> {
        let mut record = Self {
            id: bug.id,
            symptom: bug.symptom,
            reports: bug.reports,
            sentence: bug.sentence,
            hunters: Vec::new(),
            shortest: None,
            failure: None,
        };
        for hunter in hunters {
            // Another seed shows nothing new of what is not random, or not to be seen.
            let is_unseen = hunter.search().is_some_and(|search| bug.unseen_by(search).is_some());
            let seeds = if hunter.is_random() && !is_unseen { seeds } else { 1 };
            let mut hunts = Vec::new();
            for seed in 1..=seeds {
                let hunt = hunter.hunt(bug, seed, stop);
                // A hunt that was stopped says nothing.
                if stop.load(Ordering::Relaxed) {
                    return Ok(None);
                }
                hunts.push(hunt?);
            }
            record.add(bug, hunter, &hunts);
        }
        Ok(Some(record))
    }

    fn add(&mut self, bug: &Bug, hunter: &Hunter, hunts: &[Hunt]) {
        let unseen = hunter.search().and_then(|search| bug.unseen_by(search));
        let found: Vec<_> = hunts.iter().filter(|hunt| hunt.found.is_some()).collect();
        let counted = if found.is_empty() {
            hunts.iter().collect()
        } else {
            found.clone()
        };
        let first = found.first().and_then(|hunt| hunt.found.as_ref());
        let failure = first.map(|found| Failure::of(bug.subject, found).with_planted(Some(bug.id)));
        // What no trace shows by itself has no length.
        let length = failure
            .as_ref()
            .filter(|failure| matches!(failure.shown(), Shown::ByReplay | Shown::ByLaws))
            .and_then(Failure::trace)
            .map(<[_]>::len);
        self.hunters.push(HunterRecord {
            hunter: hunter.name(),
            hunts: hunts.len(),
            found: found.len(),
            unseen,
            executions: median(counted.iter().map(|hunt| hunt.executions)).unwrap_or_default(),
            steps: median(counted.iter().filter_map(|hunt| hunt.steps)),
            seconds: median(counted.iter().map(|hunt| hunt.elapsed))
                .unwrap_or(Duration::ZERO)
                .as_secs_f64(),
            invariant: first.map(|found| found.violation.invariant.to_string()),
            length,
        });
        if length.is_some_and(|length| self.shortest.is_none_or(|shortest| length < shortest)) {
            self.shortest = length;
            self.failure = failure;
        } else if self.failure.is_none() {
            self.failure = failure;
        }
    }

    /// Whether any of the searches found it, and each of those that should.
    #[must_use]
    pub fn is_as_expected(&self) -> bool {
        let mut searches = self
            .hunters
            .iter()
            .filter(|record| record.hunter != Hunter::Naive.name());
        searches.clone().any(|record| record.found > 0) && searches.all(HunterRecord::is_as_expected)
    }
}

/// The middle one: of two, the smaller.
fn median<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median([3, 1, 2].into_iter()), Some(2));
        assert_eq!(median([4, 1, 3, 2].into_iter()), Some(2));
        assert_eq!(median([7].into_iter()), Some(7));
        assert_eq!(median::<u64>([].into_iter()), None);
    }
}
