//! What the harness knows of the log: as it was read, and as it was published since.

use orchestration::{Snapshot, StoredEvent};

/// What is known of the log.
#[derive(Debug, Default)]
pub(in crate::engine) struct Knowledge {
    /// What it adds up to as far as it is known.
    known: Snapshot,
    /// What `known` is made of.
    news: Vec<StoredEvent>,
    /// As it was read last.
    log: Vec<StoredEvent>,
}

impl Knowledge {
    /// What the log adds up to as far as it is known.
    pub(in crate::engine) const fn known(&self) -> &Snapshot {
        &self.known
    }

    /// How many events the log had when it was read last.
    pub(super) fn length(&self) -> u64 {
        self.log.len() as u64
    }

    /// What is known of the log since an event.
    pub(in crate::engine) fn since(&self, sequence: u64) -> &[StoredEvent] {
        let first = self.news.partition_point(|stored| stored.sequence <= sequence);
        self.news.get(first..).unwrap_or_default()
    }

    /// Learns the whole log. Gives how much of what it was before still stands at its front, and what comes then.
    pub(super) fn reads(&mut self, mut log: Vec<StoredEvent>) -> (usize, Vec<StoredEvent>) {
        let kept = self.log.iter().zip(&log).take_while(|(old, new)| old == new).count();
        let then = log.split_off(kept);
        let is_shorter = kept < self.log.len();
        self.log.truncate(kept);
        self.log.extend_from_slice(&then);
        // What was published and is not in the log was taken back.
        if is_shorter || !self.log.starts_with(&self.news) {
            self.known = Snapshot::default();
            self.news.clear();
        }
        let later: Vec<_> = self.log.iter().skip(self.news.len()).cloned().collect();
        for stored in &later {
            self.hears(stored);
        }
        (kept, then)
    }

    /// Learns of an event that was published. What is no next event changes nothing; a check says what is wrong with it.
    pub(super) fn hears(&mut self, stored: &StoredEvent) {
        if self.known.advance(stored).is_ok() {
            self.news.push(stored.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use orchestration::chrono::{DateTime, TimeDelta};
    use orchestration::events::ProjectCreated;
    use orchestration::uuid::Uuid;

    use super::*;

    fn created(sequence: u64, id: u128) -> StoredEvent {
        let at = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let event = ProjectCreated {
            project_id: Uuid::from_u128(id).into(),
            path: format!("/{id}").parse().expect("a path"),
            name: "repo".parse().expect("a name"),
            at,
        };
        StoredEvent {
            sequence,
            event: event.into(),
            stored_at: at,
        }
    }

    #[test]
    fn what_was_published_is_known_before_it_is_read() {
        let mut knowledge = Knowledge::default();
        assert_eq!(knowledge.reads(vec![created(1, 1)]), (0, vec![created(1, 1)]));
        knowledge.hears(&created(2, 2));
        assert_eq!((knowledge.known().sequence, knowledge.length()), (2, 1));
        assert_eq!(knowledge.since(1), [created(2, 2)]);
        assert_eq!(
            knowledge.reads(vec![created(1, 1), created(2, 2)]),
            (1, vec![created(2, 2)])
        );
    }

    #[test]
    fn what_was_taken_back_is_not_known_any_more() {
        let mut knowledge = Knowledge::default();
        knowledge.hears(&created(1, 1));
        knowledge.hears(&created(2, 2));
        assert_eq!(knowledge.reads(vec![created(1, 1), created(2, 3)]).0, 0);
        assert_eq!(knowledge.since(0), [created(1, 1), created(2, 3)]);
        assert_eq!(knowledge.reads(vec![created(1, 1)]), (1, vec![]));
        assert_eq!((knowledge.known().sequence, knowledge.length()), (1, 1));
    }

    #[test]
    fn what_does_not_come_next_is_not_learned() {
        let mut knowledge = Knowledge::default();
        knowledge.hears(&created(2, 2));
        assert_eq!(knowledge.since(0), []);
    }
}
