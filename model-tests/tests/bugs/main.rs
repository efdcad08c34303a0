//! Each planted bug is found by every search that sees it, with a short trace that shows it: in this process, in the test
//! that is printed, and by the command line that is.

mod bank;
mod command_line;
mod finds;
mod messages;
mod printed;
mod searches;
mod written;
