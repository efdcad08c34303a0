//! A map behaves as one of the standard library does, whatever is done to it.

use std::collections::BTreeMap;
use std::hash::DefaultHasher;

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
    assert_eq!(format!("{map:?}"), format!("{model:?}"));
    let made: Map<u64, u64> = model.iter().map(|(key, value)| (*key, *value)).collect();
    assert!(*map == made && hash(map) == hash(&made), "{map:?} is not {model:?}");
    assert_sound(map.root.as_deref());
}

fn hash(map: &Map<u64, u64>) -> u64 {
    let mut hasher = DefaultHasher::new();
    map.hash(&mut hasher);
    hasher.finish()
}

/// Every key is where it is looked for, all leaves stand at one depth, and the root has more than one child.
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
    let has_needless_level = |root: &Node<_, _, _>| matches!(root, Node::Branch(_)) && root.len() == 1;
    assert!(!root.is_some_and(has_needless_level), "the root has a single child");
    root.map(|root| depth(root, None, None));
}

fn leaves(node: &Node<u64, u64, NARROW>) -> usize {
    match node {
        Node::Leaf(_) => 1,
        Node::Branch(children) => children.filled().iter().flatten().map(|(_, child)| leaves(child)).sum(),
    }
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
            assert_eq!(map.contains_key(&other), model.contains_key(&other));
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
fn the_leaves_of_a_tree_that_shrinks_are_a_third_full_or_more_whatever_is_removed() {
    for seed in 0..20 {
        let mut numbers = Numbers(seed);
        let size = 1 + numbers.below(2_000);
        let mut map: Map<u64, u64> = (0..size).map(|key| (key, key)).collect();
        let mut model: BTreeMap<u64, u64> = (0..size).map(|key| (key, key)).collect();
        while !model.is_empty() {
            let leaves = map.root.as_deref().map_or(0, leaves);
            assert!(
                leaves * NARROW <= 3 * (map.len() + NARROW),
                "{leaves} leaves of {}",
                map.len()
            );
            // Most is removed one by one, and some of it in a row.
            let from = numbers.below(size);
            let more = if numbers.below(100) == 0 { numbers.below(100) } else { 0 };
            for key in from..=from + more {
                assert_eq!(map.remove_mut(&key), model.remove(&key));
            }
        }
        assert!(map.root.is_none());
    }
}

#[test]
fn maps_are_equal_and_hash_alike_exactly_when_those_of_the_standard_library_do() {
    let mut numbers = Numbers(11);
    let mut equal = 0;
    for _ in 0..2_000 {
        let [left, right] = [(); 2].map(|()| -> BTreeMap<u64, u64> {
            let length = numbers.below(4);
            (0..length).map(|_| (numbers.below(2), numbers.below(2))).collect()
        });
        let [own, other] = [&left, &right].map(|map| map.iter().map(|(key, value)| (*key, *value)).collect());
        let own: Map<u64, u64> = own;
        assert_eq!(own == other, left == right, "{left:?}, {right:?}");
        assert_eq!(hash(&own) == hash(&other), left == right, "{left:?}, {right:?}");
        assert!(!own.ptr_eq(&other) || left == right);
        equal += u32::from(left == right);
    }
    assert!((100..1_900).contains(&equal), "{equal} pairs are equal");
}
