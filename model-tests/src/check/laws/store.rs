//! A store in miniature, used the way an engine uses one: a log, and a snapshot that is a cache of it.

use chrono::{DateTime, Utc};
use orchestration::{OrchestrationEvent, Snapshot, SnapshotHeader, StoredEvent};

use crate::subject::Subject;

/// What the clock of a store shows at the ticks of a round: seconds and nanoseconds since the round began. It stands, ticks by
/// the nanosecond, jumps ahead and is set back; early in the round, so that a few events are enough to see it.
const ROUND: [(i64, u32); 8] = [
    (31_536_000, 500),
    (0, 0),
    (0, 0),
    (-3_600, 250_000_000),
    (-3_599, 250_000_000),
    (0, 1),
    (0, 999_999_999),
    (1, 500_000),
];

/// What a store's clock shows at a tick. It ticks at each event: as long as no tail of the log is lost, the tick is the
/// event's sequence.
///
/// It moves as real clocks do, with one exception: two ticks that are more than one apart never show the same time. By that a
/// log is told from one that has lost its tail.
fn time_of_tick(tick: u64) -> DateTime<Utc> {
    /// How many seconds apart rounds begin: a difference that no two times of a round have.
    const APART: i64 = 2;
    let length = ROUND.len() as u64;
    let round = i64::try_from(tick / length).unwrap_or(i64::MAX);
    let place = usize::try_from(tick % length).unwrap_or_default();
    let (seconds, nanoseconds) = ROUND.get(place).copied().unwrap_or_default();
    let seconds = round.saturating_mul(APART).saturating_add(seconds);
    DateTime::from_timestamp(seconds, nanoseconds).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// A log and a snapshot, which may be older than the log's end, and may have been taken of another log.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    log: Vec<StoredEvent>,
    /// As it was written.
    snapshot: Vec<u8>,
    /// How often the clock has ticked: once for each event, whatever log it came to.
    ticks: u64,
}

impl Store {
    /// How many events the log has.
    pub(super) const fn len(&self) -> usize {
        self.log.len()
    }

    /// Appends events, and advances the live model with them.
    pub(super) fn append(&mut self, subject: Subject, live: &mut Snapshot, events: &[OrchestrationEvent]) {
        for event in events {
            self.ticks = self.ticks.saturating_add(1);
            let stored = StoredEvent {
                sequence: live.sequence.saturating_add(1),
                stored_at: time_of_tick(self.ticks),
                event: event.clone(),
            };
            *live = advanced(subject, std::mem::take(live), &stored);
            self.log.push(stored);
        }
    }

    /// The log.
    pub(super) fn log(&self) -> &[StoredEvent] {
        &self.log
    }

    /// Writes a snapshot in place of the last one.
    pub(super) fn write_snapshot(&mut self, live: &Snapshot) -> serde_json::Result<()> {
        self.snapshot = serde_json::to_vec(live)?;
        Ok(())
    }

    /// Loses all but the first events of the log, as restoring a backup does; the snapshot stays. It takes a while.
    pub(super) fn lose_tail(&mut self, length: usize) {
        /// At least two: whatever comes to the log then comes at another time than what was lost.
        const A_WHILE: u64 = 2;
        self.log.truncate(length);
        self.ticks = self.ticks.saturating_add(A_WHILE);
    }

    /// The live model after a restart: the snapshot, if there is one and it is of this log, and the rest of the log.
    ///
    /// # Errors
    ///
    /// Why the snapshot cannot be read, which it should be.
    pub(super) fn recover(&self, subject: Subject) -> Result<Snapshot, String> {
        let snapshot = self.load(subject)?;
        let rest = self.log.iter().filter(|stored| stored.sequence > snapshot.sequence);
        let after = rest.cloned().collect::<Vec<_>>();
        Ok(after
            .iter()
            .fold(snapshot, |snapshot, stored| advanced(subject, snapshot, stored)))
    }

    /// The snapshot, if there is one and it is of this log, and else the empty one.
    fn load(&self, subject: Subject) -> Result<Snapshot, String> {
        if self.snapshot.is_empty() {
            return Ok(Snapshot::default());
        }
        let header: SnapshotHeader = serde_json::from_slice(&self.snapshot).map_err(|error| error.to_string())?;
        header.check().map_err(|error| error.to_string())?;
        let snapshot: Snapshot = serde_json::from_slice(&self.snapshot).map_err(|error| error.to_string())?;
        let last = self.log.iter().rfind(|stored| stored.sequence <= snapshot.sequence);
        let is_of_this_log = last.is_some_and(|last| subject.check_log(&snapshot, last).is_ok());
        Ok(if is_of_this_log { snapshot } else { Snapshot::default() })
    }
}

/// The snapshot with the next event in it, as the subject's projector sees it: how stored events are applied has a law of
/// its own.
fn advanced(subject: Subject, snapshot: Snapshot, stored: &StoredEvent) -> Snapshot {
    Snapshot {
        sequence: stored.sequence,
        stored_at: Some(stored.stored_at),
        model: subject.project(snapshot.model, &stored.event),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::time_of_tick;

    #[test]
    fn no_two_ticks_show_the_same_time_but_one_and_the_next() {
        let mut ticks = HashMap::new();
        let mut stands = 0;
        for tick in 0..10_000 {
            if let Some(earlier) = ticks.insert(time_of_tick(tick), tick) {
                assert_eq!(earlier + 1, tick);
                stands += 1;
            }
        }
        assert_eq!(stands, 1_250);
    }

    #[test]
    fn the_clock_goes_back_and_there_is_a_time_for_every_tick() {
        assert!((0..16).any(|tick| time_of_tick(tick + 1) < time_of_tick(tick)));
        assert!(time_of_tick(u64::MAX) > time_of_tick(0));
    }
}
