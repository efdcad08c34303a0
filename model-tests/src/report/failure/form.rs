//! How a report is set.

use textwrap::{Options, WordSplitter};

/// How a report is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// How wide a line may be.
    pub width: u16,
    /// Whether the ids are listed beside the names that stand for them.
    pub has_ids: bool,
    /// Where the test goes.
    pub suite: Suite,
}

impl Default for Form {
    /// For a terminal of 80 columns, without ids.
    fn default() -> Self {
        Self {
            width: 80,
            has_ids: false,
            suite: Suite::Harness,
        }
    }
}

/// Whose tests a generated test is to stand among.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Suite {
    /// Those of the harness: all invariants are checked.
    #[default]
    Harness,
    /// Those of the core: given events, when a command comes, then these events and this model.
    Core,
}

/// A text behind a beginning, in lines no wider than this; those below begin a little further in.
pub(super) fn wrapped(beginning: &str, text: &str, width: u16) -> String {
    let blanks = beginning.len() - beginning.trim_start().len();
    let indent = " ".repeat(blanks + 4);
    let options = Options::new(width.into())
        .initial_indent(beginning)
        .subsequent_indent(&indent)
        .break_words(true)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}
