//! A list behaves as a vector does, whatever is done to it, and is as flat as one that was just made.

use std::hash::DefaultHasher;

use proptest::prelude::*;

use super::*;

/// What is done to a list.
#[derive(Clone, Copy, Debug)]
enum Change {
    /// So many items are pushed.
    Push(usize),
    /// So many items are dropped.
    Drop(usize),
    /// The item at this position, or behind the end, is changed.
    Set(usize),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let few_or_many = |most: usize| prop_oneof![0..4_usize, 0..most];
    let change = prop_oneof![
        few_or_many(150).prop_map(Change::Push),
        few_or_many(150).prop_map(Change::Drop),
        few_or_many(300).prop_map(Change::Set),
    ];
    proptest::collection::vec(change, 0..12)
}

/// Does it to a list and to a vector. No item that is pushed or set comes twice.
fn change(list: &mut List<usize>, vector: &mut Vec<usize>, change: Change, unused: &mut impl Iterator<Item = usize>) {
    match change {
        Change::Push(count) => {
            for item in unused.take(count) {
                list.push_back_mut(item);
                vector.push(item);
            }
        }
        Change::Drop(count) => {
            (0..count).for_each(|_| list.drop_last_mut());
            vector.truncate(vector.len().saturating_sub(count));
        }
        Change::Set(position) => {
            let found = (list.get_mut(position), vector.get_mut(position));
            assert_eq!(found.0.is_some(), found.1.is_some());
            if let ((Some(own), Some(other)), Some(item)) = ((found.0, found.1), unused.next()) {
                (*own, *other) = (item, item);
            }
        }
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// How many nodes the tree of a list has on each level, the root's first.
fn levels(list: &List<usize>) -> Vec<usize> {
    let mut level: Vec<&Node<usize>> = list.others.as_deref().into_iter().collect();
    let mut counts = Vec::new();
    while !level.is_empty() {
        assert!(level.iter().all(|node| node.len() > 0), "a node is empty");
        counts.push(level.len());
        level = level.into_iter().flat_map(children).collect();
    }
    counts
}

fn children<T>(node: &Node<T>) -> Vec<&Node<T>> {
    match node {
        Tree::Leaf(_) => Vec::new(),
        Tree::Branch(children) => children.filled().iter().flatten().map(|((), child)| &**child).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_list_does_what_a_vector_does_whatever_comes(changes in changes()) {
        let (mut list, mut vector, mut unused) = (List::new(), Vec::new(), 0..);
        for step in changes {
            let before = (list.clone(), vector.clone());
            change(&mut list, &mut vector, step, &mut unused);
            prop_assert!(list.iter().eq(&vector) && list.iter().rev().eq(vector.iter().rev()));
            prop_assert_eq!((list.len(), list.iter().len()), (vector.len(), vector.len()));
            prop_assert_eq!(list.last(), vector.last());
            prop_assert_eq!(list.last_mut(), vector.last_mut());
            for position in 0..vector.len() + 2 {
                prop_assert_eq!(list.get(position), vector.get(position));
            }
            prop_assert!(before.0.iter().eq(&before.1), "a clone has changed");
            let is_same = list.is_same_as(&before.0, usize::eq) && before.0.is_same_as(&list, usize::eq);
            prop_assert_eq!(is_same, vector == before.1);
        }
    }

    #[test]
    fn a_list_looks_like_one_that_was_made_at_once_whatever_was_done_to_it(changes in changes()) {
        let (mut list, mut vector, mut unused) = (List::new(), Vec::new(), 0..);
        for step in changes {
            change(&mut list, &mut vector, step, &mut unused);
            let made: List<usize> = vector.iter().copied().collect();
            prop_assert_eq!((levels(&list), list.shift), (levels(&made), made.shift));
            prop_assert_eq!(hash(&list), hash(&made));
            prop_assert_eq!(format!("{list:?}"), format!("{vector:?}"));
            let form = serde_json::to_value(&list).expect("it has a wire form");
            prop_assert_eq!(&form, &serde_json::json!(vector));
            prop_assert_eq!(serde_json::from_value(form).ok(), Some(made));
        }
    }

    #[test]
    fn lists_are_equal_and_hash_alike_exactly_when_vectors_of_the_same_items_do(
        left in proptest::collection::vec(0..2_usize, 0..5),
        right in proptest::collection::vec(0..2_usize, 0..5),
    ) {
        let lists: [List<usize>; 2] = [&left, &right].map(|items| items.iter().copied().collect());
        prop_assert_eq!(lists[0] == lists[1], left == right);
        prop_assert_eq!(hash(&lists[0]) == hash(&lists[1]), left == right);
    }

    #[test]
    fn what_is_no_array_is_no_list(other in prop_oneof![
        any::<i64>().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
        ".{0,5}".prop_map(serde_json::Value::from),
        Just(serde_json::json!({})),
        Just(serde_json::Value::Null),
    ]) {
        let refusal = serde_json::from_value::<List<usize>>(other).map_err(|error| error.to_string());
        prop_assert!(refusal.is_err_and(|error| error.ends_with(", expected a sequence")));
    }
}
