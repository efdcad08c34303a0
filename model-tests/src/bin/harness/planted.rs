//! What a task tests: the core, or the core with planted bugs.

use std::panic;

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
    /// The bugs that are planted, if any are, with commas between them.
    pub fn ids(&self) -> Option<&str> {
        self.bugs.as_deref()
    }

    /// The core, or the core with the bugs.
    pub fn subject(&self) -> Result<Subject, CannotPlant> {
        let Some(ids) = &self.bugs else {
            return Ok(Subject::CORE);
        };
        keep_quiet_about_planted_panics();
        bugs::planted(ids)
    }
}

/// A planted bug may be a panic: that is a find like any other, and no news for standard error.
pub fn keep_quiet_about_planted_panics() {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !panic.location().is_some_and(bugs::is_planted) {
            tell(panic);
        }
    }));
}
