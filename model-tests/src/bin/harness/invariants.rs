//! `harness invariants`: the catalogue.

use model_tests::check::invariants::{Family, Invariant};
use serde::Serialize;

use crate::output::{self, say};
use crate::verdict::Verdict;

/// Print the catalogue of invariants: what is always true of a correct core.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Write the catalogue as JSON.
    #[arg(long)]
    json: bool,
}

/// An invariant for machines.
#[derive(Serialize)]
struct InvariantFields {
    name: &'static str,
    family: Family,
    sentence: &'static str,
}

/// Prints the catalogue.
pub fn invariants(arguments: &Arguments) -> anyhow::Result<Verdict> {
    if arguments.json {
        let fields = |invariant: &Invariant| InvariantFields {
            name: invariant.name(),
            family: invariant.family(),
            sentence: invariant.sentence(),
        };
        output::print_json(&Invariant::ALL.iter().map(fields).collect::<Vec<_>>())?;
        return Ok(Verdict::Clean);
    }
    let mut family = None;
    for invariant in Invariant::ALL {
        if family != Some(invariant.family()) {
            family = Some(invariant.family());
            say!("\n{}", heading(invariant.family()));
        }
        say!("  {invariant}  {}", invariant.sentence());
    }
    Ok(Verdict::Clean)
}

const fn heading(family: Family) -> &'static str {
    match family {
        Family::State => "State: of one model, after every event",
        Family::Step => "Step: from before a command to after it",
        Family::Law => "Law: over whole runs",
        Family::Progress => "Progress: over the graph of all reachable states",
        Family::Reference => "Reference: the second opinion",
    }
}
