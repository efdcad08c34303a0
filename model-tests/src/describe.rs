//! Commands and decisions in a few words, for people.

use std::fmt::Display;

use orchestration::provider_event::ProviderEvent;
use orchestration::read_model::{Approval, Decision, Project, Thread, TurnEntry};
use orchestration::{
    ActionId, CheckpointId, OrchestrationCommand as Command, OrchestrationEvent, OrchestrationReadModel, TurnId,
};
use uuid::Uuid;

use crate::fields::Id;
use crate::kind::Kind;
use crate::subject::Decided;

/// How many characters of a text are shown.
const SHOWN_CHARACTERS: usize = 32;

/// What an id of a kind is called.
pub type Call<'a> = &'a dyn Fn(Id, &str) -> String;

/// A command by the name of its kind, or of the provider event that it ingests, and what tells it from others of the
/// kind.
#[must_use]
pub fn command(command: &Command) -> String {
    command_calling(command, &by_end)
}

/// The same, with ids called otherwise than by their ends.
#[must_use]
pub fn command_calling(command: &Command, call: Call<'_>) -> String {
    let name = Kind::of(command).name();
    match detail(command, call) {
        None => name.to_owned(),
        Some(detail) => format!("{name} {detail}"),
    }
}

/// An id by its end; that of a tool call, which may be any text, as it is.
fn by_end(kind: Id, id: &str) -> String {
    if kind == Id::ToolCall {
        return quote(id);
    }
    let start = id.len().saturating_sub(8);
    id.get(start..).unwrap_or(id).to_owned()
}

fn detail(command: &Command, call: Call<'_>) -> Option<String> {
    let turn = |id: TurnId| call(Id::Turn, &id.to_string());
    let checkpoint = |id: CheckpointId| call(Id::Checkpoint, &id.to_string());
    // The turn that asked stands behind an action: the next turn may ask under the same id.
    let answered = |turn_id, id: ActionId| format!("{} in {}", call(Id::Action, &id.to_string()), turn(turn_id));
    match command {
        Command::CreateProject(command) => Some(quote(command.path.as_str())),
        Command::RenameProject(command) => Some(quote(command.name.as_str())),
        Command::DeleteProject(command) => Some(call(Id::Project, &command.project_id.to_string())),
        Command::CreateThread(command) => Some(quote(command.title.as_str())),
        Command::SelectThread(_) | Command::DeleteThread(_) | Command::PushBranch(_) => None,
        Command::StartTurn(command) => {
            let prompt = quote(command.prompt.as_str());
            Some(format!("{prompt} as {}", turn(command.turn_id)))
        }
        Command::InterruptTurn(command) => Some(turn(command.turn_id)),
        Command::ApprovePendingAction(command) => Some(answered(command.turn_id, command.action_id)),
        Command::RejectPendingAction(command) => Some(answered(command.turn_id, command.action_id)),
        Command::IngestProviderEvent(command) => {
            let detail = provider_event(&command.event, call).map(|detail| format!("{detail} "));
            Some(format!("{}in {}", detail.unwrap_or_default(), turn(command.turn_id)))
        }
        Command::CreateCheckpoint(command) => Some(checkpoint(command.checkpoint_id)),
        Command::RestoreCheckpoint(command) => Some(checkpoint(command.checkpoint_id)),
        Command::CreateBranch(command) => Some(command.branch.to_string()),
        Command::CommitChanges(command) => Some(quote(command.message.as_str())),
    }
}

fn provider_event(event: &ProviderEvent, call: Call<'_>) -> Option<String> {
    match event {
        ProviderEvent::TextDelta(delta) => Some(quote(delta.text.as_str())),
        ProviderEvent::ThinkingDelta(delta) => Some(quote(delta.text.as_str())),
        ProviderEvent::ToolCall(request) => {
            let id = call(Id::ToolCall, request.tool_call_id.as_str());
            Some(format!("{} {id}", word(request.name.as_str())))
        }
        ProviderEvent::ToolResult(result) => Some(call(Id::ToolCall, result.tool_call_id.as_str())),
        ProviderEvent::AwaitingApproval(request) => Some(call(Id::Action, &request.action_id.to_string())),
        ProviderEvent::TurnComplete(_) => None,
        ProviderEvent::Error(error) => Some(quote(error.message.as_str())),
    }
}

/// A number of things, with their name in the plural unless it is one.
#[must_use]
pub fn counted(number: usize, name: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {name}{ending}")
}

/// A value that may not be there.
#[must_use]
pub(crate) fn or_none<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

/// Something in a turn, by its kind and its id, with what has become of it.
#[must_use]
pub(crate) fn entry(entry: &TurnEntry) -> String {
    match entry {
        TurnEntry::Message(message) => format!("message {} ({})", message.id(), message.role()),
        TurnEntry::ToolCall(call) => format!("tool call {} ({})", quote(call.id().as_str()), call.status()),
        TurnEntry::Approval(asked) => approval(asked),
    }
}

/// An approval, by its id, with the answer.
#[must_use]
pub(crate) fn approval(approval: &Approval) -> String {
    let decision = match approval.decision() {
        Decision::Pending => "pending",
        Decision::Approved => "approved",
        Decision::Rejected { .. } => "rejected",
        Decision::Cancelled => "cancelled",
    };
    format!("approval {} ({decision})", approval.id())
}

/// The project or thread that a command names, by the end of its id.
#[must_use]
pub fn subject(command: &Command) -> String {
    subject_calling(command, &by_end)
}

/// The same, with ids called otherwise than by their ends.
#[must_use]
pub fn subject_calling(command: &Command, call: Call<'_>) -> String {
    let thread = command.thread_id().map(|id| call(Id::Thread, &id.to_string()));
    let project = || command.project_id().map(|id| call(Id::Project, &id.to_string()));
    thread.or_else(project).unwrap_or_default()
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

/// A text with its control characters escaped, and with them what turns the direction of a text or cannot be seen: what is
/// quoted from a trace must not steer a terminal, nor be taken for something else.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_invisible(character) {
            printable.extend(character.escape_default());
        } else {
            printable.push(character);
        }
    }
    printable
}

/// Whether a character shows nothing by itself: marks of direction, joiners, breaks of lines, tags.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
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
    fn what_turns_a_text_around_or_cannot_be_seen_is_escaped() {
        for hostile in [
            '\u{202e}',
            '\u{200f}',
            '\u{2066}',
            '\u{feff}',
            '\u{2028}',
            '\u{e0041}',
            '\u{ad}',
        ] {
            let text = format!("a{hostile}b");
            let escaped = format!("a{}b", hostile.escape_default());
            assert_eq!(printable(&text), escaped);
            assert_eq!(quote(&text), format!("\"{escaped}\""));
        }
        assert_eq!(printable("שלום e\u{301}"), "שלום e\u{301}");
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
