//! How tasks end: their verdict, and the exit status that says so.

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use anstyle::Style;
use bytesize::ByteSize;
use indicatif::HumanCount;
use model_tests::search::explore::Forecast;
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::output::{self, say, tell};
use crate::stop::{self, Stopped};
use crate::style::{BAD, GOOD, UNSURE};

/// What to say of exit statuses where the usage is explained.
pub const EXIT_STATUSES: &str = "Exit status:
  0    clean: all was carried out, and nothing was wrong
  1    violated: an invariant does not hold, the core and the reference machine disagree, something that can be
       reached was not, a planted bug escapes, or what is kept in the repository is stale
  2    the usage or the input is bad, or what was asked for could not be written
  3    incomplete: nothing was wrong so far, but not all was carried out; why is said
  130  incomplete, after an interrupt (Ctrl-C)";

/// How a task ended that could be carried out, or begun to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All was carried out, and nothing was wrong.
    Clean,
    /// Something was wrong: an invariant was violated, or what can be reached was not.
    Violated,
    /// Nothing was wrong with what was carried out, but that was not all.
    Incomplete(Vec<Reason>),
}

/// Why not all was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What was not carried out, or not to its end.
    pub what: String,
    /// Why.
    pub cause: Cause,
}

/// What ended something before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Ctrl-C.
    Interrupted,
    /// It took longer than it was given.
    TimeLimit(Duration),
    /// The program took more memory than it was given.
    MemoryLimit {
        /// How much it was given, in bytes.
        limit: u64,
        /// How much it took, in bytes.
        taken: u64,
    },
    /// There are more states than it was to visit.
    MostStates(u64),
    /// There are more states than there is memory for.
    WillNotFit(Forecast),
    /// What came before it ended before its time.
    NotBegun,
    /// It failed, or was given up; more is told elsewhere.
    Failed,
    /// So many cells of the coverage table were not reached by what was carried out.
    Unreached(usize),
}

impl Verdict {
    /// The verdict on something in which a fault was found or not, and which was carried out but for some reasons.
    pub fn new(is_violated: bool, reasons: Vec<Reason>) -> Self {
        match (is_violated, reasons.is_empty()) {
            (true, _) => Self::Violated,
            (false, true) => Self::Clean,
            (false, false) => Self::Incomplete(reasons),
        }
    }

    /// The word for it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Violated => "violated",
            Self::Incomplete(_) => "incomplete",
        }
    }

    /// Why not all was carried out; nothing if all was, or if it does not matter any more.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Clean | Self::Violated => &[],
            Self::Incomplete(reasons) => reasons,
        }
    }

    /// The exit status that says so, as [`EXIT_STATUSES`] explains.
    pub fn status(&self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Violated => 1,
            Self::Incomplete(reasons) if reasons.iter().any(|reason| reason.cause == Cause::Interrupted) => 130,
            Self::Incomplete(_) => 3,
        }
    }

    const fn style(&self) -> Style {
        match self {
            Self::Clean => GOOD,
            Self::Violated => BAD,
            Self::Incomplete(_) => UNSURE,
        }
    }

    /// Tells on standard error why it is incomplete, if it is.
    pub fn tell(&self) {
        for reason in self.reasons() {
            tell!("incomplete: {reason}");
        }
    }

    /// Prints it as the last line of what a task prints, with the reasons for an incomplete one.
    pub fn print(&self) {
        let style = self.style();
        say!("\nverdict: {style}{self}{style:#}");
        for reason in self.reasons() {
            say!("  {reason}");
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl Serialize for Verdict {
    /// For machines: an object that is to be flattened into another.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let reasons: Vec<_> = self.reasons().iter().map(Reason::to_string).collect();
        let mut fields = serializer.serialize_struct("Verdict", 2)?;
        fields.serialize_field("verdict", self.name())?;
        fields.serialize_field("incomplete_because", &reasons)?;
        fields.end()
    }
}

/// The result of a task, for machines: the verdict before all else.
#[derive(Serialize)]
pub struct Judged<'a, T> {
    /// The verdict.
    #[serde(flatten)]
    pub verdict: &'a Verdict,
    /// On what.
    #[serde(flatten)]
    pub on: T,
}

impl Reason {
    /// Something did not finish, for this cause.
    pub fn new(what: impl Into<String>, cause: Cause) -> Self {
        Self {
            what: what.into(),
            cause,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.what, self.cause)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => formatter.write_str("interrupted"),
            Self::TimeLimit(limit) => write!(
                formatter,
                "stopped at the time limit of {}",
                humantime::format_duration(*limit)
            ),
            Self::MemoryLimit { limit, taken } => write!(
                formatter,
                "stopped at the memory limit of {}, with {} taken",
                ByteSize(*limit),
                ByteSize(*taken)
            ),
            Self::MostStates(most) => write!(formatter, "there are more states than the {most} it was to visit"),
            Self::WillNotFit(forecast) => write!(
                formatter,
                "it will not fit into memory: about {} more states of {} each would come next, which makes {} in all, and \
                 the limit is {}",
                HumanCount(forecast.states),
                ByteSize(forecast.bytes_per_state),
                ByteSize(forecast.bytes),
                ByteSize(forecast.limit)
            ),
            Self::NotBegun => formatter.write_str("not begun"),
            Self::Failed => formatter.write_str("did not finish"),
            Self::Unreached(cells) => write!(formatter, "{cells} outcomes that can be reached were not"),
        }
    }
}

/// Turns the end of a task into an exit status, and tells on standard error why it could not be carried out, or what came of
/// it that could not be written.
pub fn exit_code(result: anyhow::Result<Verdict>) -> ExitCode {
    stop::end_work();
    let result = result.or_else(|error| match error.downcast::<Stopped>() {
        Ok(Stopped { what }) => {
            let verdict = Verdict::Incomplete(stop::reason(&what).into_iter().collect());
            verdict.tell();
            Ok(verdict)
        }
        Err(error) => Err(error),
    });
    if let Err(error) = &result {
        tell!("error: {error:#}");
    }
    let status = result.as_ref().map_or(2, Verdict::status);
    ExitCode::from(if output::end() { status } else { 2 })
}

#[cfg(test)]
mod tests {
    use super::{Cause, Reason, Verdict};

    fn incomplete(causes: &[Cause]) -> Verdict {
        Verdict::new(false, causes.iter().map(|cause| Reason::new("soak", *cause)).collect())
    }

    #[test]
    fn each_verdict_has_its_exit_status() {
        assert_eq!(Verdict::new(false, Vec::new()).status(), 0);
        assert_eq!(Verdict::new(true, Vec::new()).status(), 1);
        assert_eq!(incomplete(&[Cause::MostStates(10)]).status(), 3);
        assert_eq!(incomplete(&[Cause::Interrupted, Cause::NotBegun]).status(), 130);
    }

    #[test]
    fn a_violation_counts_whether_or_not_all_was_carried_out() {
        let verdict = Verdict::new(true, vec![Reason::new("soak", Cause::Interrupted)]);
        assert_eq!(verdict, Verdict::Violated);
        assert_eq!(verdict.reasons(), []);
    }

    #[test]
    fn machines_read_the_verdict_and_its_reasons() {
        assert_eq!(
            serde_json::to_value(incomplete(&[Cause::Unreached(24)])).expect("it is JSON"),
            serde_json::json!({
                "verdict": "incomplete",
                "incomplete_because": ["soak: 24 outcomes that can be reached were not"],
            })
        );
    }
}
