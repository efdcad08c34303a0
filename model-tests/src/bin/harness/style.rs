//! How things look on a terminal.

use anstyle::{AnsiColor, Style};

/// Good news.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Bad news.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Neither.
pub const UNSURE: Style = AnsiColor::Yellow.on_default().bold();
/// What explains.
pub const FAINT: Style = Style::new().dimmed();
