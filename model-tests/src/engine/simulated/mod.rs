//! A simulated disk, and all that a power cut may leave of what an engine has written to it.
//!
//! The end of a process takes nothing back that was written: the operating system has it. A power cut takes back what was not
//! flushed, and leaves parts of it, in any order. No test on a real disk comes to that; here it is all tried out.
//!
//! An engine that keeps its store on a [`Disk`], and works in this thread, is proved by a test of a few lines. It implements
//! [`OnDisk`], and becomes an [`Engine`](super::Engine) by [`Served`]; or it implements that itself. A [`Search`] then cuts
//! the power before every call to the disk in every short schedule:
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//!
//! use model_tests::engine::simulated::{Disk, Search};
//! use model_tests::proof::engines::sound_on; // here: yours, on the disk that it is given
//!
//! let search = Search::in_a_turn(1);
//! let searched = search.run(|disk: Disk| sound_on(disk), &AtomicBool::new(false));
//! assert!(searched.first.is_none(), "{}", searched.first.unwrap());
//! assert!(searched.figures.cuts > 40);
//! ```
//!
//! `tests/simulated_store/example.rs` does it for the example engine of the core: its log is a record for each transaction,
//! and its snapshot a file that is renamed.
//!
//! | for | see |
//! |---|---|
//! | files, flushes and what a power cut leaves | [`Disk`] |
//! | records that are known to be whole | [`frame`], [`frames`] |
//! | an engine that is a few functions | [`OnDisk`], [`Served`] |
//! | every schedule and every power cut | [`Search`], [`Letter`], [`alphabet`] |

mod alphabet;
mod choices;
mod disk;
mod frames;
mod power;
mod search;
mod served;

pub use alphabet::{alphabet, prepared};
pub use disk::{Cut, Disk, PowerCut};
pub use frames::{frame, frames};
pub use search::{Figures, Found, Letter, Search, Searched};
pub(crate) use served::take_commands;
pub use served::{OnDisk, Served, Told};
