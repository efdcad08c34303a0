//! How every search ends: with a verdict, and with what it found.

use model_tests::counterexample::Counterexample;
use model_tests::report::failure::Suite;
use model_tests::subject::Subject;
use serde_json::Value;

use crate::failures::Shown;
use crate::output::{self, say};
use crate::planted::Planted;
use crate::verdict::{Judged, Reason, Verdict};
use crate::{failures, stop};

/// What a search came back with.
pub struct Ending<'a> {
    pub subject: Subject,
    pub planted: &'a Planted,
    pub found: Option<&'a Counterexample>,
    /// Why it did not finish, if it did not.
    pub reason: Option<Reason>,
}

impl Ending<'_> {
    /// Gives the verdict, and prints it: for machines with the fields and the violation, for people after what `show` prints and
    /// the report.
    pub fn tell(self, is_json: bool, fields: impl FnOnce() -> Value, show: impl FnOnce()) -> anyhow::Result<Verdict> {
        stop::end_work();
        let failure = self.found.map(|found| failures::of(self.subject, self.planted, found));
        let verdict = Verdict::new(failure.is_some(), self.reason.into_iter().collect());
        if is_json {
            let mut on = fields();
            on["violation"] = failures::json(failure.as_ref())?;
            output::print_json(&Judged { verdict: &verdict, on })?;
        } else {
            let failure = failure.as_ref();
            let shown = failure.map(|failure| Shown::of(failure, false, Suite::Harness));
            if let Some(shown) = &shown {
                shown.print_story();
                say!("");
            }
            show();
            verdict.print();
            if let Some(shown) = &shown {
                shown.print_end();
            }
        }
        Ok(verdict)
    }
}
