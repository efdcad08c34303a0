//! The core and the machine, side by side along random sequences: ids from pools so small that they clash often.

use std::collections::{BTreeMap, BTreeSet};

use arbitrary::{Arbitrary, Unstructured};
use model_tests::check::invariants::Findings;
use model_tests::check::reference::{Machine, check_decision, check_model, check_touched};
use model_tests::fields::{Field, Holds, Id};
use model_tests::kind::Kind;
use orchestration::{DeciderError, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};
use orchestration::{decide, project};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde_json::Value;
use uuid::Uuid;

const SEQUENCES: u64 = 300;
const COMMANDS_PER_SEQUENCE: u32 = 200;

/// How many there are of the things of one kind.
const THINGS: usize = 2;

/// How many commands are drawn to choose from.
const BANK: usize = 5_000;

/// Commands of every kind. Their texts, times and optional fields are arbitrary; their ids and names are not used.
fn bank(random: &mut impl Rng) -> BTreeMap<Kind, Vec<OrchestrationCommand>> {
    let mut bank: BTreeMap<Kind, Vec<_>> = BTreeMap::new();
    for _ in 0..BANK {
        let mut bytes = [0; 400];
        random.fill_bytes(&mut bytes);
        let command = OrchestrationCommand::arbitrary(&mut Unstructured::new(&bytes)).expect("the bytes suffice");
        bank.entry(Kind::of(&command)).or_default().push(command);
    }
    assert!(bank.keys().copied().eq(Kind::ALL), "not every kind was drawn");
    bank
}

fn below(random: &mut impl Rng, limit: usize) -> usize {
    usize::try_from(random.next_u64() % limit as u64).expect("it is below the limit")
}

/// A command of any kind. Of those that end or take away something, three in four are replaced by another, so that things
/// can grow.
fn command(bank: &BTreeMap<Kind, Vec<OrchestrationCommand>>, random: &mut impl Rng) -> OrchestrationCommand {
    let kind = loop {
        let kind = Kind::ALL[below(random, Kind::COUNT)];
        if !ends(kind) || below(random, 4) == 0 {
            break kind;
        }
    };
    let of_kind = &bank[&kind];
    let mut command = serde_json::to_value(&of_kind[below(random, of_kind.len())]).expect("a command has JSON");
    name_few(&mut command, random);
    serde_json::from_value(command).expect("the names are legal")
}

/// Replaces every id and every name by one of a few.
fn name_few(fields: &mut Value, random: &mut impl Rng) {
    for (name, value) in fields.as_object_mut().expect("these are fields") {
        let field = Field::named(name).expect("the field is known");
        let number = below(random, THINGS);
        match field.holds {
            Holds::Id(Id::ToolCall) => *value = format!("call-{number}").into(),
            Holds::Id(_) => *value = Uuid::from_u128(number as u128).to_string().into(),
            Holds::Name(simplest) => *value = format!("{simplest}{number}").into(),
            Holds::Fields => name_few(value, random),
            Holds::Kind | Holds::IdOrWord(_) | Holds::Text(_) | Holds::Choice | Holds::Count | Holds::Time(_) => {}
        }
    }
}

/// Whether a kind of command takes away a project or a thread, or ends a turn.
const fn ends(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::DeleteProject
            | Kind::DeleteThread
            | Kind::InterruptTurn
            | Kind::TurnComplete
            | Kind::Error
            | Kind::RestoreCheckpoint
    )
}

#[test]
fn the_core_does_what_the_machine_predicts_and_comes_to_the_same_model() {
    let (mut events_seen, mut errors_seen) = (BTreeSet::new(), BTreeSet::new());
    let bank = bank(&mut Xoshiro256PlusPlus::seed_from_u64(0));
    for seed in 1..=SEQUENCES {
        let random = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
        let (mut machine, mut model) = (Machine::default(), OrchestrationReadModel::default());
        for place in 0..COMMANDS_PER_SEQUENCE {
            let command = command(&bank, random);
            let predicted = machine.predict(&command);
            let decided = decide(&command, &model);
            let mut findings = Findings::default();
            check_decision(&command, &model, &predicted, &decided, &mut findings);
            let before = model.clone();
            if let Ok(events) = &decided {
                model = events.iter().fold(model, project);
            }
            check_touched(&command, &machine, &before, &model, &mut findings);
            check_model(&machine, &model, &mut findings);
            assert_eq!(findings.violations, [], "seed {seed}, command {place}: {command:?}");
            assert_eq!(
                Machine::from(&model),
                machine,
                "seed {seed}, command {place}: {command:?}"
            );
            match predicted {
                Ok(events) => events_seen.extend(events.iter().map(OrchestrationEvent::kind)),
                Err(error) => {
                    errors_seen.insert(error.kind());
                }
            }
        }
    }
    assert_eq!(events_seen, OrchestrationEvent::KINDS.iter().copied().collect());
    assert_eq!(errors_seen, DeciderError::KINDS.iter().copied().collect());
}
