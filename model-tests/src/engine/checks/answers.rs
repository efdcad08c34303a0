//! What clients were told of their commands, held against the log: E4, E6, E7 and E11.

use orchestration::{DeciderError, decide};

use super::catalogue::{About, Check, Checked};
use super::facts::{Asked, Facts};
use super::witness::Witness;
use crate::check::told;
use crate::describe;
use crate::engine::history::Answer;
use crate::engine::protocol::RequestId;
use crate::subject::Decided;

pub(super) fn check(facts: &Facts<'_>, witness: &Witness, checked: &mut Checked) {
    keeps_the_log(facts, checked);
    let bounds = Bounds::of(facts, witness);
    for (request, asked) in &facts.requests {
        let about = About::request(*request);
        match asked.answer {
            Some((_, Answer::Accepted { sequence })) => {
                acknowledged(facts, witness, (*request, asked), *sequence, checked);
            }
            Some((time, Answer::Rejected { error, sequence })) => {
                let refusal = Refusal {
                    asked,
                    error,
                    sequence: *sequence,
                    oldest: facts.known_before(asked.last_sent()),
                    newest: bounds.newest(time),
                };
                if asked.sent.len() == 1 || facts.deduplicates {
                    is_not_stored(facts, witness, (*request, asked), checked);
                }
                let wrong = refusal.wrong(witness);
                checked.expect(Check::E6, wrong.is_none(), about, || wrong.unwrap_or_default());
            }
            None => {}
        }
        in_real_time(facts, witness, (*request, asked), checked);
    }
}

/// E4: no crash took back what the log had.
fn keeps_the_log(facts: &Facts<'_>, checked: &mut Checked) {
    for _ in 0..facts.reread {
        checked.pass(Check::E4, true);
    }
    for lost in &facts.lost {
        let about = About::sequence(lost.kept + 1);
        let message = format!(
            "the log had {} events, and after a restart event {} is another or gone",
            lost.before,
            lost.kept + 1
        );
        checked.find(Check::E4, about, message);
    }
}

/// E4: what was acknowledged is there, where it was said to be.
fn acknowledged(
    facts: &Facts<'_>,
    witness: &Witness,
    (request, asked): (RequestId, &Asked<'_>),
    sequence: u64,
    checked: &mut Checked,
) {
    let batches = witness.of.get(&request);
    let is_there = batches.is_some_and(|batches| batches.iter().any(|batch| batch.end == sequence));
    // Behind what the core would not have written nobody can tell.
    if !is_there && sequence <= facts.log.len() as u64 && witness.diverged.is_some_and(|diverged| diverged < sequence) {
        return;
    }
    let about = About::both(request, sequence);
    checked.expect(Check::E4, is_there, about, || {
        let command = describe::command(asked.command);
        let found = match batches.and_then(|batches| batches.last()) {
            Some(batch) => format!("it stands up to event {}", batch.end),
            None if sequence > facts.log.len() as u64 => format!("the log ends at {}", facts.log.len()),
            None => "it is not there".to_owned(),
        };
        format!("{command} was acknowledged up to event {sequence}, and {found}")
    });
}

/// E6 and E11: nothing of what was refused is in the log.
fn is_not_stored(
    facts: &Facts<'_>,
    witness: &Witness,
    (request, asked): (RequestId, &Asked<'_>),
    checked: &mut Checked,
) {
    let Some(batch) = witness.of.get(&request).and_then(|batches| batches.last()) else {
        return;
    };
    let check = if asked.sent.len() > 1 && facts.deduplicates {
        Check::E11
    } else {
        Check::E6
    };
    let message = format!(
        "{} was refused, and stands in the log up to event {}",
        describe::command(asked.command),
        batch.end
    );
    checked.find(check, About::both(request, batch.end), message);
}

/// E7: nothing stands before what was acknowledged before it was sent.
fn in_real_time(
    facts: &Facts<'_>,
    witness: &Witness,
    (request, asked): (RequestId, &Asked<'_>),
    checked: &mut Checked,
) {
    let known = facts.known_before(asked.first_sent());
    for batch in witness.of.get(&request).into_iter().flatten() {
        checked.expect(Check::E7, batch.after >= known, About::both(request, batch.end), || {
            format!(
                "{} was sent when event {known} had been told of, and stands before it, up to event {}",
                describe::command(asked.command),
                batch.end
            )
        });
    }
}

/// How far the log can have come, at most, by a time.
struct Bounds {
    /// For each batch the earliest time at which the log can have had it, and its last number: both grow.
    earliest: Vec<(usize, u64)>,
    length: u64,
}

impl Bounds {
    fn of(facts: &Facts<'_>, witness: &Witness) -> Self {
        let mut time = 0;
        let earliest = witness.batches.iter().map(|batch| {
            let sent = batch
                .request
                .and_then(|request| facts.requests.get(&request))
                .map(Asked::first_sent);
            time = time.max(sent.unwrap_or_default());
            (time, batch.end)
        });
        Self {
            earliest: earliest.collect(),
            length: if witness.diverged.is_some() {
                facts.log.len() as u64
            } else {
                0
            },
        }
    }

    /// The greatest number that there can have been at a time.
    fn newest(&self, time: usize) -> u64 {
        let count = self.earliest.partition_point(|(earliest, _)| *earliest < time);
        let batch = count.checked_sub(1).map_or(0, |last| self.earliest[last].1);
        if count == self.earliest.len() {
            batch.max(self.length)
        } else {
            batch
        }
    }
}

/// A refusal, and the models between its call and its reply.
struct Refusal<'a> {
    asked: &'a Asked<'a>,
    error: &'a DeciderError,
    sequence: Option<u64>,
    oldest: u64,
    newest: u64,
}

impl Refusal<'_> {
    /// What is wrong with it.
    fn wrong(&self, witness: &Witness) -> Option<String> {
        let command = describe::command(self.asked.command);
        let Self {
            error, oldest, newest, ..
        } = self;
        let Some(named) = self.sequence else {
            let mut models = (*oldest..=*newest).filter(|sequence| witness.is_between_batches(*sequence));
            let is_true = models.any(|sequence| {
                self.says(witness, sequence)
                    .is_some_and(|said| said.as_ref().err() == Some(*error))
            });
            return (!is_true).then(|| {
                format!(
                    "{command} was refused with {} ({error}), which the core says on no model from event {oldest} to {newest}",
                    error.kind()
                )
            });
        };
        if named < *oldest {
            return Some(format!(
                "{command} was refused with {} on the model of event {named}, though event {oldest} had been told of before it was sent",
                error.kind()
            ));
        }
        let Some(said) = self.says(witness, named) else {
            return Some(format!(
                "{command} was refused on the model of event {named}, and the log ends at {}",
                witness.models.len() - 1
            ));
        };
        if named > *newest {
            return Some(format!(
                "{command} was refused on the model of event {named}, which was not yet sent for: the log had {newest} at the most"
            ));
        }
        if !witness.is_between_batches(named) {
            return Some(format!(
                "{command} was refused on the model of event {named}, which is in the midst of a batch"
            ));
        }
        match said {
            Ok(_) => Some(format!(
                "{command} was refused with {} ({error}), and the core accepts it on the model of event {named}",
                error.kind()
            )),
            Err(said) if said != **error => Some(format!(
                "{command} was refused on the model of event {named}, and the core says otherwise: {}",
                told::between(&said, *error)
            )),
            Err(_) => None,
        }
    }

    /// What the core says on a model, if there is such a model.
    fn says(&self, witness: &Witness, sequence: u64) -> Option<Decided> {
        Some(decide(self.asked.command, witness.model(sequence)?))
    }
}
