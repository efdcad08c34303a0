//! A map behaves as one of the standard library does.

use std::collections::BTreeMap;

use super::*;

/// A source of numbers that look random and are always the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

#[track_caller]
fn assert_same(map: &Map<u64, u64>, model: &BTreeMap<u64, u64>) {
    assert!(map.iter().eq(model), "{map:?} is not {model:?}");
    assert!(map.iter().rev().eq(model.iter().rev()), "{map:?} is not {model:?}");
    assert_eq!(map.iter().len(), model.len());
    assert_sound(map.root.as_deref());
}

/// Every key is where it is looked for, all leaves stand at one depth, and the tree is not too deep.
#[track_caller]
fn assert_sound(root: Option<&Node<u64, u64, NARROW>>) {
    fn depth(node: &Node<u64, u64, NARROW>, from: Option<u64>, to: Option<u64>) -> usize {
        match node {
            Node::Leaf(entries) => {
                for (key, _) in entries.filled().iter().flatten() {
                    assert!(from.is_none_or(|from| from <= *key) && to.is_none_or(|to| *key < to));
                }
                assert!(entries.len() > 0);
                1
            }
            Node::Branch(children) => {
                let children: Vec<_> = children.filled().iter().flatten().collect();
                assert!(!children.is_empty());
                let depths: Vec<usize> = (0..children.len())
                    .map(|position| {
                        let from = if position == 0 {
                            from
                        } else {
                            Some(children[position].0)
                        };
                        let to = children.get(position + 1).map_or(to, |(key, _)| Some(*key));
                        depth(&children[position].1, from, to)
                    })
                    .collect();
                assert!(depths.iter().all(|depth| *depth == depths[0]), "{depths:?}");
                depths[0] + 1
            }
        }
    }
    root.map(|root| depth(root, None, None));
}

#[test]
fn a_map_does_what_the_standard_one_does_whatever_comes() {
    for (seed, keys) in [(1, 12), (2, 70), (3, 700), (4, 5_000)] {
        let mut numbers = Numbers(seed);
        let (mut map, mut model) = (Map::<u64, u64>::new(), BTreeMap::new());
        for step in 0..6_000_u64 {
            let key = numbers.below(keys);
            // It grows, shrinks and grows again.
            let inserts = if step % 2_000 < 1_000 { 3 } else { 1 };
            if numbers.below(4) < inserts {
                map.insert_mut(key, step);
                model.insert(key, step);
            } else {
                assert_eq!(map.remove_mut(&key), model.remove(&key));
            }
            let other = numbers.below(keys);
            assert_eq!(map.get(&other), model.get(&other));
            assert_eq!(map.len(), model.len());
            if let Some(value) = map.get_mut(&other) {
                *value += 1;
                *model.get_mut(&other).expect("the same keys") += 1;
            }
            if step % 97 == 0 {
                assert_same(&map, &model);
            }
        }
        for key in 0..keys {
            assert_eq!(map.remove_mut(&key), model.remove(&key));
        }
        assert_same(&map, &model);
        assert!(map.root.is_none());
    }
}

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
fn a_change_leaves_every_clone_as_it_was() {
    let mut numbers = Numbers(7);
    let (mut map, mut model) = (Map::<u64, u64>::new(), BTreeMap::new());
    let mut kept = Vec::new();
    for step in 0..600 {
        kept.push((map.clone(), model.clone()));
        let key = numbers.below(100);
        if step < 300 || numbers.below(2) == 0 {
            map.insert_mut(key, step);
            model.insert(key, step);
        } else {
            map.remove_mut(&key);
            model.remove(&key);
        }
        if let Some(value) = map.get_mut(&numbers.below(100)) {
            *value = step + 1_000;
        }
        model = map.iter().map(|(key, value)| (*key, *value)).collect();
    }
    for (map, model) in &kept {
        assert_same(map, model);
    }
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
