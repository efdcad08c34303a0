//! What a history says, by what it is about.

use std::collections::BTreeMap;

use orchestration::{OrchestrationCommand, StoredEvent};

use crate::engine::history::{Answer, History, Moment};
use crate::engine::protocol::RequestId;

/// What a history says. A time is the index of a moment.
pub(in crate::engine) struct Facts<'a> {
    /// The log, as it was read last.
    pub(super) log: Vec<StoredEvent>,
    /// Each time that the log was read and had lost or changed something: how much was kept, and how much there was.
    pub(super) lost: Vec<Lost>,
    /// How often the log was read again.
    pub(super) reread: u64,
    pub(in crate::engine) requests: BTreeMap<RequestId, Asked<'a>>,
    /// Every start, in order.
    pub(super) starts: Vec<Start>,
    /// What was known of the log, from which time on: both grow.
    known: Vec<(usize, u64)>,
    pub(super) deduplicates: bool,
    pub(super) recovers: bool,
}

/// The log was shorter, or other, than it was before.
pub(super) struct Lost {
    pub(super) kept: u64,
    pub(super) before: u64,
}

/// A start of the engine.
pub(super) struct Start {
    /// The number of the last event when it was open.
    pub(super) sequence: u64,
}

/// A command, and what its client saw of it.
pub(in crate::engine) struct Asked<'a> {
    pub(in crate::engine) client: u32,
    pub(in crate::engine) command: &'a OrchestrationCommand,
    /// When it was sent: more than once, if a crash came before the answer.
    pub(in crate::engine) sent: Vec<usize>,
    /// When it was answered, and how.
    pub(in crate::engine) answer: Option<(usize, &'a Answer)>,
}

impl Asked<'_> {
    pub(super) fn first_sent(&self) -> usize {
        self.sent.first().copied().unwrap_or_default()
    }

    pub(super) fn last_sent(&self) -> usize {
        self.sent.last().copied().unwrap_or_default()
    }

    /// The number that it was acknowledged with, if it was.
    pub(super) fn acknowledged(&self) -> Option<u64> {
        match self.answer {
            Some((_, Answer::Accepted { sequence })) => Some(*sequence),
            Some((_, Answer::Rejected { .. })) | None => None,
        }
    }
}

impl<'a> Facts<'a> {
    pub(in crate::engine) fn of(history: &'a History) -> Self {
        let mut facts = Self {
            log: Vec::new(),
            lost: Vec::new(),
            reread: 0,
            requests: BTreeMap::new(),
            starts: Vec::new(),
            known: Vec::new(),
            deduplicates: false,
            recovers: false,
        };
        for (time, moment) in history.moments.iter().enumerate() {
            facts.note(time, moment);
        }
        facts
    }

    fn note(&mut self, time: usize, moment: &'a Moment) {
        match moment {
            Moment::Opened { opened } => {
                self.deduplicates |= opened.deduplicates;
                self.recovers |= opened.recovers;
                let sequence = opened.sequence;
                self.starts.push(Start { sequence });
                self.know(time, sequence);
            }
            Moment::Log { kept, then } => {
                let before = self.log.len();
                self.reread += u64::from(before > 0);
                if *kept < before {
                    self.lost.push(Lost {
                        kept: *kept as u64,
                        before: before as u64,
                    });
                }
                self.log.truncate(*kept);
                self.log.extend_from_slice(then);
            }
            Moment::Sent {
                request,
                command,
                client,
            } => {
                let asked = self.requests.entry(*request).or_insert_with(|| Asked {
                    client: *client,
                    command,
                    sent: Vec::new(),
                    answer: None,
                });
                asked.sent.push(time);
            }
            Moment::Answered { request, answer } => {
                if let Some(asked) = self.requests.get_mut(request) {
                    asked.answer = Some((time, answer));
                }
                if let Answer::Accepted { sequence } = answer {
                    self.know(time, *sequence);
                }
            }
            Moment::Read { sequence, .. } => self.know(time, *sequence),
            Moment::Asked { .. }
            | Moment::Snapshot { .. }
            | Moment::Subscribed { .. }
            | Moment::Delivered { .. }
            | Moment::Armed { .. }
            | Moment::Crashed { .. } => {}
        }
    }

    fn know(&mut self, time: usize, sequence: u64) {
        if self.known.last().is_none_or(|(_, known)| *known < sequence) {
            self.known.push((time, sequence));
        }
    }

    /// The greatest number that the engine had named before a time: whatever it did later, it did with these events there.
    pub(super) fn known_before(&self, time: usize) -> u64 {
        let count = self.known.partition_point(|(known_at, _)| *known_at < time);
        count.checked_sub(1).map_or(0, |last| self.known[last].1)
    }
}
