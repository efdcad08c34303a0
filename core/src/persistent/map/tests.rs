//! What a map does, by example.

use super::*;

#[test]
fn a_key_is_found_whatever_the_order_in_which_keys_came() {
    let falling: Map<u64, u64> = (0..1_000).rev().map(|key| (key, key)).collect();
    let from_the_middle: Map<u64, u64> = (0..1_000).map(|key| (key * 501 % 1_000, key)).collect();
    for key in 0..1_000 {
        assert_eq!(falling.get(&key), Some(&key));
        assert!(from_the_middle.contains_key(&key));
    }
    assert!(!falling.contains_key(&1_000));
}

#[test]
fn both_ends_of_an_iterator_meet() {
    let map: Map<u64, u64> = (0..1_000).map(|key| (key, key)).collect();
    let mut entries = map.keys();
    let mut seen = (Vec::new(), Vec::new());
    while let (Some(front), Some(back)) = (entries.next(), entries.next_back()) {
        seen.0.push(*front);
        seen.1.push(*back);
    }
    assert_eq!(seen.0, (0..500).collect::<Vec<_>>());
    assert_eq!(seen.1, (500..1_000).rev().collect::<Vec<_>>());
    assert_eq!((entries.next(), entries.next_back(), entries.len()), (None, None, 0));
}

#[test]
fn what_grows_at_its_end_fills_its_nodes() {
    fn nodes(node: &Node<u64, u64, NARROW>) -> usize {
        match node {
            Node::Leaf(_) => 1,
            Node::Branch(children) => {
                1 + children
                    .filled()
                    .iter()
                    .flatten()
                    .map(|(_, child)| nodes(child))
                    .sum::<usize>()
            }
        }
    }
    let map: Map<u64, u64> = (0..512).map(|key| (key, key)).collect();
    assert_eq!(map.root.as_deref().map(nodes), Some(64 + 8 + 1));
}

#[test]
fn a_tree_that_shrinks_becomes_flat_again() {
    let mut map: Map<u64, u64> = (0..4_096).map(|key| (key, key)).collect();
    for key in 0..4_096 {
        if key % 1_024 != 7 {
            map.remove_mut(&key);
        }
    }
    assert!(
        matches!(map.root.as_deref(), Some(Node::Leaf(entries)) if entries.len() == 4),
        "{:?}",
        map.len()
    );
}

#[test]
fn maps_of_the_same_entries_are_equal_whatever_their_trees_look_like() {
    let forwards: Map<u64, u64> = (0..100).map(|key| (key, key)).collect();
    let backwards: Map<u64, u64> = (0..100).rev().map(|key| (key, key)).collect();
    assert_eq!(forwards, backwards);
    assert!(!forwards.ptr_eq(&backwards) && forwards.ptr_eq(&forwards.clone()));
    let mut other = forwards.clone();
    other.insert_mut(7, 8);
    assert_ne!(forwards, other);
    other.remove_mut(&7);
    assert_ne!(forwards, other);
}
