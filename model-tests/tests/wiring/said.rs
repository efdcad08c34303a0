//! What each search is said to check.

use model_tests::check::invariants::Invariant::{self, *};
use model_tests::counterexample::Search;

/// What holds of models and of steps.
const OF_STEPS: [Invariant; 20] = [
    S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, T1, T2, T3, T4, T5, T6, T7, T8, R1,
];

/// What is about functions that no subject replaces, how JSON is read and what the core says of models: a fault of these cannot
/// be planted. That they are called is seen by their counts, and that they speak by tests of their own.
pub const NOT_PLANTED: [Invariant; 4] = [A3, A7, R2, R3];

/// What exploration asks of the whole graph. Where a fault breaks it, R1 tells of a transition first: it is seen where commands
/// are left out.
pub const OF_GRAPH: [Invariant; 2] = [L2, L3];

/// What a search is said to check.
pub fn said(search: Search) -> Vec<Invariant> {
    let (of_steps, besides): (&[Invariant], &[Invariant]) = match search {
        Search::Stateful => (&OF_STEPS, &[A2]),
        Search::Exploration => (&OF_STEPS, &[A9, L1, L2, L3]),
        Search::Soak => (&OF_STEPS, &[A1, A2, A3, A4, A5, A6, A7, R2, R3]),
        Search::Induction => (&OF_STEPS, &[A1, A2, A7, R2]),
        Search::Cost => (&[], &[A8]),
        Search::Fuzzing => (&OF_STEPS, &[A1, A2, A4, A5, A6]),
        Search::Given => (&[], &[]),
    };
    let mut said = [of_steps, besides].concat();
    said.sort_unstable();
    said
}

#[test]
fn the_page_says_what_each_search_checks() {
    let page = include_str!("../../README.md");
    let searches = [
        Search::Exploration,
        Search::Soak,
        Search::Induction,
        Search::Stateful,
        Search::Fuzzing,
        Search::Cost,
    ];
    for search in searches {
        let besides: Vec<_> = said(search)
            .into_iter()
            .filter(|said| !OF_STEPS.contains(said))
            .collect();
        let besides: Vec<_> = besides.iter().map(|invariant| invariant.name()).collect();
        let of_steps = if said(search).contains(&S1) {
            "S1 to S11, T1 to T8, R1"
        } else {
            "–"
        };
        let row = format!("| {search} | {of_steps} | {} |", besides.join(", "));
        assert!(page.contains(&row), "{row}");
    }
}
