//! Cost: every kind of command where there is much of something, counted and not timed.
//!
//! Of each thing that there can be many of, legal models are [drawn](crate::generate::model) that have a hundred of it, a
//! thousand, and ten thousand. Every kind of command is given to each, while a turn is active and while none is, aimed at what
//! stands first, last and between. What deciding, projecting, replaying and looking up take then is
//! [counted](crate::check::laws::check_cost), and must stay within the rule. The same is done with long texts.
//!
//! All of it depends on nothing but the seed: the counts are the same each time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use arbitrary::Unstructured;
use orchestration::{OrchestrationCommand, OrchestrationReadModel, ProviderEvent, Text};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use crate::check::invariants::{Findings, Tally};
use crate::check::laws::{Cost, check_cost};
use crate::counterexample::{Counterexample, Evidence, Origin, Search};
use crate::generate::model::{Aim, Beginning, Dimension, Growth};
use crate::kind::Kind;
use crate::subject::Subject;

/// How many there are of what grows, in one model after the other.
pub const SIZES: [usize; 3] = [100, 1_000, 10_000];

/// How many pieces a message has at most: each takes a command of its own, as a stored model holds a message in one piece.
const MOST_PIECES: usize = 2_000;

/// How often each kind of command is given, each time with other targets: every second time, one that is accepted if any is.
const ROUNDS: u64 = 6;

/// How often a command is drawn until one is accepted where it is meant to be.
const TRIES: u64 = 32;

/// Up to how many projects or threads it is what stands in the first of them that has grown.
const FEW: usize = 50;

/// From how many bytes the picks of a command are made.
const COMMAND_BYTES: usize = 64;

/// How many bytes a model is drawn from, and how many more for each of what grows.
const MODEL_BYTES: usize = 1_024;
const BYTES_PER_THING: usize = 24;

/// How many bytes of text there are for each thing of a size.
const BYTES_OF_TEXT: usize = 100;

/// What there can be much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// Of something that a model has many of.
    Many(Dimension),
    /// Of the text of a message and of its next piece, in hundreds of bytes.
    Text,
}

impl Thing {
    /// Each of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Dimension::ALL.into_iter().map(Self::Many).chain([Self::Text])
    }
}

impl std::fmt::Display for Thing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Many(dimension) => dimension.fmt(formatter),
            Self::Text => formatter.pad("text (100 bytes)"),
        }
    }
}

/// The most that a kind of command took where there is much of a thing.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Of what there is much.
    pub thing: Thing,
    /// The kind of command.
    pub kind: Kind,
    /// The most that it took, of any work, for each of the [`SIZES`] that was come to.
    pub costs: [Option<Cost>; SIZES.len()],
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// The most that each kind of command took, by what there is much of.
    pub rows: Vec<Row>,
    /// Commands given.
    pub steps: u64,
    /// How often each invariant was checked.
    pub tally: Tally,
    /// How long it took.
    pub elapsed: Duration,
    /// Whether it was told to stop.
    pub was_stopped: bool,
    /// The first violation.
    pub found: Option<Counterexample>,
}

/// Counts what a subject takes, until all is counted, a violation is found, or `stop` is set.
#[must_use]
pub fn cost(subject: Subject, seed: u64, stop: &AtomicBool) -> Counted {
    let started = Instant::now();
    let mut counting = Counting {
        subject,
        seed,
        stop,
        findings: Findings::default(),
        counted: Counted::default(),
    };
    for (place, size) in SIZES.into_iter().enumerate() {
        for thing in Thing::all() {
            if counting.is_over() {
                break;
            }
            counting.count(thing, place, size);
        }
    }
    let Counting {
        findings, mut counted, ..
    } = counting;
    counted.tally = findings.tally;
    counted.elapsed = started.elapsed();
    counted.rows.sort_by_key(|row| (row.thing, row.kind));
    counted
}

struct Counting<'a> {
    subject: Subject,
    seed: u64,
    stop: &'a AtomicBool,
    findings: Findings,
    counted: Counted,
}

impl Counting<'_> {
    fn is_over(&mut self) -> bool {
        self.counted.was_stopped |= self.stop.load(Ordering::Relaxed);
        self.counted.was_stopped || self.counted.found.is_some()
    }

    /// Counts every kind of command where there is so much of a thing.
    fn count(&mut self, thing: Thing, place: usize, size: usize) {
        let Some(beginning) = beginning(thing, size, self.seed) else {
            return;
        };
        let model = made(beginning.model.clone(), &beginning.commands);
        let turned = turned(&model, self.seed);
        // As it is, and with a turn begun or ended.
        for first in [Vec::new(), turned] {
            let model = made(model.clone(), &first);
            let mut commands = beginning.commands.clone();
            commands.extend(first);
            for number in 0..ROUNDS {
                for kind in Kind::ALL {
                    if self.is_over() {
                        return;
                    }
                    let Some(command) = self.command(&model, thing, kind, (number, size)) else {
                        continue;
                    };
                    self.step(thing, place, (&model, &beginning.model, &commands), &command);
                }
            }
        }
    }

    fn command(
        &self,
        model: &OrchestrationReadModel,
        thing: Thing,
        kind: Kind,
        (number, size): (u64, usize),
    ) -> Option<OrchestrationCommand> {
        let accepted = number
            .is_multiple_of(2)
            .then(|| accepted(model, kind, number, self.seed));
        let command = accepted.flatten().or_else(|| aimed(model, kind, number, self.seed))?;
        Some(match thing {
            Thing::Many(_) => command,
            Thing::Text => with_text(command, &text(size)),
        })
    }

    fn step(
        &mut self,
        thing: Thing,
        place: usize,
        (model, beginning, before): (
            &OrchestrationReadModel,
            &OrchestrationReadModel,
            &[OrchestrationCommand],
        ),
        command: &OrchestrationCommand,
    ) {
        self.counted.steps += 1;
        let Some(costs) = check_cost(self.subject, model, command, &mut self.findings) else {
            return;
        };
        let most = costs.into_iter().fold(Cost::default(), Cost::max);
        self.note(thing, Kind::of(command), place, most);
        let Some(violation) = self.findings.violations.drain(..).next() else {
            return;
        };
        let mut commands = before.to_vec();
        commands.push(command.clone());
        self.counted.found = Some(Counterexample {
            violation,
            evidence: Evidence::Model {
                model: beginning.clone(),
                commands,
            },
            origin: Origin {
                search: Search::Cost,
                seed: Some(self.seed),
                run: None,
            },
        });
    }

    fn note(&mut self, thing: Thing, kind: Kind, place: usize, cost: Cost) {
        let rows = &mut self.counted.rows;
        let known = rows.iter().position(|row| (row.thing, row.kind) == (thing, kind));
        let known = known.unwrap_or_else(|| {
            rows.push(Row {
                thing,
                kind,
                costs: [None; SIZES.len()],
            });
            rows.len() - 1
        });
        let noted = &mut rows[known].costs[place];
        *noted = Some(noted.map_or(cost, |noted| noted.max(cost)));
    }
}

/// A model with so much of a thing, and the commands that make of it what a stored model cannot hold.
fn beginning(thing: Thing, size: usize, seed: u64) -> Option<Beginning> {
    let growth = match thing {
        Thing::Many(Dimension::Pieces) => Growth {
            dimension: Dimension::Pieces,
            size: size.min(MOST_PIECES),
        },
        Thing::Many(dimension) => Growth { dimension, size },
        // Something that is in an active turn.
        Thing::Text => Growth {
            dimension: Dimension::Pieces,
            size: 1,
        },
    };
    let mut bytes = vec![0; MODEL_BYTES + growth.size * BYTES_PER_THING];
    Xoshiro256PlusPlus::seed_from_u64(seed).fill_bytes(&mut bytes);
    let mut beginning = Beginning::draw(Some(growth), &mut Unstructured::new(&bytes)).ok()?;
    if thing == Thing::Text {
        let text = text(size);
        for command in &mut beginning.commands {
            *command = with_text(command.clone(), &text);
        }
    }
    Some(beginning)
}

fn text(size: usize) -> Text {
    Text::from("x".repeat(size * BYTES_OF_TEXT))
}

/// The same command, if it brings a piece of a message: with this as its text.
fn with_text(command: OrchestrationCommand, text: &Text) -> OrchestrationCommand {
    let OrchestrationCommand::IngestProviderEvent(mut ingest) = command else {
        return command;
    };
    match &mut ingest.event {
        ProviderEvent::TextDelta(delta) => delta.text = text.clone(),
        ProviderEvent::ThinkingDelta(delta) => delta.text = text.clone(),
        ProviderEvent::ToolCall(call) => call.input = text.clone(),
        ProviderEvent::ToolResult(result) => result.output = text.clone(),
        ProviderEvent::AwaitingApproval(asked) => asked.description = text.clone(),
        ProviderEvent::Error(error) => error.message = text.clone(),
        ProviderEvent::TurnComplete(_) => {}
    }
    ingest.into()
}

/// What begins a turn in the first thread, where what grows does so, or ends the one that is active there.
fn turned(model: &OrchestrationReadModel, seed: u64) -> Vec<OrchestrationCommand> {
    let Some(thread) = model.threads().next() else {
        return Vec::new();
    };
    let kind = if thread.active_turn().is_some() {
        Kind::InterruptTurn
    } else {
        Kind::StartTurn
    };
    accepted(model, kind, ROUNDS, seed).into_iter().collect()
}

/// A command of a kind that the core accepts, and that names what grows: one of many projects or threads, or else what stands
/// in the first of them.
fn accepted(model: &OrchestrationReadModel, kind: Kind, number: u64, seed: u64) -> Option<OrchestrationCommand> {
    let drawn = (0..TRIES).filter_map(|another| aimed(model, kind, number + another * ROUNDS, seed));
    let (project, thread) = (model.projects().next()?.id(), model.threads().next()?.id());
    let names_it = |command: &OrchestrationCommand| {
        let (of_project, of_thread) = (command.project_id(), command.thread_id());
        (model.projects().len() > FEW || of_project.is_none_or(|id| id == project))
            && (model.threads().len() > FEW || of_thread.is_none_or(|id| id == thread))
    };
    let mut fitting = drawn.filter(|command| kind == Kind::CreateProject || names_it(command));
    fitting.find(|command| Subject::CORE.decide(command, model).is_ok())
}

/// A command of a kind, which depends on nothing but its number and the seed.
fn aimed(model: &OrchestrationReadModel, kind: Kind, number: u64, seed: u64) -> Option<OrchestrationCommand> {
    let mut bytes = [0; COMMAND_BYTES];
    let seed = seed ^ (number << 32 | kind as u64);
    Xoshiro256PlusPlus::seed_from_u64(seed).fill_bytes(&mut bytes);
    Aim::new(model, number)
        .command(kind, &mut Unstructured::new(&bytes))
        .ok()
}

/// What the core makes of a model by some commands: it is to be legal, whatever the subject would make of it.
fn made(model: OrchestrationReadModel, commands: &[OrchestrationCommand]) -> OrchestrationReadModel {
    commands.iter().fold(model, |model, command| {
        let events = Subject::CORE.decide(command, &model).unwrap_or_default();
        Subject::CORE.fold(model, &events)
    })
}
