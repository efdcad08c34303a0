//! The core and the machine, side by side along pseudo-random sequences: ids from pools so small that they clash often.

use std::collections::BTreeSet;

use model_tests::check::invariants::Findings;
use model_tests::check::reference::{Machine, check_decision, check_model, check_touched};
use orchestration::{DeciderError, OrchestrationEvent, OrchestrationReadModel};
use orchestration::{decide, project};

use crate::commands::Numbers;

const SEQUENCES: u64 = 300;
const COMMANDS_PER_SEQUENCE: u32 = 200;

#[test]
fn the_core_does_what_the_machine_predicts_and_comes_to_the_same_model() {
    let (mut events_seen, mut errors_seen) = (BTreeSet::new(), BTreeSet::new());
    for seed in 1..=SEQUENCES {
        // The generator never leaves zero, and starts slowly from small numbers.
        let mut numbers = Numbers::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
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
