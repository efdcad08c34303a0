//! The names in commands, and which of another run they stand for.

use std::collections::{HashMap, HashSet};

use orchestration::OrchestrationCommand as Command;
use serde_json::{Map, Value};

use crate::fields::{FIELDS, Holds};

/// Something by which commands name things: what a renaming renames.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name {
    /// Names of other kinds have nothing to do with each other.
    holds: Holds,
    text: String,
}

/// What a field says, but for texts and times.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    Nothing,
    Name(Name),
    Choice(Value),
    /// A text that could be absent is there.
    Something,
}

/// What a command says, but for its texts and its time: field by field in the order of the table, so that what tells
/// where it acts stands first.
pub(super) struct Gist(Vec<Said>);

impl Gist {
    pub(super) fn of(command: &Command) -> Self {
        let json = serde_json::to_value(command).unwrap_or_default();
        let (outer, event) = (json.as_object(), json["event"].as_object());
        let value_of = |name: &str| {
            [outer, event]
                .into_iter()
                .flatten()
                .find_map(|fields: &Map<_, _>| fields.get(name))
        };
        let said = FIELDS.iter().map(|field| match (field.holds, value_of(field.name)) {
            (holds @ (Holds::Id(_) | Holds::Name(_)), Some(Value::String(text))) => {
                let text = text.clone();
                Said::Name(Name { holds, text })
            }
            (Holds::Choice, Some(value)) => Said::Choice(value.clone()),
            (Holds::Text(_), Some(_)) if field.is_optional => Said::Something,
            (
                Holds::Id(_)
                | Holds::Name(_)
                | Holds::Choice
                | Holds::Text(_)
                | Holds::Kind
                | Holds::IdOrWord(_)
                | Holds::Count
                | Holds::Time(_)
                | Holds::Fields,
                _,
            ) => Said::Nothing,
        });
        Self(said.collect())
    }
}

/// Which name of one run stands for which of another.
#[derive(Default)]
pub(super) struct Renaming {
    renamed: HashMap<Name, Name>,
    taken: HashSet<Name>,
}

impl Renaming {
    /// In what a command of the other run agrees with one of this, the most important first.
    pub(super) fn agreement(&self, this: &Gist, other: &Gist) -> Vec<bool> {
        let fields = this.0.iter().zip(&other.0);
        let agrees = fields.map(|said| match said {
            (Said::Name(this), Said::Name(other)) => self.is_renamed(this, other),
            (this, other) => this == other,
        });
        agrees.collect()
    }

    /// A name that stands for none yet agrees with any that none stands for.
    fn is_renamed(&self, this: &Name, other: &Name) -> bool {
        self.renamed
            .get(this)
            .map_or_else(|| !self.taken.contains(other), |renamed| renamed == other)
    }

    /// Takes note of the names that two corresponding commands share.
    pub(super) fn learn(&mut self, this: Gist, other: Gist) {
        for said in this.0.into_iter().zip(other.0) {
            if let (Said::Name(this), Said::Name(other)) = said {
                self.taken.insert(other.clone());
                self.renamed.insert(this, other);
            }
        }
    }
}
