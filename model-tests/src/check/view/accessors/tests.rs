//! Accessors that disagree are seen to.

use super::super::tests::{model, model_of, wire};
use super::*;

/// Gives its items in their order, and whatever it likes from behind.
#[derive(Clone)]
struct Odd<'a> {
    forwards: Vec<&'a u128>,
    backwards: Vec<&'a u128>,
    length: usize,
}

impl<'a> Iterator for Odd<'a> {
    type Item = &'a u128;

    fn next(&mut self) -> Option<&'a u128> {
        (!self.forwards.is_empty()).then(|| self.forwards.remove(0))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.length, Some(self.length))
    }
}

impl DoubleEndedIterator for Odd<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        (!self.backwards.is_empty()).then(|| self.backwards.remove(0))
    }
}

impl ExactSizeIterator for Odd<'_> {}

fn in_order(forwards: Vec<&u128>, backwards: Vec<&u128>, length: usize) -> Agreed {
    let odd = Odd {
        forwards,
        backwards,
        length,
    };
    agree_in_order(|| odd.clone(), |item: &u128| *item, "items", "the test")
}

#[test]
fn an_iterator_is_in_order_and_the_same_backwards_and_as_long_as_it_says() {
    let [one, two] = &[1, 2];
    assert_eq!(in_order(vec![one, two], vec![two, one], 2), Ok(()));
    let wrong = [
        in_order(vec![two, one], vec![one, two], 2),
        in_order(vec![one, one], vec![one, one], 2),
        in_order(vec![one, two], vec![one, two], 2),
        in_order(vec![one, two], vec![two], 2),
        in_order(vec![one, two], vec![two, one, one], 2),
        in_order(vec![one, two], vec![two, one], 1),
    ];
    for wrong in wrong {
        let disagreed = wrong.expect_err("it is wrong");
        assert!(disagreed.contains("items of the test"), "{disagreed}");
    }
}

#[test]
fn a_look_up_that_finds_another_or_nothing_is_found() {
    static ITEMS: [u128; 2] = [1, 2];
    let found = |find: &dyn Fn(&'static u128) -> Option<&'static u128>, items: &'static [u128]| {
        agree_found(items.iter(), find, "item", "the test")
    };
    assert_eq!(found(&|item| Some(item), &ITEMS), Ok(()));
    assert!(found(&|_| Some(&ITEMS[0]), &ITEMS).is_err());
    assert!(found(&|item| (*item == 1).then_some(item), &ITEMS).is_err());
}

#[test]
fn a_look_up_that_finds_what_is_not_there_is_found() {
    let ids = [1, 2, 7];
    let absent = |is_found: fn(Uuid) -> bool| agree_absent(&ids, is_found, "item", "the test");
    assert_eq!(absent(|id| [1, 2, 7].contains(&id.as_u128())), Ok(()));
    assert!(absent(|_| true).is_err());
    assert!(absent(|_| false).is_err());
}

#[test]
fn accessors_of_the_core_agree() {
    for model in [OrchestrationReadModel::default(), model()] {
        assert_eq!(fault_of_model(&model), Ok(()));
    }
}

#[test]
fn a_thread_that_no_project_gives_is_found() {
    let mut homeless = wire();
    homeless["threads"]["000000b0-0000-4000-8000-000000000001"]["project_id"] =
        "000000a0-0000-4000-8000-000000000002".into();
    let mut findings = Findings::default();
    check_accessors(&model_of(&homeless), &mut findings);
    assert_eq!(findings.violations.len(), 1);
}

#[test]
fn an_entry_that_its_id_does_not_find_is_found() {
    let mut twice = wire();
    let entries = &mut twice["threads"]["000000b0-0000-4000-8000-000000000001"]["turns"][1]["entries"];
    let again = entries[1].clone();
    entries.as_array_mut().expect("a list").push(again);
    assert_eq!(
        fault_of_model(&model_of(&twice)),
        Err("tool_call of 000000c0-0000-4000-8000-000000000002: expected what the other accessors of this fact say, found something else".to_owned())
    );
}
