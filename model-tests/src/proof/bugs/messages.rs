//! Text that is doubled, cut, out of order, or in another's mouth.

use orchestration::events::{MessageAppended, MessageChunkReceived};
use orchestration::provider_event::{TextDelta, ThinkingDelta};
use orchestration::read_model::{Message, MessageRole, Turn, TurnEntry};
use orchestration::{
    DeciderError, MessageId, OrchestrationCommand as Command, OrchestrationEvent as Event,
    OrchestrationReadModel as Model, ProviderEvent, decide, project,
};
use serde_json::json;

use super::faults::{active_turn, last_entries, patch};
use super::{BARE, Bug, NONE, deciding, projecting};
use crate::search::explore::Scope;
use crate::subject::Decided;

/// One message of a few pieces.
const MESSAGE: Scope = Scope {
    messages: 1,
    pieces: 2,
    ..BARE
};

pub(super) const BUGS: &[Bug] = &[
    Bug {
        id: "pieces-prepended",
        sentence: "a piece of a message is put before what is there, not behind it",
        symptom: "streamed text came out doubled, cut or out of order",
        reports: &[
            "https://github.com/pingdotgg/t3code/issues/349",
            "https://github.com/pingdotgg/t3code/issues/2380",
            "https://github.com/pingdotgg/t3code/issues/7137",
        ],
        subject: projecting(pieces_prepended),
        ..NONE
    },
    Bug {
        id: "first-piece-doubled",
        sentence: "the first piece of a message is taken for its beginning and for its next piece",
        symptom: "streamed text came out doubled",
        reports: &["https://github.com/pingdotgg/t3code/issues/349"],
        subject: deciding(first_piece_doubled),
        ..NONE
    },
    Bug {
        id: "third-piece-doubled",
        sentence: "the third piece of a message is put behind it twice",
        symptom: "streamed text came out doubled",
        reports: &["https://github.com/pingdotgg/t3code/issues/2380"],
        subject: projecting(third_piece_doubled),
        scope: Scope { pieces: 3, ..MESSAGE },
        ..NONE
    },
    Bug {
        id: "piece-doubled-in-second-turn",
        sentence: "a piece of a message is put behind it twice in every turn but the first",
        symptom: "streamed text came out doubled, but not in a new conversation",
        reports: &["https://github.com/pingdotgg/t3code/issues/349"],
        subject: projecting(piece_doubled_in_second_turn),
        scope: Scope { turns: 2, ..MESSAGE },
        ..NONE
    },
    Bug {
        id: "only-first-piece-kept",
        sentence: "all pieces of a message but the first are dropped",
        symptom: "streamed text was cut to its first piece",
        reports: &["https://github.com/pingdotgg/t3code/issues/7137"],
        subject: projecting(only_first_piece_kept),
        ..NONE
    },
    Bug {
        id: "piece-lost-behind-tool-call",
        sentence: "a piece of a message is dropped if a tool call began after the message",
        symptom: "streamed text was cut where a tool was called",
        reports: &["https://github.com/pingdotgg/t3code/issues/7137"],
        subject: projecting(piece_lost_behind_tool_call),
        ..NONE
    },
    Bug {
        id: "piece-goes-to-last-message",
        sentence: "a piece of a message is put behind the last one, whichever it names",
        symptom: "where two messages came at once, pieces of one ended up in the other",
        reports: &["https://github.com/anomalyco/opencode/issues/26924"],
        subject: projecting(piece_goes_to_last_message),
        scope: Scope { messages: 2, ..MESSAGE },
        ..NONE
    },
    Bug {
        id: "role-not-checked",
        sentence: "a piece of reasoning goes on with a message of text, and the other way round",
        symptom: "a piece of one role was put behind a message of another",
        reports: &["https://github.com/anomalyco/opencode/issues/26924"],
        subject: deciding(role_not_checked),
        ..NONE
    },
    Bug {
        id: "reasoning-behind-text-read-as-text",
        sentence: "reasoning that begins behind a message of text becomes text",
        symptom: "the agent's reasoning was shown as its answer",
        reports: &["https://github.com/anomalyco/opencode/issues/26924"],
        subject: deciding(reasoning_behind_text_read_as_text),
        scope: Scope { messages: 2, ..MESSAGE },
        ..NONE
    },
    Bug {
        id: "piece-before-message",
        sentence: "the first piece of a message is taken for a later one, and there is no message to put it behind",
        symptom: "a piece came before its message, and was lost",
        reports: &["https://github.com/anomalyco/opencode/issues/26924"],
        subject: deciding(piece_before_message),
        ..NONE
    },
];

/// The message that a piece is for, as it is before the piece, with its turn.
fn continued<'a>(model: &'a Model, received: &MessageChunkReceived) -> Option<(&'a Turn, &'a Message)> {
    let turn = active_turn(model, received.thread_id).filter(|turn| turn.id() == received.turn_id)?;
    Some((turn, turn.message(received.message_id)?))
}

fn pieces_prepended(before: Model, event: &Event) -> Model {
    let Event::MessageChunkReceived(received) = event else {
        return project(before, event);
    };
    let earlier = continued(&before, received).map(|(_, message)| message.text().to_string());
    let model = project(before, event);
    let Some(earlier) = earlier else { return model };
    patch(model, |json| {
        let id = json!(received.message_id);
        let entries = last_entries(json, received.thread_id);
        for entry in entries.filter(|entry| entry["type"] == "message" && entry["id"] == id) {
            entry["text"] = json!(format!("{}{earlier}", received.text));
        }
    })
}

fn first_piece_doubled(command: &Command, model: &Model) -> Decided {
    let mut events = decide(command, model)?;
    if let [Event::MessageAppended(appended)] = events.as_slice() {
        let again = as_continuation(appended);
        events.push(again);
    }
    Ok(events)
}

fn piece_before_message(command: &Command, model: &Model) -> Decided {
    let mut events = decide(command, model)?;
    for event in &mut events {
        if let Event::MessageAppended(appended) = event {
            *event = as_continuation(appended);
        }
    }
    Ok(events)
}

/// The first piece of a message, told as a later one.
fn as_continuation(appended: &MessageAppended) -> Event {
    MessageChunkReceived {
        thread_id: appended.thread_id,
        turn_id: appended.turn_id,
        message_id: appended.message_id,
        text: appended.text.clone(),
        at: appended.at,
    }
    .into()
}

/// Projects an event, twice if it is a piece that meets the condition.
fn doubling(
    model: Model,
    event: &Event,
    is_doubled: impl Fn(&Model, &MessageChunkReceived, &Message) -> bool,
) -> Model {
    let is_doubled = match event {
        Event::MessageChunkReceived(received) => {
            continued(&model, received).is_some_and(|(_, message)| is_doubled(&model, received, message))
        }
        _ => false,
    };
    let model = project(model, event);
    if is_doubled { project(model, event) } else { model }
}

fn third_piece_doubled(model: Model, event: &Event) -> Model {
    doubling(model, event, |_, _, message| message.text().pieces().count() == 2)
}

fn piece_doubled_in_second_turn(model: Model, event: &Event) -> Model {
    doubling(model, event, |model, received, _| {
        model
            .thread(received.thread_id)
            .is_some_and(|thread| thread.turn_count() > 1)
    })
}

fn only_first_piece_kept(model: Model, event: &Event) -> Model {
    match event {
        Event::MessageChunkReceived(_) => model,
        _ => project(model, event),
    }
}

fn piece_lost_behind_tool_call(model: Model, event: &Event) -> Model {
    if let Event::MessageChunkReceived(received) = event
        && let Some((turn, message)) = continued(&model, received)
    {
        let is_message = |entry: &TurnEntry| entry.as_message().is_some_and(|other| other.id() == message.id());
        let newer = turn.entries().rev().take_while(|entry| !is_message(entry));
        if newer.into_iter().any(|entry| entry.as_tool_call().is_some()) {
            return model;
        }
    }
    project(model, event)
}

fn piece_goes_to_last_message(model: Model, event: &Event) -> Model {
    if let Event::MessageChunkReceived(received) = event
        && let Some(message_id) = continued(&model, received).and_then(|(turn, _)| last_message(turn))
    {
        let received = MessageChunkReceived {
            message_id,
            ..received.clone()
        };
        return project(model, &received.into());
    }
    project(model, event)
}

fn last_message(turn: &Turn) -> Option<MessageId> {
    turn.entries().rev().find_map(TurnEntry::as_message).map(Message::id)
}

fn role_not_checked(command: &Command, model: &Model) -> Decided {
    let decision = decide(command, model);
    if let Command::IngestProviderEvent(ingest) = command
        && let ProviderEvent::TextDelta(TextDelta { message_id, text })
        | ProviderEvent::ThinkingDelta(ThinkingDelta { message_id, text }) = &ingest.event
        && let Err(DeciderError::MessageRoleMismatch { expected, .. }) = decision
        && expected != MessageRole::User
    {
        let received = MessageChunkReceived {
            thread_id: ingest.thread_id,
            turn_id: ingest.turn_id,
            message_id: *message_id,
            text: text.clone(),
            at: ingest.at,
        };
        return Ok(vec![received.into()]);
    }
    decision
}

fn reasoning_behind_text_read_as_text(command: &Command, model: &Model) -> Decided {
    let mut events = decide(command, model)?;
    for event in &mut events {
        if let Event::MessageAppended(appended) = event
            && let Some(turn) = active_turn(model, appended.thread_id)
            && let Some(last) = turn.entries().last().and_then(TurnEntry::as_message)
            && last.role() == MessageRole::Assistant
        {
            appended.role = MessageRole::Assistant;
        }
    }
    Ok(events)
}
