//! What the searches find, each hunted once: whoever asks looks at the same finds.

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use model_tests::counterexample::Counterexample;
use model_tests::proof::bugs::{BUGS, Bug};
use model_tests::proof::hunt::Hunter;
use model_tests::proof::page::{HUNTERS, SEED};
use model_tests::report::failure::Failure;

/// Not to stop.
pub static GO_ON: AtomicBool = AtomicBool::new(false);

/// What a search found of a bug.
pub struct Find {
    pub bug: &'static Bug,
    /// As it was found.
    pub found: Counterexample,
    /// Shrunk.
    pub failure: Failure,
}

/// What each of the hunters found whose finds are on the page, in their order.
static FOUND: [OnceLock<Vec<Find>>; HUNTERS.len()] = [const { OnceLock::new() }; HUNTERS.len()];

/// What one of the hunters whose finds are on the page finds of every bug that it sees.
pub fn on_page(hunter: &Hunter) -> &'static [Find] {
    let place = HUNTERS.iter().position(|other| other == hunter);
    FOUND[place.expect("its finds are on the page")].get_or_init(|| hunted(hunter).collect())
}

/// What a search finds of every bug that it sees.
pub fn hunted(hunter: &Hunter) -> impl Iterator<Item = Find> {
    let search = hunter.search().expect("it is no baseline");
    let seen = BUGS.iter().filter(move |bug| bug.unseen_by(search).is_none());
    seen.map(move |bug| {
        let hunt = hunter.hunt(bug, SEED, &GO_ON).expect("it can hunt");
        let found = hunt.found.unwrap_or_else(|| panic!("{search} misses {}", bug.id));
        Find::new(bug, found)
    })
}

impl Find {
    pub fn new(bug: &'static Bug, found: Counterexample) -> Self {
        let failure = Failure::of(bug.subject, &found).with_planted(Some(bug.id));
        Self { bug, found, failure }
    }
}
