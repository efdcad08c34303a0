//! `harness invariants`: the catalogue.

use model_tests::check::invariants::{Family, Invariant};
use serde::Serialize;

use crate::output::{self, say};
use crate::screen;
use crate::verdict::Verdict;

/// Print the catalogue of invariants: what is always true of a correct core.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Those to be shown, by name.
    #[arg(value_name = "NAME", conflicts_with = "json")]
    names: Vec<Invariant>,
    /// Show what each of them says.
    #[arg(long, conflicts_with = "json")]
    details: bool,
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
    if arguments.details || !arguments.names.is_empty() {
        let chosen = if arguments.names.is_empty() {
            Invariant::ALL
        } else {
            &arguments.names
        };
        print_sentences(chosen);
    } else {
        print_names();
    }
    Ok(Verdict::Clean)
}

/// Prints what invariants say, below what each family speaks of.
fn print_sentences(invariants: &[Invariant]) {
    let mut family = None;
    for invariant in invariants {
        if family != Some(invariant.family()) {
            family = Some(invariant.family());
            say!("\n{}", heading(invariant.family()));
        }
        say!("{}", screen::wrapped(&format!("  {invariant}  "), invariant.sentence()));
    }
}

/// Prints the names of all, a line for each family.
fn print_names() {
    for family in [
        Family::State,
        Family::Step,
        Family::Law,
        Family::Progress,
        Family::Reference,
    ] {
        let of_family = Invariant::ALL.iter().filter(|invariant| invariant.family() == family);
        let names: Vec<_> = of_family.map(|invariant| invariant.name()).collect();
        say!("{}\n  {}", heading(family), names.join(", "));
    }
    let last = Invariant::ALL.last().map_or("", |invariant| invariant.name());
    say!("\nWhat each says: harness invariants --details, or harness invariants {last}");
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
