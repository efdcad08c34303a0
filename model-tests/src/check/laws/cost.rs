//! A8: what a step costs, counted and not timed.
//!
//! A clock shows another figure each time. So what a thread does is counted: how much of a model it looks at ([`visits`]),
//! how often it allocates memory, and how much. It takes all three: a walk through everything allocates nothing, and a copy
//! of a long text looks at one thing only.

use std::hint::black_box;

use allocation_counter::AllocationInfo;
use orchestration::read_model::{Project, Thread, TurnEntry};
use orchestration::testing::visits;
use orchestration::{
    CheckpointId, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, ProviderEvent, Snapshot,
    StoredEvent,
};

use crate::check::invariants::step::{Clears, Footprint};
use crate::check::invariants::{Findings, Invariant};
use crate::check::panics::caught;
use crate::kind::Kind;
use crate::subject::Subject;

/// What some work took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Nodes that were descended into, and items that were passed.
    pub visits: u64,
    /// Allocations.
    pub allocations: u64,
    /// Bytes that were allocated.
    pub bytes: u64,
}

/// Does work of which nobody asks what it takes: counting every allocation is a good part of what a search does.
///
/// Costs must not be asked within it, and [`check_cost`] panics if they are.
#[allow(clippy::missing_panics_doc, reason = "the work is always done")]
pub fn uncounted<T>(work: impl FnOnce() -> T) -> T {
    let mut result = None;
    allocation_counter::opt_out(|| result = Some(work()));
    result.expect("the work was done")
}

/// Whether allocations are counted here.
fn is_counting() -> bool {
    let one = Cost::of(|| drop(black_box(Box::new(0_u8))));
    one.allocations == 1
}

/// What may be taken for each level of the trees that a model is kept in, and for each thing that is removed or settled.
const PER_LEVEL: Cost = Cost {
    visits: 8,
    allocations: 4,
    bytes: 800,
};

/// How many levels are added for what is taken even where there is next to nothing.
const LEAST_LEVELS: u64 = 4;

impl Cost {
    /// What some work takes.
    pub fn of(work: impl FnOnce()) -> Self {
        let before = visits();
        let AllocationInfo {
            count_total,
            bytes_total,
            ..
        } = allocation_counter::measure(work);
        Self {
            visits: visits().wrapping_sub(before),
            allocations: count_total,
            bytes: bytes_total,
        }
    }

    /// What a command may cost, with its events. It grows with the logarithm of the largest collection that the command may
    /// look at, and with the number of things that it removes or settles by its rule.
    #[must_use]
    pub fn allowed(model: &OrchestrationReadModel, command: &OrchestrationCommand) -> Self {
        let size = size(model, command).saturating_add(2);
        let levels = LEAST_LEVELS + u64::from(size.ilog2()) + 1;
        let things = concerned(model, command) as u64 + 1;
        let times = levels * things;
        Self {
            visits: PER_LEVEL.visits * times,
            allocations: PER_LEVEL.allocations * times,
            bytes: PER_LEVEL.bytes * times,
        }
    }

    /// Whether none of the counts is greater than the other's.
    #[must_use]
    pub(crate) const fn is_within(self, allowed: Self) -> bool {
        self.visits <= allowed.visits && self.allocations <= allowed.allocations && self.bytes <= allowed.bytes
    }

    /// The greater of each count.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            visits: self.visits.max(other.visits),
            allocations: self.allocations.max(other.allocations),
            bytes: self.bytes.max(other.bytes),
        }
    }
}

impl std::fmt::Display for Cost {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            visits,
            allocations,
            bytes,
        } = self;
        write!(formatter, "{visits} visits, {allocations} allocations, {bytes} bytes")
    }
}

/// What an engine does with a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Decides it.
    Deciding,
    /// Projects its events into the live model, of which a clone is held.
    Projecting,
    /// Applies its stored events to a snapshot.
    Replaying,
    /// Clones the model.
    Cloning,
    /// Looks up what the command names.
    LookingUp,
    /// Asks which threads the command changed.
    Comparing,
}

impl Work {
    /// All of it, in order.
    pub const ALL: [Self; 6] = [
        Self::Deciding,
        Self::Projecting,
        Self::Replaying,
        Self::Cloning,
        Self::LookingUp,
        Self::Comparing,
    ];

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deciding => "deciding",
            Self::Projecting => "projecting",
            Self::Replaying => "replaying",
            Self::Cloning => "cloning",
            Self::LookingUp => "looking up",
            Self::Comparing => "comparing",
        }
    }
}

/// A8 of a command on a model. Gives what each kind of work cost, or nothing if the subject panicked:
/// another law reports that.
///
/// # Panics
///
/// Within work that is [`uncounted`].
pub fn check_cost(
    subject: Subject,
    model: &OrchestrationReadModel,
    command: &OrchestrationCommand,
    findings: &mut Findings,
) -> Option<[Cost; Work::ALL.len()]> {
    assert!(is_counting(), "what commands cost is asked where it is not counted");
    let costs = caught(command.kind(), || costs(subject, model, command)).ok()?;
    let allowed = Cost::allowed(model, command);
    for (work, cost) in Work::ALL.into_iter().zip(costs) {
        findings.expect(Invariant::A8, cost.is_within(allowed), || {
            format!(
                "{} {}: expected at most {allowed}, found {cost}, where there are up to {} of one thing, and {} to be removed or \
                 settled",
                work.name(),
                Kind::of(command).name(),
                size(model, command),
                concerned(model, command),
            )
        });
    }
    Some(costs)
}

fn costs(subject: Subject, model: &OrchestrationReadModel, command: &OrchestrationCommand) -> [Cost; Work::ALL.len()] {
    let mut decision = Ok(Vec::new());
    let deciding = Cost::of(|| decision = subject.decide(command, model));
    let events = decision.unwrap_or_default();
    let mut after = model.clone();
    let projecting = Cost::of(|| after = subject.fold(std::mem::take(&mut after), &events));
    let replaying = replaying(subject, model, &events);
    let mut clone = OrchestrationReadModel::default();
    let cloning = Cost::of(|| clone = black_box(model.clone()));
    let looking_up = Cost::of(|| look_up(&after, command));
    let comparing = Cost::of(|| {
        black_box(after.is_same_as(model));
        black_box(after.changed_threads(model).count());
    });
    [deciding, projecting, replaying, cloning, looking_up, comparing]
}

fn replaying(subject: Subject, model: &OrchestrationReadModel, events: &[OrchestrationEvent]) -> Cost {
    let mut snapshot = Snapshot {
        sequence: 0,
        stored_at: None,
        model: model.clone(),
    };
    let stored: Vec<_> = (1..)
        .zip(events)
        .map(|(sequence, event)| StoredEvent {
            sequence,
            event: event.clone(),
            stored_at: event.at(),
        })
        .collect();
    Cost::of(|| {
        for stored in &stored {
            // Another law reports an error.
            if let Ok(next) = subject.apply(std::mem::take(&mut snapshot), stored) {
                snapshot = next;
            }
        }
    })
}

/// Looks up what an engine looks up for each command: all that the command names, and the ends of the collections around it.
fn look_up(model: &OrchestrationReadModel, command: &OrchestrationCommand) {
    black_box(model.selected_thread());
    let thread = command.thread_id().and_then(|id| model.thread(id));
    let project = command.project_id().or_else(|| thread.map(Thread::project_id));
    if let Some(project) = project.and_then(|id| model.project(id)) {
        black_box(model.project_at(project.path()));
        black_box(model.threads_of(project.id()).next());
        black_box((project.branches().len(), project.branches().next_back()));
    }
    let Some(thread) = thread else { return };
    black_box((thread.status(), thread.turn_count(), thread.turns().next_back()));
    black_box((thread.checkpoints().len(), thread.checkpoints().next_back()));
    if let Some(branch) = thread
        .branch()
        .zip(project)
        .and_then(|(branch, id)| model.project(id)?.branch(branch))
    {
        black_box((
            branch.commits().len(),
            branch.commits().next_back(),
            branch.pushed_commits(),
        ));
    }
    if let OrchestrationCommand::RestoreCheckpoint(restore) = command {
        black_box(thread.checkpoint(restore.checkpoint_id));
    }
    let Some(turn) = command.turn_id().and_then(|id| thread.turn(id)) else {
        return;
    };
    black_box((turn.status(), turn.entries().len(), turn.pending_approvals()));
    match turn.entries().next_back() {
        Some(TurnEntry::Message(message)) => {
            black_box(turn.message(message.id()).map(|message| message.text().len()));
        }
        Some(TurnEntry::ToolCall(call)) => {
            black_box((turn.tool_call(call.id()), turn.pending_approvals_of(call.id())));
        }
        Some(TurnEntry::Approval(approval)) => {
            black_box(turn.approval(approval.id()));
        }
        None => {}
    }
    if let OrchestrationCommand::IngestProviderEvent(ingest) = command {
        match &ingest.event {
            ProviderEvent::TextDelta(delta) => {
                black_box(turn.message(delta.message_id));
            }
            ProviderEvent::ThinkingDelta(delta) => {
                black_box(turn.message(delta.message_id));
            }
            ProviderEvent::ToolCall(call) => {
                black_box(turn.tool_call(&call.tool_call_id));
            }
            ProviderEvent::ToolResult(result) => {
                black_box(turn.tool_call(&result.tool_call_id));
            }
            ProviderEvent::AwaitingApproval(asked) => {
                black_box(turn.approval(asked.action_id));
            }
            ProviderEvent::TurnComplete(_) | ProviderEvent::Error(_) => {}
        }
    }
}

/// The size of the largest collection that the command may look at.
fn size(model: &OrchestrationReadModel, command: &OrchestrationCommand) -> usize {
    let thread = command.thread_id().and_then(|id| model.thread(id));
    let project = command.project_id().or_else(|| thread.map(Thread::project_id));
    let branches = project.and_then(|id| model.project(id));
    [
        model.projects().len(),
        model.threads().len(),
        branches.map_or(0, |project| project.branches().len()),
        branches.map_or(0, |project| commits(project, thread)),
        thread.map_or(0, |thread| thread.turns().len()),
        thread.map_or(0, |thread| thread.checkpoints().len()),
        thread.map_or(0, |thread| thread.active_turn().map_or(0, |turn| turn.entries().len())),
    ]
    .into_iter()
    .max()
    .unwrap_or_default()
}

fn commits(project: &Project, thread: Option<&Thread>) -> usize {
    let branch = thread.and_then(Thread::branch).and_then(|name| project.branch(name));
    branch.map_or(0, |branch| branch.commits().len())
}

/// How many things a command removes or settles by its rule, and may take time for each.
fn concerned(model: &OrchestrationReadModel, command: &OrchestrationCommand) -> usize {
    let footprint = Footprint::of(command, model);
    let in_thread = |thread| match footprint.clears {
        Clears::Nothing => 0,
        Clears::Turn => unsettled(thread),
        Clears::Thread => 1 + unsettled(thread),
        Clears::After(id) => dropped(thread, id),
    };
    footprint.threads(model).map(in_thread).sum()
}

/// What the end of the thread's active turn cancels.
fn unsettled(thread: &Thread) -> usize {
    let entries = thread
        .active_turn()
        .into_iter()
        .flat_map(orchestration::read_model::Turn::entries);
    entries.filter(|entry| entry.is_unsettled()).count()
}

/// The turns and checkpoints that a restore drops.
fn dropped(thread: &Thread, id: CheckpointId) -> usize {
    let Some(checkpoint) = thread.checkpoint(id) else {
        return 0;
    };
    let kept = usize::try_from(checkpoint.turn_count()).unwrap_or(usize::MAX);
    let behind = thread
        .checkpoints()
        .rev()
        .take_while(|other| other.id() != checkpoint.id());
    thread.turns().len().saturating_sub(kept) + behind.count()
}

#[cfg(test)]
mod tests;
