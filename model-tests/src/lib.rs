//! The harness that proves the orchestration core right.
//!
//! Each room knows only those below it, and what stands beside it on a floor it does not know:
//!
//! ```text
//!                proof   |    page                    that the searches find bugs: planted ones    | a failing run in the browser
//!                        |  browse                    what can be done in a state, and where a state is
//!                        engine                       whole servers: driven, killed, and held against the core
//!              search    |    report                  who looks for a counterexample    | what is made of one
//!                        |  walkthrough               what happens in a run, step by step, as data
//!                        |  counterexample            what passes between them: a violation, with what shows it
//!             generate   |    check                   where commands come from          | what is always true
//!     subject  kind  fields  trace  rename  describe  difference   the vocabulary
//! ```
//!
//! The story goes from below upwards. A [`subject`] is a decider and a projector to be tested. [`generate`] makes commands
//! for it, and [`check`] says what must hold of what it does with them. A [`search`] joins the two until something does not
//! hold, and comes back with a [`counterexample`]. [`report`] shrinks it and shows it. [`proof`] plants bugs in the core,
//! lets every search hunt them, and so shows that finding nothing means something. [`engine`] does for a whole server what the
//! searches do for the core. A [`walkthrough`] is what happened in a run, as data, and a [`page`] shows it.
//!
//! What must never be, each held by the test `architecture`:
//!
//! - the reference machine never calls a decider or a projector, and never asks what a subject did: it is a second opinion;
//! - `check` knows no search, no generator and no report: what is always true does not depend on who asks;
//! - `check` and `generate` do not know each other, and neither do `search` and `report`: what passes between these is a
//!   counterexample;
//! - only `proof` and the program know the planted bugs;
//! - no two modules know each other, neither directly nor in a circle.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod browse;
pub mod check;
pub mod counterexample;
pub mod describe;
pub mod difference;
pub mod engine;
pub mod fields;
pub mod generate;
pub mod kind;
pub mod page;
pub mod proof;
pub mod rename;
pub mod report;
pub mod search;
pub mod subject;
pub mod trace;
pub mod walkthrough;
