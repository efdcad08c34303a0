//! Which states were found.

use std::collections::HashSet;

use super::canonical::Fingerprint;

/// How many tables there are. A table that grows is there twice for a while: of many, only one is at a time.
const TABLES: usize = 256;

/// The fingerprints of all states that were found.
pub(super) struct Known {
    tables: Vec<HashSet<Fingerprint, foldhash::fast::FixedState>>,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            tables: (0..TABLES).map(|_| HashSet::default()).collect(),
        }
    }
}

impl Known {
    /// The table for a fingerprint: its first byte is as good as any other.
    const fn table_of(fingerprint: Fingerprint) -> usize {
        fingerprint.bits().to_be_bytes()[0] as usize % TABLES
    }

    pub(super) fn has(&self, fingerprint: Fingerprint) -> bool {
        self.tables[Self::table_of(fingerprint)].contains(&fingerprint)
    }

    /// Takes in a state; gives whether it is new.
    pub(super) fn insert(&mut self, fingerprint: Fingerprint) -> bool {
        self.tables[Self::table_of(fingerprint)].insert(fingerprint)
    }

    /// How many states there is room for before the tables grow.
    pub(super) fn capacity(&self) -> usize {
        self.tables.iter().map(HashSet::capacity).sum()
    }
}
