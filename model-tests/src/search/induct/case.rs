//! One model, and every kind of command on it.

use arbitrary::Unstructured;
use orchestration::OrchestrationCommand;

use crate::check::coverage::Coverage;
use crate::check::invariants::{Tally, Violation};
use crate::check::run::Run;
use crate::counterexample::Evidence;
use crate::generate::model::{Aim, Beginning, Growth};
use crate::kind::Kind;
use crate::subject::Subject;

/// The most commands that are given one after the other.
const LONGEST: usize = 3;

/// How often each kind of command is given to a model in which nothing is large.
const ROUNDS: usize = 2;

/// From how many things on a model is large: each command is given to it but once.
const LARGE: usize = 1_000;

/// What came of a case.
#[derive(Debug, Default)]
pub(crate) struct Case {
    pub(crate) steps: u64,
    pub(crate) accepted: u64,
    pub(crate) tally: Tally,
    pub(crate) coverage: Coverage,
    pub(crate) found: Option<(Violation, Evidence)>,
}

impl Case {
    /// Draws a model, and gives it every kind of command, each from bytes of its own.
    pub(crate) fn of(subject: Subject, growth: Option<Growth>, model: &[u8], commands: &[u8]) -> Self {
        let (mut commands, mut model) = (Unstructured::new(commands), Unstructured::new(model));
        let mut case = Self::default();
        let Ok(beginning) = Beginning::draw(growth, &mut model) else {
            return case;
        };
        let mut run = Run::from_model(subject, beginning.model.clone());
        let mut given = Vec::new();
        let is_right = beginning
            .commands
            .iter()
            .all(|command| give(&mut run, command, &mut given));
        if is_right {
            run.finish_in_memory();
        }
        let start = run.fork();
        case.end(&beginning, run, given.clone());
        if case.found.is_some() {
            return case;
        }
        let rounds = if growth.is_some_and(|growth| growth.size >= LARGE) {
            1
        } else {
            ROUNDS
        };
        for kind in Kind::ALL.iter().cycle().take(rounds * Kind::ALL.len()) {
            let mut given = given.clone();
            let mut run = start.fork();
            follow(&mut run, *kind, &mut given, &mut commands);
            case.end(&beginning, run, given);
            if case.found.is_some() {
                break;
            }
        }
        case
    }

    /// Adds what came of a run.
    fn end(&mut self, beginning: &Beginning, mut run: Run, commands: Vec<OrchestrationCommand>) {
        self.steps += run.steps();
        self.accepted += run.accepted();
        self.tally.add(&run.findings().tally);
        self.coverage.add(run.coverage());
        self.found = Violation::most_telling(run.take_violations()).map(|violation| {
            let model = beginning.model.clone();
            (violation, Evidence::Model { model, commands })
        });
    }
}

/// Gives a command of a kind, and others behind it as long as they are accepted.
fn follow(run: &mut Run, kind: Kind, given: &mut Vec<OrchestrationCommand>, source: &mut Unstructured<'_>) {
    let mut kind = kind;
    for number in 0..LONGEST {
        let Ok(command) = Aim::new(run.model(), number as u64).command(kind, source) else {
            break;
        };
        let accepted = run.accepted();
        if !give(run, &command, given) {
            return;
        }
        if run.accepted() == accepted || source.is_empty() {
            break;
        }
        let next = source.int_in_range(0..=Kind::ALL.len() - 1).unwrap_or_default();
        kind = Kind::ALL[next];
    }
    if run.accepted() > 0 {
        run.finish_in_memory();
    }
}

/// Gives a command, and tells whether nothing is wrong so far.
fn give(run: &mut Run, command: &OrchestrationCommand, given: &mut Vec<OrchestrationCommand>) -> bool {
    given.push(command.clone());
    run.step_unwinding(command).is_some() && !run.is_violated()
}
