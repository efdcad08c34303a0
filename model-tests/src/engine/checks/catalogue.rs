//! The names and sentences of what is checked of an engine.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::check::invariants::catalogue;
use crate::engine::protocol::RequestId;

catalogue! {
    /// Something that is always true of a correct engine.
    Check,
    /// No check has this name.
    #[error("there is no check {name} of engines: expected E1 to E12")]
    UnknownCheck:
    E1 "the log is numbered from 1, without a gap or a repeat",
    E2 "every batch in the log is what the core decides for its command on the model before it: no event more, less or other",
    E3 "every batch in the log is of a command that was sent, or, right after a start, of an `InterruptTurn` by which the engine recovered",
    E4 "what was acknowledged is in the log, at the number that was named, and stays: a crash takes nothing back of what the log had",
    E5 "a batch is in the log whole, or not at all",
    E6 "a refusal is what the core answers on the model that it names, or else on some model between the call and the reply; nothing of it is in the log",
    E7 "what was sent after something else was acknowledged stands behind it in the log",
    E8 "a model that is read is what the log adds up to, up to the number that it names, and is never older than what had been told before",
    E9 "a subscriber gets every event after its start once, in order and as it is stored, and none that a crash then takes back",
    E10 "after a start the model is legal, and if the engine says that it recovers, no turn is active",
    E11 "if the engine says that it deduplicates, a command that is sent again over a crash takes effect once, and gets the answer of that once",
    E12 "a snapshot changes nothing: the model after a restart with one is that of the log",
}

/// Something that did not hold of an engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which check found it.
    pub check: Check,
    /// What was found instead, naming the things involved.
    pub message: String,
    /// The request that it is about, if it is about one.
    pub request: Option<RequestId>,
    /// The number in the log that it is about, if it is about one.
    pub sequence: Option<u64>,
}

/// How often each check was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// How often there was something to look at.
    pub asked: u64,
    /// How often that could have gone wrong: a torn batch needs one of several events.
    pub could_fail: u64,
}

/// A [`Count`] for each check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    counts: [Count; Check::ALL.len()],
}

impl Tally {
    /// The count of one check.
    #[must_use]
    pub const fn of(&self, check: Check) -> Count {
        self.counts[check as usize]
    }

    /// Every check with its count, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Check, Count)> {
        Check::ALL.iter().copied().zip(self.counts)
    }
}

impl Serialize for Tally {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.counts.len()))?;
        for (check, count) in self.iter() {
            map.serialize_entry(check.name(), &count)?;
        }
        map.end()
    }
}

/// What checking found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How often each check was made.
    pub tally: Tally,
    /// What did not hold, the most telling first.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Notes a check that could have failed, and whether it has. What is found is told by its message, and by what it is about.
    pub(super) fn expect(&mut self, check: Check, holds: bool, about: About, message: impl FnOnce() -> String) {
        self.pass(check, true);
        if !holds {
            self.find(check, about, message());
        }
    }

    /// Notes a check that found nothing wrong, and whether it could have.
    pub(super) fn pass(&mut self, check: Check, could_fail: bool) {
        let count = &mut self.tally.counts[check as usize];
        count.asked += 1;
        count.could_fail += u64::from(could_fail);
    }

    /// Notes what did not hold.
    pub(super) fn find(&mut self, check: Check, about: About, message: String) {
        self.findings.push(Finding {
            check,
            message,
            request: about.request,
            sequence: about.sequence,
        });
    }
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct About {
    pub(super) request: Option<RequestId>,
    pub(super) sequence: Option<u64>,
}

impl About {
    pub(super) const fn request(request: RequestId) -> Self {
        Self {
            request: Some(request),
            sequence: None,
        }
    }

    pub(super) const fn sequence(sequence: u64) -> Self {
        Self {
            request: None,
            sequence: Some(sequence),
        }
    }

    pub(super) const fn both(request: RequestId, sequence: u64) -> Self {
        Self {
            request: Some(request),
            sequence: Some(sequence),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_found_by_its_name() {
        for check in Check::ALL {
            assert_eq!(check.name().parse(), Ok(*check));
        }
        assert_eq!(
            "E13".parse::<Check>().unwrap_err().to_string(),
            "there is no check E13 of engines: expected E1 to E12"
        );
    }
}
