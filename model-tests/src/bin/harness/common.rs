//! The arguments that are common to all tasks which draw something at random.

use model_tests::subject::Subject;

use crate::limits::Limits;
use crate::planted::Planted;

/// The seed, the limits, the planted bugs, and whether the verdict is for machines.
#[derive(Debug, clap::Args)]
pub struct Common {
    /// Where all that is random comes from.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub planted: Planted,
    #[command(flatten)]
    pub details: Details,
    /// Write the verdict as JSON.
    #[arg(long)]
    pub json: bool,
}

/// How much is told.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Details {
    /// Show how often each invariant was checked, and what came of each command, as tables.
    #[arg(long)]
    pub details: bool,
}

impl Common {
    /// Lets Ctrl-C and the limits end the work that begins now, and gives what it is to test.
    pub fn begin(&self) -> anyhow::Result<Subject> {
        self.limits.begin()?;
        Ok(self.planted.subject()?)
    }
}
