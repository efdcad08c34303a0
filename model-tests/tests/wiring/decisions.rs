//! Deciders that break a law alone, which a planted bug never does: it breaks something of a step as well, and that is told
//! first. Two of them remember what they have decided, which no decider should.

use std::cell::RefCell;
use std::collections::VecDeque;

use model_tests::subject::Subject;
use orchestration::read_model::{Thread, Turn, TurnEntry};
use orchestration::{
    DeciderError, OrchestrationCommand as Command, OrchestrationEvent as Event, OrchestrationReadModel as Model, decide,
};

/// How many decisions are remembered: as many as it takes to try two commands in either order.
const REMEMBERED: usize = 4;

/// The id of nothing.
const NIL: &str = "00000000-0000-0000-0000-000000000000";

thread_local! {
    /// What was decided before, the last first, and on what.
    static EARLIER: RefCell<VecDeque<(Command, Model)>> = const { RefCell::new(VecDeque::new()) };
}

/// Decides a command, but refuses it where what was decided before, the last first, is such that it forgets itself.
fn forgetting(
    command: &Command,
    model: &Model,
    forgets: fn(&VecDeque<(Command, Model)>, &Command, &Model) -> bool,
) -> Result<Vec<Event>, DeciderError> {
    let forgets = EARLIER.with_borrow_mut(|earlier| {
        let forgets = forgets(earlier, command, model);
        earlier.push_front((command.clone(), model.clone()));
        earlier.truncate(REMEMBERED);
        forgets
    });
    match (forgets, command.thread_id()) {
        (true, Some(thread_id)) => Err(DeciderError::ThreadNotFound { thread_id }),
        _ => decide(command, model),
    }
}

/// A1: what is decided twice in a row on the same model is decided otherwise the second time.
pub const FORGETS_AT_ONCE: Subject = Subject::CORE.with_decider(|command, model| {
    forgetting(command, model, |earlier, command, model| {
        let is_empty = *model == Model::default();
        let last = earlier.front();
        !is_empty && last.is_some_and(|(last, then)| last == command && then.is_same_as(model))
    })
});

/// A5: what was first decided behind another thread's command is decided otherwise before it.
pub const LOOKS_BEHIND: Subject = Subject::CORE.with_decider(|command, model| {
    forgetting(command, model, |earlier, command, model| {
        let is_now = |(last, then): &(Command, Model)| last == command && then == model;
        let thread = |model: &Model| command.thread_id().and_then(|id| model.thread(id)).cloned();
        let is_behind = |(last, then): &(Command, Model)| last == command && thread(then) == thread(model);
        earlier.front().is_some_and(is_behind) && !earlier.iter().any(is_now)
    })
});

/// A4: threads with an id of one form only are no threads.
pub const LOOKS_AT_IDS: Subject = Subject::CORE.with_decider(|command, model| match command.thread_id() {
    Some(thread_id) if thread_id.to_string().starts_with("00000002-0000-4000-8000-") => {
        Err(DeciderError::ThreadNotFound { thread_id })
    }
    _ => decide(command, model),
});

/// A9: what is in an ended turn is looked at, but only where it is none of what exploration puts there: prompts of the nil id.
pub const LOOKS_INTO_ENDED_TURNS: Subject = Subject::CORE.with_decider(|command, model| {
    let is_forgotten = |turn: &Turn| {
        let prompt = turn.entries().find_map(TurnEntry::as_message);
        turn.ended_at().is_some() && prompt.is_some_and(|prompt| prompt.id().to_string() == NIL)
    };
    match command.thread_id() {
        Some(thread_id) if model.threads().flat_map(Thread::turns).any(is_forgotten) => {
            Err(DeciderError::ThreadNotFound { thread_id })
        }
        _ => decide(command, model),
    }
});
