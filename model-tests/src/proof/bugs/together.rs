//! Several bugs in one core.
//!
//! A subject is three function pointers, which remember nothing. So the bugs that are planted together are those of the
//! whole process, and are named once.

use std::sync::OnceLock;

use orchestration::{
    DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, ReplayError, Snapshot, StoredEvent,
};
use thiserror::Error;

use super::{Bug, UnknownBug, named};
use crate::subject::Subject;

static TOGETHER: OnceLock<Vec<&'static Bug>> = OnceLock::new();

/// Why bugs are not planted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CannotPlant {
    /// There is no such bug.
    #[error(transparent)]
    Unknown(#[from] UnknownBug),
    /// The process has other bugs together already.
    #[error("this process has planted {planted} together: it cannot plant {wanted} as well")]
    Others {
        /// The bugs that are planted.
        planted: String,
        /// Those that were to be.
        wanted: String,
    },
}

/// The core with the bugs in it that are named, with commas between them.
///
/// Each part of the core does what the first of the bugs does that does otherwise than the core.
///
/// # Errors
///
/// [`CannotPlant`]: a name is that of no bug, or the process has planted several others.
pub fn planted(names: &str) -> Result<Subject, CannotPlant> {
    let bugs = names
        .split(',')
        .map(|name| named(name.trim()))
        .collect::<Result<Vec<_>, _>>()?;
    if let [bug] = bugs.as_slice() {
        return Ok(bug.subject);
    }
    let wanted = ids(&bugs);
    let planted = ids(TOGETHER.get_or_init(|| bugs));
    if planted != wanted {
        return Err(CannotPlant::Others { planted, wanted });
    }
    Ok(Subject::CORE
        .with_decider(decide)
        .with_projector(project)
        .with_replay(apply))
}

fn ids(bugs: &[&Bug]) -> String {
    bugs.iter().map(|bug| bug.id).collect::<Vec<_>>().join(",")
}

/// What the first bug makes of something that makes other than the core makes of it.
fn first_that_differs<T: PartialEq>(of_core: T, of_bug: impl Fn(&Subject) -> T) -> T {
    let bugs = TOGETHER.get().into_iter().flatten();
    bugs.map(|bug| of_bug(&bug.subject))
        .find(|made| *made != of_core)
        .unwrap_or(of_core)
}

fn decide(
    command: &OrchestrationCommand,
    model: &OrchestrationReadModel,
) -> Result<Vec<OrchestrationEvent>, DeciderError> {
    first_that_differs(orchestration::decide(command, model), |bug| bug.decide(command, model))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of a projector")]
fn project(model: OrchestrationReadModel, event: &OrchestrationEvent) -> OrchestrationReadModel {
    let of_core = orchestration::project(model.clone(), event);
    first_that_differs(of_core, |bug| bug.project(model.clone(), event))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of a replay")]
fn apply(snapshot: Snapshot, stored: &StoredEvent) -> Result<Snapshot, ReplayError> {
    let of_core = snapshot.clone().apply(stored);
    first_that_differs(of_core, |bug| bug.apply(snapshot.clone(), stored))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::invariants::Invariant;
    use crate::search::explore::{Options, Progress, Scope, explore};
    use crate::search::fuzzing::{Checked, Target};

    // One test: the bugs that are planted together are those of the process.
    #[test]
    fn bugs_that_are_planted_together_are_all_there_and_no_others_can_be_planted_after_them() {
        let names = "path-taken-twice, orphan-event-panics";
        let subject = planted(names).expect("both are planted");
        let explored = explore(
            subject,
            &Options::new(Scope::TINY),
            &Progress::default(),
            &std::sync::atomic::AtomicBool::new(false),
        );
        let found = explored.expect("it is explored").found.expect("a bug is found");
        assert_eq!(found.violation.invariant, Invariant::S2);

        // A bug that a projector has is found by events alone.
        let finds = |subject: Subject| {
            (0_u32..2_000).find_map(|number| {
                let bytes: Vec<u8> = (0..64_u32)
                    .flat_map(|place| (number * 64 + place).wrapping_mul(0x9E37_79B9).to_be_bytes())
                    .collect();
                let Checked { found, .. } = Target::EventStream.check(subject, &bytes);
                found.map(|found| found.violation.invariant)
            })
        };
        let alone = named("orphan-event-panics").expect("it is planted").subject;
        assert_eq!(finds(subject), finds(alone));
        assert!(finds(alone).is_some());

        assert_eq!(planted(names).map(|_| ()), Ok(()));
        assert!(matches!(
            planted("delete-twice,start-while-running"),
            Err(CannotPlant::Others { .. })
        ));
        assert_eq!(planted("delete-twice").map(|_| ()), Ok(()));
    }

    #[test]
    fn a_name_of_no_bug_is_refused_wherever_it_stands() {
        let error = planted("delete-twice,no-such-bug").expect_err("there is no such bug");
        assert!(
            error.to_string().starts_with("there is no planted bug no-such-bug"),
            "{error}"
        );
    }
}
