//! What is shown of a faulty engine beside what was found.

use model_tests::proof::engines::Fault;
use serde::Serialize;

use crate::output::{self, say};
use crate::progress::watch;
use crate::stop::{self, STOP};
use crate::verdict::{Judged, Verdict};

/// What was found by cutting the power, for machines.
#[derive(Serialize)]
struct Found {
    engine: &'static str,
    /// The schedule, where the power was cut, and what was wrong then. Nothing if nothing was found.
    violation: Option<String>,
}

/// Says what users saw, what is wrong, and by what it is known.
pub fn introduce(fault: &Fault, is_quiet: bool) {
    if is_quiet {
        return;
    }
    say!("users saw: {}", fault.symptom());
    fault.reports().iter().for_each(|report| say!("           {report}"));
    say!("wrong:     {}", fault.wrong());
    say!("known by:  {}", fault.sign());
}

/// Cuts the power of a simulated disk in every short schedule: nothing else shows the fault.
pub fn cut_the_power(fault: &'static Fault, is_json: bool) -> anyhow::Result<Verdict> {
    let what = "cutting the power";
    let found = watch(
        what,
        is_json,
        |_| String::new(),
        |_| None,
        || fault.hunt_by_power_cuts(&STOP),
    );
    let was_stopped = stop::cause().is_some();
    stop::end_work();
    let reason = stop::reason(what).filter(|_| was_stopped);
    let verdict = Verdict::new(found.is_some(), reason.into_iter().collect());
    if is_json {
        let engine = fault.id();
        let violation = found.map(|found| found.to_string());
        let on = Found { engine, violation };
        output::print_json(&Judged { verdict: &verdict, on })?;
        return Ok(verdict);
    }
    if let Some(found) = found {
        say!("\n{found}");
    }
    verdict.print();
    Ok(verdict)
}
