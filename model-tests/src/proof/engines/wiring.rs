//! How an engine is wired: what it does, in which order. Every step is here as it should be, and a fault replaces one.

use orchestration::chrono::{DateTime, Utc};
use orchestration::commands::InterruptTurn;
use orchestration::{OrchestrationCommand, OrchestrationEvent, Snapshot, StoredEvent, decide};

use super::process::{Dispatch, Group, Point, Process, Start, Stop, Subscriber};
use super::store::{Store, Transaction};
use crate::engine::Answer;
use crate::engine::protocol::RequestId;
use crate::subject::Decided;

/// The steps of an engine.
pub(super) trait Wiring: Sync {
    // How a command is carried out.

    /// Decides commands that wait side by side, one on the model after the other; has them committed; and only then tells of
    /// them.
    fn dispatch(&self, process: &mut Process, commands: Vec<Dispatch>) -> Result<(), Stop> {
        let group = self.decided(process, commands);
        self.finish(process, group)
    }

    /// Decides commands that wait side by side, in the order in which they came.
    fn decided(&self, process: &mut Process, commands: Vec<Dispatch>) -> Group {
        let mut group = Group::on(&process.live);
        for dispatch in commands {
            let answer = self.carried_out(process, &mut group, &dispatch);
            group.answers.push((dispatch, answer));
        }
        group
    }

    /// What becomes of a command: the answer that it was given before, or what the core decides.
    fn carried_out(&self, process: &mut Process, group: &mut Group, dispatch: &Dispatch) -> Answer {
        if let Some(sequence) = self.answered(process, dispatch) {
            return Answer::Accepted { sequence };
        }
        match self.decide(process, group, dispatch) {
            Ok(events) => {
                let stored = self.numbered(process, group, dispatch, events);
                group.take(stored);
                let sequence = group.live.sequence;
                let answered = dispatch.request.map(|request| (request, sequence));
                group.transaction.answered.extend(answered);
                Answer::Accepted { sequence }
            }
            Err(error) => {
                let sequence = Some(group.live.sequence);
                Answer::Rejected { error, sequence }
            }
        }
    }

    /// The number that a request was acknowledged with before, if it was.
    fn answered(&self, process: &Process, dispatch: &Dispatch) -> Option<u64> {
        process.answered.get(&dispatch.request?).copied()
    }

    /// Decides a command on the model after those before it.
    fn decide(&self, _process: &Process, group: &Group, dispatch: &Dispatch) -> Decided {
        decide(&dispatch.command, &group.live.model)
    }

    /// The events as they are to be stored.
    fn numbered(
        &self,
        process: &mut Process,
        group: &Group,
        _dispatch: &Dispatch,
        events: Vec<OrchestrationEvent>,
    ) -> Vec<StoredEvent> {
        number(group.live.sequence, self.encoded(events), process)
    }

    /// The events of a batch as they are written.
    fn encoded(&self, events: Vec<OrchestrationEvent>) -> Vec<OrchestrationEvent> {
        events
    }

    /// Commits, then publishes, then answers.
    fn finish(&self, process: &mut Process, group: Group) -> Result<(), Stop> {
        if !group.transaction.is_empty() {
            self.commit(process, &group.transaction)?;
            process.committed(&group);
            self.publish(process, &group.transaction.events);
            process.pass(Point::AfterPublish)?;
        }
        self.answer(process, group.answers);
        Ok(())
    }

    /// Stores a transaction, all of it at once.
    fn commit(&self, process: &mut Process, transaction: &Transaction) -> Result<(), Stop> {
        process.pass(Point::BeforeCommit)?;
        process.store.append(transaction)?;
        process.pass(Point::InCommit)?;
        process.store.flush()?;
        process.pass(Point::AfterCommit)
    }

    /// Tells subscribers.
    fn publish(&self, process: &mut Process, events: &[StoredEvent]) {
        process.deliver_to_all(events);
    }

    /// Answers the clients.
    fn answer(&self, process: &mut Process, answers: Vec<(Dispatch, Answer)>) {
        for (dispatch, answer) in answers {
            if let Some(request) = dispatch.request {
                process.say(request, answer.into());
            }
        }
    }

    // What readers and subscribers are given.

    /// The model that readers see.
    fn read(&self, process: &Process) -> Snapshot {
        process.live.clone()
    }

    /// Gives a subscriber what is stored already, and remembers it.
    fn subscribe(&self, process: &mut Process, request: RequestId, after: u64) {
        let next = after + 1;
        let stored = process.log_up_to(process.live.sequence);
        let subscriber = process.deliver(Subscriber { request, next }, &stored);
        process.subscribers.push(subscriber);
    }

    /// What is written as a snapshot.
    fn snapshot(&self, process: &mut Process) -> Snapshot {
        process.live.clone()
    }

    // What is done at a start.

    /// The log as it is stored. What a crash has torn is cut off.
    fn stored(&self, store: &Store) -> Result<Vec<Transaction>, Start> {
        let (transactions, torn) = store.log();
        if let Some(torn) = torn {
            store.mend(torn)?;
        }
        Ok(transactions)
    }

    /// The model after the whole log: by the snapshot and the rest of the log, if it is of this log.
    fn replayed(&self, process: &Process) -> Result<Snapshot, String> {
        let is_of_log = |snapshot: &Snapshot| {
            let last = process
                .log
                .iter()
                .take_while(|stored| stored.sequence <= snapshot.sequence)
                .last();
            last.is_some_and(|last| snapshot.check_log(last).is_ok())
        };
        let snapshot = process.store.snapshot().filter(is_of_log).unwrap_or_default();
        let rest = process.log.iter().filter(|stored| stored.sequence > snapshot.sequence);
        let rest: Vec<_> = rest.collect();
        rest.into_iter()
            .try_fold(snapshot, Snapshot::apply)
            .map_err(|error| error.to_string())
    }

    /// Ends, by commands, what a crash has left running.
    fn recover(&self, process: &mut Process) -> Result<(), Stop> {
        let now = process.now();
        let interrupts = interrupts(&process.live, now);
        self.dispatch(process, interrupts)
    }
}

/// The wiring as it should be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sound;

impl Wiring for Sound {}

/// The events, numbered on from the last one.
pub(super) fn number(last: u64, events: Vec<OrchestrationEvent>, process: &mut Process) -> Vec<StoredEvent> {
    let stored_at = process.now();
    let numbered = (last + 1..).zip(events);
    numbered
        .map(|(sequence, event)| StoredEvent {
            sequence,
            event,
            stored_at,
        })
        .collect()
}

/// The model after an event, whatever number it has: a faulty engine goes on.
pub(super) fn advance(live: &mut Snapshot, stored: &StoredEvent) {
    live.model = orchestration::project(std::mem::take(&mut live.model), &stored.event);
    live.sequence = stored.sequence;
    live.stored_at = Some(stored.stored_at);
}

/// A snapshot, and what comes after it in the log, whatever numbers it has.
pub(super) fn with_the_rest(process: &Process, mut live: Snapshot) -> Snapshot {
    let after = live.sequence;
    let rest = process.log.iter().filter(|stored| stored.sequence > after);
    rest.for_each(|stored| advance(&mut live, stored));
    live
}

/// A command for each turn that is active, which ends it.
pub(super) fn interrupts(live: &Snapshot, at: DateTime<Utc>) -> Vec<Dispatch> {
    let interrupt = |thread_id, turn_id| OrchestrationCommand::from(InterruptTurn { thread_id, turn_id, at });
    let running = live.model.active_turns();
    let commands = running.map(|(thread, turn)| interrupt(thread.id(), turn.id()));
    commands
        .map(|command| Dispatch {
            request: None,
            client: 0,
            command,
        })
        .collect()
}
