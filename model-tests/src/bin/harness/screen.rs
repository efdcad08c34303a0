//! How wide the screen is, and what is set to fit it.

use model_tests::describe::printable;
use textwrap::{Options, WordSplitter};

/// How wide a screen is where nobody says it.
const WIDTH: u16 = 80;

/// How wide a line may be: as wide as the terminal, or as `COLUMNS` says where there is none, but never narrower than 80.
pub fn width() -> u16 {
    let terminal = comfy_table::Table::new().width();
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    terminal.or_else(columns).unwrap_or(WIDTH).max(WIDTH)
}

/// A text behind a beginning, in lines no wider than the screen; those below begin a little further in. What could steer a
/// terminal is escaped.
pub fn wrapped(beginning: &str, text: &str) -> String {
    let blanks = beginning.len() - beginning.trim_start().len();
    let indent = " ".repeat(blanks + 4);
    let options = Options::new(width().into())
        .initial_indent(beginning)
        .subsequent_indent(&indent)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(&printable(text), options)
}
