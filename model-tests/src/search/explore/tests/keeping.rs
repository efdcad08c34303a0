//! Explorations that are kept in a folder, and go on there.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::super::{Abstraction, End, Exploration, ExploreError, Kept, Options, Progress, Scope, explore_in};
use super::explored;
use crate::subject::Subject;

fn kept(folder: &Path, by: &str, options: &Options, stop: bool) -> Result<Exploration, ExploreError> {
    let kept = Kept { folder, by };
    explore_in(
        Some(kept),
        Subject::CORE,
        options,
        &Progress::default(),
        &AtomicBool::new(stop),
    )
}

#[test]
fn what_goes_on_again_and_again_comes_to_the_same_end() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let whole = explored(Scope::TINY, Abstraction::Names, 2);
    let mut ends = Vec::new();
    for most_states in [1, 2_000, 9_000, 18_000, u64::MAX] {
        let options = Options {
            most_states,
            ..Options::new(Scope::TINY)
        };
        ends.push(kept(folder.path(), "this", &options, false).expect("it can go on"));
    }
    let steps: Vec<_> = ends.iter().map(|explored| explored.end).collect();
    assert_eq!(steps[..2], [End::OutOfBounds; 2]);
    assert!(ends[0].states < ends[1].states && ends[1].states <= ends[2].states);
    let again = kept(folder.path(), "this", &Options::new(Scope::TINY), false).expect("it can go on");
    for end in [ends.last().expect("some"), &again] {
        assert_eq!(end.end, End::Complete);
        assert_eq!(
            (end.states, end.transitions, end.depth),
            (whole.states, whole.transitions, whole.depth)
        );
        assert_eq!(
            (&end.tally, &end.coverage, &end.arrows),
            (&whole.tally, &whole.coverage, &whole.arrows)
        );
        assert_eq!((&end.levels, &end.witnesses), (&whole.levels, &whole.witnesses));
    }
    assert!(again.elapsed >= ends[0].elapsed, "it takes as long as all of it did");
}

#[test]
fn what_is_stopped_loses_nothing_that_was_kept() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let bounded = Options {
        most_states: 2_000,
        ..Options::new(Scope::TINY)
    };
    let first = kept(folder.path(), "this", &bounded, false).expect("it can begin");
    let stopped = kept(folder.path(), "this", &Options::new(Scope::TINY), true).expect("it can go on");
    assert_eq!((stopped.end, stopped.states), (End::Stopped, first.states));
    assert_eq!(stopped.transitions, first.transitions);
}

#[test]
fn another_exploration_does_not_go_on_with_it() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let bare = Scope {
        threads: 0,
        ..Scope::TINY
    };
    let options = Options::new(bare);
    kept(folder.path(), "this", &options, false).expect("it can begin");
    let other = Options {
        abstraction: Abstraction::EndedTurns,
        ..options
    };
    for (by, options) in [
        ("that", &options),
        ("this", &other),
        ("this", &Options::new(Scope::TINY)),
    ] {
        let refused = kept(folder.path(), by, options, false)
            .map(|_| ())
            .expect_err("it is refused");
        assert!(matches!(refused, ExploreError::Store(_)), "{refused}");
    }
    kept(folder.path(), "this", &options, false).expect("it is as it was");
}
