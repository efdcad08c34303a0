//! What somebody looks for in a state, in words: "awaiting approval and two checkpoints".
//!
//! Conditions stand one behind the other, with *and* or commas between them. Each is a status of a thread, or a number of things:
//! *no*, *a*, *two* or *2* of them, and as many at least, unless it is *no*, *exactly* or *at most* so many. What threads have,
//! one thread must have all of it.

use std::str::FromStr;

use orchestration::OrchestrationReadModel;
use orchestration::read_model::{
    Decision, MessageRole, Project, Thread, ThreadStatus, ToolCallStatus, Turn, TurnEntry, TurnStatus,
};
use thiserror::Error;

/// What somebody looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    conditions: Vec<Condition>,
}

/// Words that are not understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{words}` is not understood: expected {}, or a number of {}, with `and` between them", join(STATUSES.iter().map(|(name, _)| *name)), join(THINGS.iter().map(|(name, _)| *name)))]
pub struct UnknownWords {
    /// The words.
    pub words: String,
}

fn join<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Condition {
    thing: Thing,
    count: Count,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    AtLeast(usize),
    Exactly(usize),
    AtMost(usize),
}

impl Count {
    const fn holds(self, found: usize) -> bool {
        match self {
            Self::AtLeast(count) => found >= count,
            Self::Exactly(count) => found == count,
            Self::AtMost(count) => found <= count,
        }
    }
}

/// What can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thing {
    Status(ThreadStatus),
    Projects,
    Threads,
    Branches,
    Commits,
    PushedCommits,
    Turns,
    CompletedTurns,
    FailedTurns,
    InterruptedTurns,
    Checkpoints,
    Messages,
    ToolCalls,
    OpenToolCalls,
    Approvals,
    PendingApprovals,
}

const STATUSES: [(&str, ThreadStatus); 3] = [
    ("idle", ThreadStatus::Idle),
    ("running", ThreadStatus::Running),
    ("awaiting approval", ThreadStatus::AwaitingApproval),
];

const THINGS: [(&str, Thing); 15] = [
    ("projects", Thing::Projects),
    ("threads", Thing::Threads),
    ("branches", Thing::Branches),
    ("commits", Thing::Commits),
    ("pushed commits", Thing::PushedCommits),
    ("turns", Thing::Turns),
    ("completed turns", Thing::CompletedTurns),
    ("failed turns", Thing::FailedTurns),
    ("interrupted turns", Thing::InterruptedTurns),
    ("checkpoints", Thing::Checkpoints),
    ("messages", Thing::Messages),
    ("tool calls", Thing::ToolCalls),
    ("open tool calls", Thing::OpenToolCalls),
    ("approvals", Thing::Approvals),
    ("pending approvals", Thing::PendingApprovals),
];

const NUMBERS: [&str; 11] = [
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
];

impl Wanted {
    /// Whether a state has it.
    #[must_use]
    pub fn is_met_by(&self, model: &OrchestrationReadModel) -> bool {
        let (of_model, of_thread): (Vec<&Condition>, Vec<_>) = self
            .conditions
            .iter()
            .partition(|condition| condition.thing.in_model(model).is_some());
        let in_model = |condition: &&Condition| {
            let found = condition.thing.in_model(model);
            found.is_some_and(|found| condition.count.holds(found))
        };
        let in_thread = |thread: &Thread| {
            of_thread
                .iter()
                .all(|condition| condition.count.holds(condition.thing.in_thread(thread)))
        };
        of_model.iter().all(in_model) && (of_thread.is_empty() || model.threads().any(in_thread))
    }
}

impl Thing {
    /// How many a model has, if it is no thread's.
    fn in_model(self, model: &OrchestrationReadModel) -> Option<usize> {
        let branches = || model.projects().flat_map(Project::branches);
        match self {
            Self::Projects => Some(model.projects().len()),
            Self::Threads => Some(model.threads().len()),
            Self::Branches => Some(branches().count()),
            Self::Commits => Some(branches().map(|branch| branch.commits().len()).sum()),
            Self::PushedCommits => Some(branches().map(|branch| branch.pushed_commits() as usize).sum()),
            Self::Status(_)
            | Self::Turns
            | Self::CompletedTurns
            | Self::FailedTurns
            | Self::InterruptedTurns
            | Self::Checkpoints
            | Self::Messages
            | Self::ToolCalls
            | Self::OpenToolCalls
            | Self::Approvals
            | Self::PendingApprovals => None,
        }
    }

    /// How many a thread has.
    fn in_thread(self, thread: &Thread) -> usize {
        let turns = |is_meant: fn(&TurnStatus) -> bool| thread.turns().filter(|turn| is_meant(turn.status())).count();
        let entries = |is_meant: fn(&TurnEntry) -> bool| {
            let entries = thread.turns().flat_map(Turn::entries);
            entries.filter(|entry| is_meant(entry)).count()
        };
        match self {
            Self::Status(status) => usize::from(thread.status() == status),
            Self::Turns => thread.turns().len(),
            Self::CompletedTurns => turns(|status| matches!(status, TurnStatus::Completed)),
            Self::FailedTurns => turns(|status| matches!(status, TurnStatus::Failed { .. })),
            Self::InterruptedTurns => turns(|status| matches!(status, TurnStatus::Interrupted)),
            Self::Checkpoints => thread.checkpoints().len(),
            Self::Messages => entries(|entry| {
                entry
                    .as_message()
                    .is_some_and(|message| message.role() != MessageRole::User)
            }),
            Self::ToolCalls => entries(|entry| entry.as_tool_call().is_some()),
            Self::OpenToolCalls => entries(|entry| {
                entry
                    .as_tool_call()
                    .is_some_and(|call| call.status() == ToolCallStatus::Open)
            }),
            Self::Approvals => entries(|entry| entry.as_approval().is_some()),
            Self::PendingApprovals => entries(|entry| {
                entry
                    .as_approval()
                    .is_some_and(|approval| matches!(approval.decision(), Decision::Pending))
            }),
            Self::Projects | Self::Threads | Self::Branches | Self::Commits | Self::PushedCommits => 0,
        }
    }
}

impl FromStr for Wanted {
    type Err = UnknownWords;

    fn from_str(text: &str) -> Result<Self, UnknownWords> {
        let text = text.to_lowercase().replace(',', " and ");
        let words: Vec<_> = text.split_whitespace().collect();
        let conditions = words.split(|word| *word == "and").filter(|words| !words.is_empty());
        let conditions: Vec<_> = conditions.map(condition).collect::<Result<_, _>>()?;
        if conditions.is_empty() {
            return Err(UnknownWords { words: text });
        }
        Ok(Self { conditions })
    }
}

fn condition(words: &[&str]) -> Result<Condition, UnknownWords> {
    let unknown = || UnknownWords { words: words.join(" ") };
    let (make, rest): (fn(usize) -> Count, _) = match words {
        ["at", "least", rest @ ..] => (Count::AtLeast, rest),
        ["at", "most", rest @ ..] => (Count::AtMost, rest),
        ["exactly" | "just", rest @ ..] => (Count::Exactly, rest),
        all => (Count::AtLeast, all),
    };
    let number = rest.first().and_then(|word| number(word));
    let name = rest.get(usize::from(number.is_some())..).unwrap_or_default().join(" ");
    let name = name.trim_start_matches("thread ");
    if let Some((_, status)) = STATUSES.iter().find(|(known, _)| *known == name) {
        let thing = Thing::Status(*status);
        return Ok(Condition {
            thing,
            count: Count::AtLeast(1),
        });
    }
    let is_named = |(known, _): &&(&str, Thing)| *known == name || singular(known) == name;
    let (_, thing) = THINGS.iter().find(is_named).ok_or_else(unknown)?;
    let count = match number {
        Some(0) => Count::Exactly(0),
        number => make(number.unwrap_or(1)),
    };
    Ok(Condition { thing: *thing, count })
}

fn number(word: &str) -> Option<usize> {
    match word {
        "a" | "an" => Some(1),
        "zero" => Some(0),
        word => NUMBERS
            .iter()
            .position(|known| *known == word)
            .or_else(|| word.parse().ok()),
    }
}

fn singular(plural: &str) -> &str {
    plural
        .strip_suffix("es")
        .filter(|_| plural == "branches")
        .or_else(|| plural.strip_suffix('s'))
        .unwrap_or(plural)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::{RandomSteps, Walk};
    use crate::subject::Subject;

    fn wanted(text: &str) -> Wanted {
        text.parse().expect("it is understood")
    }

    /// Every model of some runs, each with a mix of its own.
    fn models() -> Vec<OrchestrationReadModel> {
        let mut models = vec![OrchestrationReadModel::default()];
        for seed in 0..12 {
            let mut walk = Walk::new(Subject::CORE);
            for step in RandomSteps::new(seed).take(200) {
                walk.take(step);
                models.push(walk.model().clone());
            }
        }
        models
    }

    #[test]
    fn conditions_are_read_in_several_forms() {
        for same in [
            "two checkpoints",
            "2 checkpoints",
            "at least two checkpoints",
            "Two  Checkpoints, a thread",
        ] {
            let condition = wanted(same).conditions[0];
            assert_eq!(
                (condition.thing, condition.count),
                (Thing::Checkpoints, Count::AtLeast(2)),
                "{same}"
            );
        }
        assert_eq!(wanted("no projects").conditions[0].count, Count::Exactly(0));
        assert_eq!(wanted("exactly 3 branches").conditions[0].count, Count::Exactly(3));
        assert_eq!(
            wanted("at most one pushed commit").conditions[0].count,
            Count::AtMost(1)
        );
        assert_eq!(
            wanted("thread awaiting approval").conditions[0].thing,
            Thing::Status(ThreadStatus::AwaitingApproval)
        );
        assert_eq!(wanted("a branch and failed turn").conditions.len(), 2);
    }

    #[test]
    fn what_is_not_understood_is_named_with_what_is() {
        for (text, words) in [
            ("", ""),
            ("two widgets", "two widgets"),
            ("idle and lost", "lost"),
            ("at least", "at least"),
        ] {
            let error = text.parse::<Wanted>().expect_err(text).to_string();
            let expected = format!(
                "`{words}` is not understood: expected idle, running, awaiting approval, or a number of projects"
            );
            assert!(error.starts_with(&expected), "{error}");
        }
    }

    #[test]
    fn what_is_counted_is_what_the_model_has() {
        let models = models();
        let met = |text: &str| {
            let wanted = wanted(text);
            models.iter().filter(|model| wanted.is_met_by(model)).count()
        };
        let held =
            |is_held: &dyn Fn(&OrchestrationReadModel) -> bool| models.iter().filter(|model| is_held(model)).count();
        assert_eq!(met("two projects"), held(&|model| model.projects().len() >= 2));
        assert_eq!(met("no threads"), held(&|model| model.threads().len() == 0));
        assert_eq!(
            met("running"),
            held(&|model| model.threads().any(|thread| thread.status() == ThreadStatus::Running))
        );
        assert_eq!(
            met("idle and two turns"),
            held(&|model| model
                .threads()
                .any(|thread| thread.status() == ThreadStatus::Idle && thread.turns().len() >= 2))
        );
        assert_eq!(
            met("pending approval, at most 1 turn"),
            held(&|model| model.threads().any(|thread| {
                let pending = |turn: &Turn| turn.pending_approvals() > 0;
                thread.turns().any(pending) && thread.turns().len() <= 1
            }))
        );
        assert_eq!(met("running and no turns"), 0);
        for (name, _) in THINGS {
            assert!(met(name) > 0, "{name} are nowhere");
            assert!(
                met(&format!("no {name}")) > 0 && met(&format!("one {}", singular(name))) == met(name),
                "{name}"
            );
        }
    }
}
