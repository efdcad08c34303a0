//! Commands and decisions in a few words, for people.

use std::fmt::Display;

use orchestration::provider_event::ProviderEvent;
use orchestration::read_model::{Project, Thread};
use orchestration::{ActionId, OrchestrationCommand as Command, OrchestrationEvent, OrchestrationReadModel, TurnId};
use serde::Serialize;
use uuid::Uuid;

use crate::kind::Kind;
use crate::subject::Decided;

/// How many characters of a text are shown.
const SHOWN_CHARACTERS: usize = 32;

/// A command by the name of its kind, or of the provider event that it ingests, and what tells it from others of the
/// kind.
#[must_use]
pub fn command(command: &Command) -> String {
    let name = Kind::of(command).name();
    match detail(command) {
        None => name.to_owned(),
        Some(detail) => format!("{name} {detail}"),
    }
}

fn detail(command: &Command) -> Option<String> {
    match command {
        Command::CreateProject(command) => Some(quote(command.path.as_str())),
        Command::RenameProject(command) => Some(quote(command.name.as_str())),
        Command::DeleteProject(command) => Some(short(command.project_id.as_uuid())),
        Command::CreateThread(command) => Some(quote(command.title.as_str())),
        Command::SelectThread(_) | Command::DeleteThread(_) | Command::PushBranch(_) => None,
        Command::StartTurn(command) => {
            let (prompt, turn) = (quote(command.prompt.as_str()), short(command.turn_id.as_uuid()));
            Some(format!("{prompt} as {turn}"))
        }
        Command::InterruptTurn(command) => Some(short(command.turn_id.as_uuid())),
        Command::ApprovePendingAction(command) => Some(answered(command.turn_id, command.action_id)),
        Command::RejectPendingAction(command) => Some(answered(command.turn_id, command.action_id)),
        Command::IngestProviderEvent(command) => {
            let detail = provider_event(&command.event).map(|detail| format!("{detail} "));
            let turn = short(command.turn_id.as_uuid());
            Some(format!("{}in {turn}", detail.unwrap_or_default()))
        }
        Command::CreateCheckpoint(command) => Some(short(command.checkpoint_id.as_uuid())),
        Command::RestoreCheckpoint(command) => Some(short(command.checkpoint_id.as_uuid())),
        Command::CreateBranch(command) => Some(command.branch.to_string()),
        Command::CommitChanges(command) => Some(quote(command.message.as_str())),
    }
}

/// An action, and the turn that asked: the next turn may ask under the same id.
fn answered(turn_id: TurnId, action_id: ActionId) -> String {
    format!("{} in {}", short(action_id.as_uuid()), short(turn_id.as_uuid()))
}

fn provider_event(event: &ProviderEvent) -> Option<String> {
    match event {
        ProviderEvent::TextDelta(delta) => Some(quote(delta.text.as_str())),
        ProviderEvent::ThinkingDelta(delta) => Some(quote(delta.text.as_str())),
        ProviderEvent::ToolCall(request) => {
            let (name, id) = (request.name.as_str(), request.tool_call_id.as_str());
            Some(format!("{} {}", word(name), quote(id)))
        }
        ProviderEvent::ToolResult(result) => Some(quote(result.tool_call_id.as_str())),
        ProviderEvent::AwaitingApproval(request) => Some(short(request.action_id.as_uuid())),
        ProviderEvent::TurnComplete(_) => None,
        ProviderEvent::Error(error) => Some(quote(error.message.as_str())),
    }
}

/// A value that may not be there.
#[must_use]
pub(crate) fn or_none<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

/// A value by its wire form: nothing of it is left out.
#[must_use]
pub(crate) fn wire_form<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| format!("what has no wire form ({error})"))
}

/// The project or thread that a command names, by the end of its id.
#[must_use]
pub fn subject(command: &Command) -> String {
    let uuid = match command.thread_id() {
        Some(id) => Some(*id.as_uuid()),
        None => command.project_id().map(|id| *id.as_uuid()),
    };
    uuid.map_or_else(String::new, |uuid| short(&uuid))
}

/// A model in outline: how many things of each kind there are, with the largest number in one place.
#[must_use]
pub fn model(model: &OrchestrationReadModel) -> String {
    let of_projects = |count: fn(&Project) -> usize| sizes(model.projects().map(count));
    let of_threads = |count: fn(&Thread) -> usize| sizes(model.threads().map(count));
    let turns = || model.threads().flat_map(Thread::turns);
    let branches = || model.projects().flat_map(Project::branches);
    let lines = [
        format!("projects: {}", model.projects().len()),
        format!("branches: {}", of_projects(|project| project.branches().len())),
        format!("commits: {}", sizes(branches().map(|branch| branch.commits().len()))),
        format!("threads: {}", model.threads().len()),
        format!("active turns: {}", model.active_turns().count()),
        format!("turns: {}", of_threads(|thread| thread.turns().len())),
        format!("entries: {}", sizes(turns().map(|turn| turn.entries().len()))),
        format!("checkpoints: {}", of_threads(|thread| thread.checkpoints().len())),
    ];
    lines.join("\n")
}

/// How many there are together, and how many at most in one place if that is fewer.
fn sizes(sizes: impl Iterator<Item = usize>) -> String {
    let (all, most) = sizes.fold((0, 0), |(all, most), size| (all + size, size.max(most)));
    if most == all {
        return all.to_string();
    }
    format!("{all}, at most {most} in one")
}

/// What was decided: the kinds of the events, or the kind of the error; nothing was, if the subject panicked.
#[must_use]
pub fn decision(decision: Option<&Decided>) -> String {
    match decision {
        None => "panicked".to_owned(),
        Some(Ok(events)) if events.is_empty() => "accepted, without an event".to_owned(),
        Some(Ok(events)) => events
            .iter()
            .map(OrchestrationEvent::kind)
            .collect::<Vec<_>>()
            .join(", "),
        Some(Err(error)) => format!("refused: {}", error.kind()),
    }
}

/// The last eight digits of an id: ids made by hand differ there.
#[must_use]
pub fn short(uuid: &Uuid) -> String {
    let digits = uuid.as_simple().to_string();
    digits.chars().skip(digits.len() - 8).collect()
}

/// A text on one line, cut where it is long. What could steer a terminal is escaped.
#[must_use]
pub fn quote(text: &str) -> String {
    let (shown, ellipsis) = cut(text);
    format!("{shown:?}{ellipsis}")
}

/// A text with its control characters escaped: what is quoted from a trace must not steer a terminal.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            printable.extend(character.escape_default());
        } else {
            printable.push(character);
        }
    }
    printable
}

/// A text that is mostly a word, without quotation marks, cut where it is long.
fn word(text: &str) -> String {
    let (shown, ellipsis) = cut(text);
    format!("{}{ellipsis}", printable(shown))
}

/// As much of a text as is shown, and what tells that there is more.
fn cut(text: &str) -> (&str, &'static str) {
    text.char_indices()
        .nth(SHOWN_CHARACTERS)
        .map_or((text, ""), |(end, _)| (&text[..end], "…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_and_stays_on_one_line() {
        assert_eq!(quote("a\nb"), r#""a\nb""#);
        assert_eq!(quote(&"ü".repeat(33)), format!("\"{}\"…", "ü".repeat(32)));
    }

    #[test]
    fn what_could_steer_a_terminal_is_escaped() {
        assert_eq!(quote("\u{1b}[2J"), r#""\u{1b}[2J""#);
        assert_eq!(word("read\u{1b}[2J"), r"read\u{1b}[2J");
        assert_eq!(printable("naïve\r\n"), r"naïve\r\n");
    }

    #[test]
    fn what_is_not_there_is_none() {
        assert_eq!(or_none(Some(1)), "1");
        assert_eq!(or_none::<u8>(None), "none");
    }

    #[test]
    fn an_id_is_shown_by_its_end() {
        assert_eq!(short(&Uuid::from_u128(0xabc)), "00000abc");
    }
}
