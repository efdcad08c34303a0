//! The tree of shortest ways: how each state was first reached.
//!
//! Of a state no more is kept than the command by which it was reached and the state before: its model is made again when it is
//! expanded. Neighbours in a level have their ancestors in common, so that this takes little more than a step for each.

use std::collections::HashMap;
use std::ops::Range;

use orchestration::{OrchestrationCommand, OrchestrationReadModel};
use serde::{Deserialize, Serialize};

use super::commands::Commands;
use crate::subject::Subject;

/// How a state was first reached: from which state, and by which of the commands that are tried there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Edge {
    pub(super) parent: u32,
    pub(super) command: u32,
}

/// A state to be expanded.
pub(super) struct Node {
    pub(super) number: u32,
    pub(super) model: OrchestrationReadModel,
}

/// How each state was reached, by its number. The first is the empty model, and leads to itself.
#[derive(Debug, Default)]
pub(super) struct Tree {
    edges: Vec<Edge>,
}

impl Tree {
    /// How many states there are.
    pub(super) const fn len(&self) -> usize {
        self.edges.len()
    }

    /// Takes in a state that was reached in this way.
    pub(super) fn push(&mut self, edge: Edge) {
        self.edges.push(edge);
    }

    /// The edges from the empty model to a state.
    pub(super) fn path_to(&self, mut state: u32) -> Vec<Edge> {
        let mut path = Vec::new();
        while state > 0 {
            let Some(edge) = self.edges.get(state as usize) else {
                break;
            };
            path.push(*edge);
            state = edge.parent;
        }
        path.reverse();
        path
    }
}

/// A state that was made again, and the commands that are tried there.
struct Ancestor {
    model: OrchestrationReadModel,
    commands: Vec<OrchestrationCommand>,
}

/// Makes the models of states again.
pub(super) struct Rebuilding<'a> {
    subject: Subject,
    commands: &'a Commands,
    tree: &'a Tree,
    ancestors: HashMap<u32, Ancestor, foldhash::fast::FixedState>,
}

impl<'a> Rebuilding<'a> {
    pub(super) fn new(subject: Subject, commands: &'a Commands, tree: &'a Tree) -> Self {
        Self {
            subject,
            commands,
            tree,
            ancestors: HashMap::default(),
        }
    }

    /// The states with these numbers.
    pub(super) fn nodes(mut self, numbers: Range<u32>) -> impl Iterator<Item = Node> {
        numbers.map(move |number| Node {
            number,
            model: self.model_of(number),
        })
    }

    fn model_of(&mut self, state: u32) -> OrchestrationReadModel {
        let mut missing = Vec::new();
        let mut ancestor = state;
        while let Some(edge) = self.tree.edges.get(ancestor as usize).filter(|_| ancestor > 0) {
            missing.push(*edge);
            if self.ancestors.contains_key(&edge.parent) {
                break;
            }
            ancestor = edge.parent;
        }
        let mut model = OrchestrationReadModel::default();
        while let Some(edge) = missing.pop() {
            let made = self.ancestors.entry(edge.parent).or_insert_with(|| Ancestor {
                commands: self.commands.of(&model),
                model,
            });
            model = made.model.clone();
            if let Some(command) = made.commands.get(edge.command as usize) {
                let events = self.subject.decide(command, &model).unwrap_or_default();
                model = self.subject.fold(model, &events);
            }
        }
        model
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::explore::Scope;

    const FIRST: Edge = Edge { parent: 0, command: 0 };

    #[test]
    fn the_way_to_a_state_begins_at_the_empty_model() {
        let mut tree = Tree { edges: vec![FIRST] };
        let second = Edge { parent: 1, command: 7 };
        tree.push(FIRST);
        tree.push(second);
        tree.push(Edge { parent: 0, command: 3 });
        assert_eq!(tree.path_to(0), []);
        assert_eq!(tree.path_to(2), [FIRST, second]);
        assert_eq!(tree.len(), 4);
    }

    #[test]
    fn a_state_is_made_again_as_it_was() {
        let commands = Commands::new(Scope::SMALL, true).expect("the names are well-formed");
        let (mut tree, mut models) = (Tree { edges: vec![FIRST] }, vec![OrchestrationReadModel::default()]);
        // Each state that is reached by a command of one of the first hundred.
        for parent in 0..100 {
            let before = models[parent as usize].clone();
            for (command, tried) in (0..).zip(commands.of(&before)) {
                if let Ok(events) = Subject::CORE.decide(&tried, &before) {
                    models.push(Subject::CORE.fold(before.clone(), &events));
                    tree.push(Edge { parent, command });
                }
            }
        }
        let all = u32::try_from(models.len()).expect("some hundreds");
        for first in [0, 1, 50, all - 1] {
            let made = Rebuilding::new(Subject::CORE, &commands, &tree);
            for node in made.nodes(first..all) {
                assert_eq!(node.model, models[node.number as usize], "{}", node.number);
            }
        }
    }
}
