//! The log, batch by batch: which command each is of, and what the core says of it.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use orchestration::commands::InterruptTurn;
use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, decide, project};

use super::catalogue::{About, Check, Checked};
use super::facts::Facts;
use crate::check::told;
use crate::describe;
use crate::engine::history::Answer;
use crate::engine::protocol::RequestId;

/// The log as the core sees it.
pub(in crate::engine) struct Witness {
    /// The model after so many events: before the first at index 0.
    pub(in crate::engine) models: Vec<OrchestrationReadModel>,
    /// The events.
    pub(in crate::engine) events: Vec<OrchestrationEvent>,
    /// The batches, in order. They end early where the log is not what the core would have written.
    pub(in crate::engine) batches: Vec<Batch>,
    /// The batches of each request that has one.
    pub(in crate::engine) of: BTreeMap<RequestId, Vec<Batch>>,
    /// The number before the first event that belongs to no batch, if there is one.
    pub(in crate::engine) diverged: Option<u64>,
}

/// A batch of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Batch {
    /// The number of the event before it.
    pub(in crate::engine) after: u64,
    /// The number of its last event.
    pub(in crate::engine) end: u64,
    /// The request that caused it; none, if it was the engine that recovered.
    pub(in crate::engine) request: Option<RequestId>,
}

impl Witness {
    /// The model that the log adds up to, up to a number; none if it does not reach so far.
    pub(super) fn model(&self, sequence: u64) -> Option<&OrchestrationReadModel> {
        self.models.get(usize::try_from(sequence).ok()?)
    }

    /// Whether a batch ends at this number, or none has begun: a command is decided nowhere else.
    pub(super) fn is_between_batches(&self, sequence: u64) -> bool {
        self.diverged.is_some_and(|diverged| sequence > diverged)
            || sequence == 0
            || self.batches.binary_search_by_key(&sequence, |batch| batch.end).is_ok()
    }
}

/// Reads the log, and says what is wrong with it.
pub(super) fn read(facts: &Facts<'_>, checked: &mut Checked) -> Witness {
    let mut reader = Reader::new(facts);
    numbers(facts, checked);
    while reader.witness.diverged.is_none() && reader.next < facts.log.len() {
        reader.batch(checked);
    }
    reader.recovery_ends(checked);
    for stored in facts.log.iter().skip(reader.next) {
        let before = reader.model().clone();
        reader.witness.models.push(project(before, &stored.event));
    }
    reader.witness
}

/// E1.
fn numbers(facts: &Facts<'_>, checked: &mut Checked) {
    for (stored, expected) in facts.log.iter().zip(1..) {
        let found = stored.sequence;
        checked.expect(Check::E1, found == expected, About::sequence(expected), || {
            format!("expected event {expected}, found {found}")
        });
    }
}

struct Reader<'a> {
    facts: &'a Facts<'a>,
    /// Which request was acknowledged with a number.
    acknowledged: BTreeMap<u64, RequestId>,
    /// The requests by the time that their command bears, which its events bear too.
    by_time: HashMap<DateTime<Utc>, Vec<RequestId>>,
    /// The number before the first of the batches of a recovery that is not known to have ended.
    recovering_since: Option<u64>,
    next: usize,
    witness: Witness,
}

impl<'a> Reader<'a> {
    fn new(facts: &'a Facts<'a>) -> Self {
        let mut by_time: HashMap<_, Vec<_>> = HashMap::new();
        for (request, asked) in &facts.requests {
            by_time.entry(asked.command.at()).or_default().push(*request);
        }
        let numbers = facts
            .requests
            .iter()
            .filter_map(|(request, asked)| Some((asked.acknowledged()?, *request)));
        Self {
            facts,
            acknowledged: numbers.collect(),
            by_time,
            recovering_since: None,
            next: 0,
            witness: Witness {
                models: vec![OrchestrationReadModel::default()],
                events: facts.log.iter().map(|stored| stored.event.clone()).collect(),
                batches: Vec::new(),
                of: BTreeMap::new(),
                diverged: None,
            },
        }
    }

    fn model(&self) -> &OrchestrationReadModel {
        &self.witness.models[self.next]
    }

    /// The events from here on that a batch of this size would have.
    fn here(&self, size: usize) -> impl Iterator<Item = &'a OrchestrationEvent> {
        self.facts
            .log
            .iter()
            .skip(self.next)
            .take(size)
            .map(|stored| &stored.event)
    }

    /// What the core decides for a command here, if that is what stands here.
    fn is_batch_of(&self, command: &OrchestrationCommand) -> Option<usize> {
        let events = decide(command, self.model()).ok()?;
        let is_here = self.next + events.len() <= self.facts.log.len() && self.here(events.len()).eq(&events);
        is_here.then_some(events.len())
    }

    /// Reads a batch, and goes on behind it; or says that there is none.
    fn batch(&mut self, checked: &mut Checked) {
        if let Some((request, size)) = self.sent() {
            self.recovery_ends(checked);
            checked.pass(Check::E2, true);
            checked.pass(Check::E3, true);
            checked.pass(Check::E5, size > 1);
            self.take(Some(request), size);
            self.repeated(request, checked);
            return;
        }
        if let Some(size) = self.recovered() {
            checked.pass(Check::E2, true);
            checked.pass(Check::E5, size > 1);
            self.recovering_since.get_or_insert(self.next as u64);
            self.take(None, size);
            return;
        }
        self.explain(checked);
        self.witness.diverged = Some(self.next as u64);
    }

    /// The request whose batch stands here, and how long that is. The one that was acknowledged so comes first, then those
    /// that nobody knows about yet.
    fn sent(&self) -> Option<(RequestId, usize)> {
        let first = self.facts.log.get(self.next)?;
        let here = self.next as u64;
        let acknowledged = self.acknowledged.range(here + 1..).next().and_then(|(end, request)| {
            let size = self.is_batch_of(self.facts.requests.get(request)?.command)?;
            (here + size as u64 == *end).then_some((*request, size))
        });
        acknowledged.or_else(|| {
            let candidates = self.by_time.get(&first.event.at())?;
            let unread = |request: &&RequestId| !self.witness.of.contains_key(*request);
            let again = candidates.iter().filter(|request| !unread(request));
            candidates.iter().filter(unread).chain(again).find_map(|request| {
                let size = self.is_batch_of(self.facts.requests.get(request)?.command)?;
                Some((*request, size))
            })
        })
    }

    /// How long the batch is that stands here, if it is of an interrupt that nobody sent.
    fn recovered(&self) -> Option<usize> {
        let OrchestrationEvent::TurnInterrupted(event) = &self.facts.log.get(self.next)?.event else {
            return None;
        };
        let interrupt = InterruptTurn {
            thread_id: event.thread_id,
            turn_id: event.turn_id,
            at: event.at,
        };
        self.is_batch_of(&interrupt.into())
    }

    fn take(&mut self, request: Option<RequestId>, size: usize) {
        let batch = Batch {
            after: self.next as u64,
            end: (self.next + size) as u64,
            request,
        };
        for stored in self.facts.log.iter().skip(self.next).take(size) {
            let before = self.model().clone();
            self.witness.models.push(project(before, &stored.event));
            self.next += 1;
        }
        self.witness.batches.push(batch);
        if let Some(request) = request {
            self.witness.of.entry(request).or_default().push(batch);
        }
    }

    /// E3 and E11: a command stands in the log as often as it may.
    fn repeated(&self, request: RequestId, checked: &mut Checked) {
        let Some((asked, batches)) = self.facts.requests.get(&request).zip(self.witness.of.get(&request)) else {
            return;
        };
        if asked.sent.len() > 1 && self.facts.deduplicates {
            let about = About::both(request, self.next as u64);
            checked.expect(Check::E11, batches.len() == 1, about, || {
                let ends: Vec<_> = batches.iter().map(|batch| batch.end.to_string()).collect();
                format!(
                    "{} was sent again over a crash, and took effect {} times: up to {}",
                    describe::command(asked.command),
                    batches.len(),
                    ends.join(" and ")
                )
            });
        } else if batches.len() > asked.sent.len() {
            let about = About::both(request, self.next as u64);
            let message = format!(
                "{} was sent {}, and stands in the log {} times",
                describe::command(asked.command),
                if asked.sent.len() == 1 {
                    "once".to_owned()
                } else {
                    format!("{} times", asked.sent.len())
                },
                batches.len()
            );
            checked.find(Check::E3, about, message);
        }
    }

    /// E3: batches that recovery wrote end where a start has ended.
    fn recovery_ends(&mut self, checked: &mut Checked) {
        let Some(since) = self.recovering_since.take() else {
            return;
        };
        let end = self.next as u64;
        let mut later_starts = self.facts.starts.iter().skip(1);
        let holds = later_starts.any(|start| start.sequence == end);
        checked.expect(Check::E3, holds, About::sequence(since + 1), || {
            format!(
                "the turn that event {} interrupts was interrupted by nobody, and not at a start either",
                since + 1
            )
        });
    }

    /// Says what is wrong with what stands here.
    fn explain(&self, checked: &mut Checked) {
        let Some(first) = self.facts.log.get(self.next) else {
            return;
        };
        let number = self.next as u64 + 1;
        let kind = first.event.kind();
        let acknowledged = self.acknowledged.range(number..).next().map(|(_, request)| *request);
        // What was to stand here is no guess, unless it begins as it should.
        let acknowledged = acknowledged.filter(|request| self.same_kinds(*request) > 0);
        let of_its_time = self.by_time.get(&first.event.at());
        let candidates = of_its_time
            .cloned()
            .unwrap_or_else(|| acknowledged.into_iter().collect());
        let Some((request, asked)) = self
            .best(&candidates)
            .and_then(|request| Some((request, self.facts.requests.get(&request)?)))
        else {
            let message = format!("event {number}, {kind}, is of no command that was sent");
            checked.find(Check::E3, About::sequence(number), message);
            return;
        };
        let about = About::both(request, number);
        let command = describe::command(asked.command);
        match decide(asked.command, self.model()) {
            Ok(events) => {
                let same = self
                    .here(events.len())
                    .zip(&events)
                    .take_while(|(found, expected)| found == expected)
                    .count();
                let (check, message) = match (events.get(same), self.facts.log.get(self.next + same)) {
                    (Some(expected), found)
                        if same > 0 && found.is_none_or(|found| found.event.kind() != expected.kind()) =>
                    {
                        (
                            Check::E5,
                            format!(
                                "of the {} events of {command} the log has only {same}: after event {} comes {}, not {}",
                                events.len(),
                                self.next + same,
                                found.map_or("nothing", |found| found.event.kind()),
                                expected.kind()
                            ),
                        )
                    }
                    (Some(expected), Some(found)) if found.event.kind() == expected.kind() => (
                        Check::E2,
                        format!(
                            "event {} of {command} is not as the core has it: {}",
                            self.next + same + 1,
                            told::between(expected, &found.event)
                        ),
                    ),
                    (expected, found) => (
                        Check::E2,
                        format!(
                            "event {} is {}: expected {}, for {command}",
                            self.next + same + 1,
                            found.map_or("not there", |found| found.event.kind()),
                            expected.map_or("no more", OrchestrationEvent::kind)
                        ),
                    ),
                };
                checked.find(check, about, message);
            }
            Err(error) => {
                let is_refused = matches!(asked.answer, Some((_, Answer::Rejected { .. })));
                let is_taken = self.witness.of.contains_key(&request);
                let (check, why) = match (is_refused, is_taken) {
                    (true, false) => (Check::E6, "was refused, and stands in the log all the same"),
                    (_, true) if self.facts.deduplicates && asked.sent.len() > 1 => {
                        (Check::E11, "stands in the log a second time")
                    }
                    (_, true) => (Check::E3, "stands in the log more often than it was sent"),
                    (false, false) => (Check::E2, "stands in the log, though the core refuses it there"),
                };
                let message = format!(
                    "{command} {why}: event {number} is {kind}, and the core says {} ({error})",
                    error.kind()
                );
                checked.find(check, about, message);
            }
        }
    }

    /// Of several requests the one that what stands here is most likely of: what the core decides for it begins in the same
    /// way. Of several that are as likely it is the first.
    fn best(&self, candidates: &[RequestId]) -> Option<RequestId> {
        let likely = candidates.iter().rev();
        likely.copied().max_by_key(|request| self.same_kinds(*request))
    }

    /// How many events stand here of the kinds that the core decides for a request.
    fn same_kinds(&self, request: RequestId) -> usize {
        let asked = self.facts.requests.get(&request);
        let events = asked.and_then(|asked| decide(asked.command, self.model()).ok());
        let events = events.unwrap_or_default();
        let pairs = self.here(events.len()).zip(&events);
        pairs
            .take_while(|(found, expected)| found.kind() == expected.kind())
            .count()
    }
}
