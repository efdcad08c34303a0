use std::collections::BTreeSet;

use super::{Disk, PowerCut};
use crate::engine::simulated::choices::Choices;

/// What may be in the file after a power cut.
fn left(of: &str, write: impl Fn(&Disk) -> Result<(), PowerCut>) -> BTreeSet<Option<Vec<u8>>> {
    let mut left = BTreeSet::new();
    let mut next = Some(Choices::default());
    while let Some(choices) = next {
        let disk = Disk::with_cuts(choices, 1);
        write(&disk).expect("the power is on");
        disk.arm(true);
        disk.cut("the end");
        assert_eq!(disk.append(of, b"more"), Err(PowerCut), "the power is off");
        disk.power_on();
        left.insert(disk.read(of));
        next = disk.take_choices().and_then(Choices::next);
    }
    left
}

fn files<const N: usize>(files: [&[u8]; N]) -> BTreeSet<Option<Vec<u8>>> {
    files.map(|file| Some(file.to_vec())).into()
}

#[test]
fn what_is_written_is_there_until_the_power_is_cut() {
    let disk = Disk::new();
    disk.append("log", b"ab").expect("the power is on");
    disk.append("log", b"cd").expect("the power is on");
    disk.truncate("log", 3).expect("the power is on");
    assert_eq!(disk.read("log").as_deref(), Some(b"abc".as_slice()));
    disk.cut("nothing: it may not be cut");
    assert_eq!(disk.read("log").as_deref(), Some(b"abc".as_slice()));
    assert_eq!(disk.read("another"), None);
}

#[test]
fn a_write_that_is_not_flushed_is_kept_lost_torn_or_zeroed() {
    let left = left("log", |disk| disk.append("log", b"abcd"));
    assert_eq!(left, files([b"abcd", b"", b"ab", b"\0\0\0\0"]));
}

#[test]
fn a_write_that_is_flushed_stays() {
    let left = left("log", |disk| {
        disk.append("log", b"ab")?;
        disk.flush("log")?;
        disk.append("log", b"cd")
    });
    assert_eq!(left, files([b"abcd", b"ab", b"abc", b"ab\0\0"]));
}

#[test]
fn a_later_write_may_be_there_and_an_earlier_one_not() {
    let left = left("log", |disk| {
        disk.append("log", b"ab")?;
        disk.append("log", b"cd")
    });
    assert!(left.contains(&Some(b"\0\0cd".to_vec())), "{left:?}");
    assert!(left.contains(&Some(b"ab".to_vec())), "{left:?}");
}

#[test]
fn a_file_that_was_cut_off_may_be_whole_again() {
    let left = left("log", |disk| {
        disk.append("log", b"abcd")?;
        disk.flush("log")?;
        disk.truncate("log", 1)
    });
    assert_eq!(left, files([b"a", b"abcd"]));
}

#[test]
fn a_name_that_is_not_flushed_may_be_the_old_one() {
    let replaced = |disk: &Disk| {
        disk.append("old", b"old")?;
        disk.flush("old")?;
        disk.append("new", b"new")?;
        disk.flush("new")?;
        disk.rename("new", "old")
    };
    assert_eq!(left("old", replaced), files([b"new", b"old"]));
    let flushed = |disk: &Disk| {
        replaced(disk)?;
        disk.flush_names()
    };
    assert_eq!(left("old", flushed), files([b"new"]));
}

#[test]
fn the_power_may_be_cut_before_every_call_that_changes_something() {
    let mut done = BTreeSet::new();
    let mut next = Some(Choices::default());
    while let Some(choices) = next {
        let disk = Disk::with_cuts(choices, 1);
        disk.arm(true);
        let calls: [&dyn Fn() -> Result<(), PowerCut>; 4] = [
            &|| disk.create("log"),
            &|| disk.append("log", b"a"),
            &|| disk.flush("log"),
            &|| disk.rename("log", "old"),
        ];
        done.insert(calls.iter().take_while(|call| call().is_ok()).count());
        next = disk.take_choices().and_then(Choices::next);
    }
    assert_eq!(done, BTreeSet::from([0, 1, 2, 3, 4]));
}
