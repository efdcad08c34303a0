//! An engine in miniature: it decides, stores and projects, and checks the model after every single event.

use orchestration::commands::IngestProviderEvent;
use orchestration::read_model::{Thread, ThreadStatus, TurnEntry};
use orchestration::{
    DeciderError, OrchestrationCommand, OrchestrationReadModel, ProviderEvent, Snapshot, StoredEvent, ThreadId, TurnId,
    decide,
};

use super::at;

/// The live model, the log behind it, and a snapshot from after each event.
#[derive(Default)]
pub struct Engine {
    pub live: Snapshot,
    pub log: Vec<StoredEvent>,
    pub snapshots: Vec<Snapshot>,
}

impl Engine {
    /// Dispatches commands that must all be accepted.
    #[track_caller]
    pub fn accept(&mut self, commands: impl IntoIterator<Item = OrchestrationCommand>) {
        for command in commands {
            if let Err(error) = self.dispatch(&command) {
                panic!("{} was refused: {error}", command.kind());
            }
        }
    }

    /// Dispatches what an agent says in a turn; it must all be accepted.
    #[track_caller]
    pub fn ingest(&mut self, thread_id: ThreadId, turn_id: TurnId, events: impl IntoIterator<Item = ProviderEvent>) {
        self.accept(events.into_iter().map(|event| {
            let at = at(60);
            IngestProviderEvent {
                thread_id,
                turn_id,
                event,
                at,
            }
            .into()
        }));
    }

    /// Dispatches a command, and gives the kinds of the events that it caused.
    ///
    /// The batch is torn after each of its events: the model must be legal at all times.
    pub fn dispatch(&mut self, command: &OrchestrationCommand) -> Result<Vec<&'static str>, DeciderError> {
        let events = decide(command, &self.live.model)?;
        let kinds = events.iter().map(orchestration::OrchestrationEvent::kind).collect();
        for event in events {
            let stored = StoredEvent {
                sequence: self.live.sequence + 1,
                event,
                stored_at: command.at(),
            };
            self.live.advance(&stored).expect("numbered without gaps");
            self.log.push(stored);
            self.snapshots.push(self.live.clone());
            assert_legal(&self.live.model);
        }
        Ok(kinds)
    }

    /// The thread, which must be there.
    #[track_caller]
    pub fn thread(&self, id: ThreadId) -> &Thread {
        self.live.model.thread(id).expect("the thread is there")
    }
}

/// The status of every thread is what its turns call for, and a turn that ended holds nothing open.
#[track_caller]
pub fn assert_legal(model: &OrchestrationReadModel) {
    for thread in model.threads() {
        let expected = match thread.active_turn() {
            None => ThreadStatus::Idle,
            Some(turn) if turn.entries().any(is_pending) => ThreadStatus::AwaitingApproval,
            Some(_) => ThreadStatus::Running,
        };
        assert_eq!(thread.status(), expected, "thread {}", thread.id());
        for turn in thread.turns() {
            let active = thread.active_turn().is_some_and(|active| active.id() == turn.id());
            assert_eq!(turn.status().is_running(), active, "turn {}", turn.id());
            assert_eq!(turn.ended_at().is_none(), active, "turn {}", turn.id());
            assert!(
                active || !turn.entries().any(TurnEntry::is_unsettled),
                "turn {}",
                turn.id()
            );
        }
    }
}

fn is_pending(entry: &TurnEntry) -> bool {
    entry
        .as_approval()
        .is_some_and(|approval| approval.decision().is_pending())
}
