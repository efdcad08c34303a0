//! All ways in which something may go, one after the other.

/// One way to choose, each time that there is a choice. [`next`](Self::next) gives the one after it, until all were had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choices {
    /// What was chosen, and of how many.
    chosen: Vec<(usize, usize)>,
    /// How many choices were made so far.
    made: usize,
}

impl Choices {
    /// Chooses a number below `of`, which is not 0.
    pub fn choose(&mut self, of: usize) -> usize {
        let position = self.made;
        self.made += 1;
        let chosen = self.chosen.get(position).map(|(choice, _)| *choice);
        chosen.unwrap_or_else(|| {
            self.chosen.push((0, of));
            0
        })
    }

    /// The next way: the last choice that has another one left takes it, and all after it are made anew.
    pub fn next(mut self) -> Option<Self> {
        while let Some((choice, of)) = self.chosen.pop() {
            if choice + 1 < of {
                self.chosen.push((choice + 1, of));
                return Some(Self { made: 0, ..self });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Choices;

    #[test]
    fn every_way_to_choose_is_had_once() {
        let mut ways = Vec::new();
        let mut next = Some(Choices::default());
        while let Some(mut choices) = next {
            let first = choices.choose(3);
            // What there is to choose may depend on what was chosen.
            let second = if first == 1 { choices.choose(2) } else { 9 };
            ways.push((first, second));
            next = choices.next();
        }
        assert_eq!(ways, [(0, 9), (1, 0), (1, 1), (2, 9)]);
    }
}
