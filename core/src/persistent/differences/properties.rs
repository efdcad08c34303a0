//! Every difference is found, and what two maps share is not looked at, whatever the maps.

use std::collections::{BTreeMap, BTreeSet};

use super::tests::{SPACING, Shared, found, map};
use super::*;
use crate::persistent::Map;

/// Numbers below a bound that look random and are always the same.
fn numbers(mut state: u64) -> impl FnMut(u64) -> u64 {
    move |bound| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    }
}

/// The differences that looking at every entry finds.
fn by_looking_at_all(before: &Shared, after: &Shared) -> Vec<(u64, &'static str)> {
    let (before, after): (BTreeMap<_, _>, BTreeMap<_, _>) = (before.iter().collect(), after.iter().collect());
    let keys: BTreeSet<u64> = before.keys().chain(after.keys()).map(|key| **key).collect();
    let difference = |key| match (before.get(&key), after.get(&key)) {
        (Some(before), Some(after)) if Arc::ptr_eq(before, after) => None,
        (Some(_), Some(_)) => Some((key, "changed")),
        (Some(_), None) => Some((key, "removed")),
        (None, _) => Some((key, "added")),
    };
    keys.into_iter().filter_map(difference).collect()
}

#[test]
fn every_difference_is_found_and_nothing_else_whatever_was_done() {
    let mut below = numbers(1);
    for keys in [3, 12, 70, 700, 5_000] {
        let mut kept = vec![Map::new()];
        let mut map: Shared = Map::new();
        for step in 1..200 {
            // It grows, shrinks and grows again.
            let inserts = if step % 150 < 90 { 5 } else { 1 };
            for _ in 0..below(30) {
                let key = below(keys);
                if below(6) < inserts {
                    map.insert_mut(key, Arc::new(key + SPACING * step));
                } else {
                    map.remove_mut(&key);
                }
            }
            for before in &kept {
                assert_eq!(found(before, &map), by_looking_at_all(before, &map));
                assert_eq!(found(&map, before), by_looking_at_all(&map, before));
            }
            if step % 40 == 0 {
                kept.push(map.clone());
            }
        }
    }
}

/// The nodes of a map, by address.
fn nodes(map: &Shared) -> BTreeSet<*const Node<u64, u64>> {
    fn add(node: &Arc<Node<u64, u64>>, nodes: &mut BTreeSet<*const Node<u64, u64>>) {
        nodes.insert(Arc::as_ptr(node));
        if let Node::Branch(children) = &**node {
            let children = children.filled().iter().flatten();
            children.for_each(|(_, child)| add(child, nodes));
        }
    }
    let mut nodes = BTreeSet::new();
    map.root().into_iter().for_each(|root| add(root, &mut nodes));
    nodes
}

/// How many nodes of each of two maps are looked into for all their differences.
fn opened(before: &Shared, after: &Shared) -> [usize; 2] {
    let mut differences = after.differences(before);
    while differences.next().is_some() {}
    [differences.before.opened, differences.after.opened]
}

#[test]
fn between_maps_of_the_same_keys_exactly_those_nodes_are_looked_into_that_one_of_them_has() {
    let mut below = numbers(2);
    for _ in 0..60 {
        let size = 1 + below(3_000);
        let before = map(0..size);
        let mut after = before.clone();
        for _ in 0..below(20) {
            let key = below(size);
            after.insert_mut(key, Arc::new(key + SPACING));
        }
        let (own, others) = (nodes(&after), nodes(&before));
        let expected = [others.difference(&own).count(), own.difference(&others).count()];
        assert_eq!(opened(&before, &after), expected);
    }
}

#[test]
fn of_a_map_that_has_grown_at_its_end_no_node_is_looked_into_that_it_still_has() {
    let mut below = numbers(3);
    for _ in 0..60 {
        let size = below(2_000);
        let before = map(0..size);
        let mut after = before.clone();
        for key in size..size + below(3_000) {
            after.insert_mut(key, Arc::new(key));
        }
        let (own, others) = (nodes(&after), nodes(&before));
        let expected = others.difference(&own).count();
        assert_eq!(opened(&before, &after)[0], expected);
        assert_eq!(opened(&after, &before)[1], expected);
    }
}
