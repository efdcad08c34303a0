//! The space of states, one state at a time: what can be done in it, what comes of that, and where a state is that has what
//! somebody looks for.
//!
//! What can be done is what [exploration](crate::search::explore) tries: every command on what is there, on what is new, and on
//! what never was. But here the real core answers for one state alone, so that the scope can be larger than any that is
//! explored to its end.

mod find;
mod wanted;

use orchestration::{OrchestrationCommand, OrchestrationReadModel, ValueError};

use crate::check::panics::caught;
use crate::kind::Kind;
use crate::search::explore::{Commands, Scope};
use crate::subject::{Decided, Subject};

pub use find::{Found, Limits};
pub use wanted::{UnknownWords, Wanted};

/// What is tried in a state: more of everything than an exploration has room for.
pub const SCOPE: Scope = Scope {
    projects: 2,
    threads: 3,
    turns: 4,
    messages: 3,
    pieces: 3,
    tool_calls: 3,
    approvals: 3,
    checkpoints: 3,
    branches: 2,
    commits: 3,
};

/// Goes about in the space of states of a subject.
#[derive(Clone, Debug)]
pub struct Browser {
    subject: Subject,
    commands: Commands,
}

/// A command that can be given in a state, and what comes of it there.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The command.
    pub command: OrchestrationCommand,
    /// What is decided; nothing if the subject panics.
    pub decision: Option<Decided>,
}

impl Choice {
    /// The kind of the command.
    #[must_use]
    pub fn kind(&self) -> Kind {
        Kind::of(&self.command)
    }
}

impl Browser {
    /// A browser of what can be done within a scope.
    ///
    /// # Errors
    ///
    /// If a name that commands are made of breaks a rule of its type.
    pub fn new(subject: Subject, scope: Scope) -> Result<Self, ValueError> {
        let commands = Commands::new(scope, true)?;
        Ok(Self { subject, commands })
    }

    /// The subject whose space it is.
    #[must_use]
    pub const fn subject(&self) -> Subject {
        self.subject
    }

    /// All that can be done in a state, in the order of the kinds.
    #[must_use]
    pub fn choices(&self, model: &OrchestrationReadModel) -> Vec<Choice> {
        let mut commands = self.commands.of(model);
        commands.sort_by_key(Kind::of);
        commands.dedup();
        let choice = |command: OrchestrationCommand| Choice {
            decision: caught(command.kind(), || self.subject.decide(&command, model)).ok(),
            command,
        };
        commands.into_iter().map(choice).collect()
    }

    /// The state that a command leads to. Nothing if it is refused, or if the subject panics.
    fn after(&self, command: &OrchestrationCommand, model: &OrchestrationReadModel) -> Option<OrchestrationReadModel> {
        caught(command.kind(), || {
            let events = self.subject.decide(command, model).ok()?;
            Some(self.subject.fold(model.clone(), &events))
        })
        .ok()
        .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_empty_state_a_project_can_be_created_and_everything_else_is_refused() {
        let browser = Browser::new(Subject::CORE, SCOPE).expect("the names are well-formed");
        let choices = browser.choices(&OrchestrationReadModel::default());
        assert!(choices.iter().map(Choice::kind).is_sorted());
        for choice in &choices {
            let is_accepted = matches!(choice.decision, Some(Ok(_)));
            assert_eq!(is_accepted, choice.kind() == Kind::CreateProject, "{choice:?}");
        }
    }

    #[test]
    fn every_kind_can_be_tried_somewhere_along_the_way_to_a_pending_approval() {
        let browser = Browser::new(Subject::CORE, SCOPE).expect("the names are well-formed");
        let mut model = OrchestrationReadModel::default();
        let way = [
            Kind::CreateProject,
            Kind::CreateThread,
            Kind::StartTurn,
            Kind::AwaitingApproval,
        ];
        for kind in way {
            let choices = browser.choices(&model);
            let accepted = |choice: &&Choice| choice.kind() == kind && matches!(choice.decision, Some(Ok(_)));
            let choice = choices.iter().find(accepted).expect("it is accepted");
            model = browser.after(&choice.command, &model).expect("it leads on");
        }
        let choices = browser.choices(&model);
        let answer = choices
            .iter()
            .find(|choice| choice.kind() == Kind::ApprovePendingAction);
        assert!(matches!(
            answer.and_then(|answer| answer.decision.as_ref()),
            Some(Ok(_))
        ));
    }

    #[test]
    fn a_subject_that_panics_leads_nowhere() {
        let panicking = Subject::CORE.with_decider(|_, _| panic!("it cannot decide"));
        let browser = Browser::new(panicking, SCOPE).expect("the names are well-formed");
        let choices = browser.choices(&OrchestrationReadModel::default());
        assert!(choices.iter().all(|choice| choice.decision.is_none()));
        assert_eq!(
            browser.after(&choices[0].command, &OrchestrationReadModel::default()),
            None
        );
    }
}
