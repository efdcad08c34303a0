//! The core and the machine, side by side along pseudo-random sequences: ids from pools so small that they clash often.

use std::collections::BTreeSet;

use model_tests::check::invariants::Findings;
use model_tests::check::reference::{Machine, check_decision, check_model, check_touched};
use orchestration::{DeciderError, OrchestrationCommand as Command, OrchestrationEvent, OrchestrationReadModel};
use orchestration::{decide, project};

use crate::commands::*;

const SEQUENCES: u64 = 300;
const COMMANDS_PER_SEQUENCE: u32 = 200;

/// Pseudo-random numbers: a 64-bit xorshift.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number from 0 up to, but not including, the limit. The upper bits are taken: the lower ones are less random.
    fn below(&mut self, limit: u8) -> u8 {
        let number = (self.next() >> 32) % u64::from(limit);
        u8::try_from(number).expect("it is below a number that fits")
    }

    /// One of the two or three that there are of most things.
    fn pick(&mut self) -> u8 {
        1 + self.below(2)
    }

    /// Any command. Deletions are rarer than the others, lest nothing ever grows.
    fn command(&mut self) -> Command {
        let (thread, turn, other) = (self.pick(), 1 + self.below(3), self.pick());
        match self.below(72) {
            0..=1 => create_project(self.below(3), self.pick()),
            2 => rename_project(self.below(3)),
            3 => delete_project(self.below(3)),
            4..=7 => create_thread(thread, self.below(3)),
            8..=9 => select_thread(thread),
            10 => delete_thread(thread),
            11..=18 => start_turn(thread, turn),
            19..=20 => interrupt_turn(thread, turn),
            21..=24 => approve(thread, turn, other),
            25..=27 => reject(thread, turn, other),
            28..=32 => text_delta(thread, turn, self.below(3)),
            33..=36 => thinking_delta(thread, turn, self.below(3)),
            37..=41 => tool_call(thread, turn, other),
            42..=46 => tool_result(thread, turn, other, self.below(2) == 0),
            47..=49 => ask(thread, turn, other, None),
            50..=53 => ask(thread, turn, other, Some(self.pick())),
            54..=55 => complete(thread, turn),
            56 => fail(thread, turn),
            57..=60 => create_checkpoint(thread, other),
            61..=62 => restore_checkpoint(thread, other),
            63..=66 => create_branch(thread, other),
            67..=68 => commit(thread),
            _ => push(thread),
        }
    }
}

#[test]
fn the_core_does_what_the_machine_predicts_and_comes_to_the_same_model() {
    let (mut events_seen, mut errors_seen) = (BTreeSet::new(), BTreeSet::new());
    for seed in 1..=SEQUENCES {
        // The generator never leaves zero, and starts slowly from small numbers.
        let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let (mut machine, mut model) = (Machine::default(), OrchestrationReadModel::default());
        for place in 0..COMMANDS_PER_SEQUENCE {
            let command = numbers.command();
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
                Ok(kinds) => events_seen.extend(kinds),
                Err(kind) => {
                    errors_seen.insert(kind);
                }
            }
        }
    }
    assert_eq!(events_seen, OrchestrationEvent::KINDS.iter().copied().collect());
    assert_eq!(errors_seen, DeciderError::KINDS.iter().copied().collect());
}
