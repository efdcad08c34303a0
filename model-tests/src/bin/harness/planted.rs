//! What a task tests: the core, or the core with planted bugs.

use model_tests::proof::bugs::{self, CannotPlant};
use model_tests::subject::Subject;

/// The bugs that are planted.
#[derive(Clone, Debug, clap::Args)]
pub struct Planted {
    /// Plant this bug in the core, or these, with commas between them.
    #[arg(long = "bug", value_name = "IDS")]
    bugs: Option<String>,
}

impl Planted {
    /// The core, or the core with the bugs.
    pub fn subject(&self) -> Result<Subject, CannotPlant> {
        self.bugs.as_deref().map_or(Ok(Subject::CORE), bugs::planted)
    }
}
