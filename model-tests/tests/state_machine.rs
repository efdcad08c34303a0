//! The stateful test in the form in which users of proptest-state-machine know it: the core as the system under test, beside
//! the sequences of steps. What fails here is shrunk by proptest alone; `tests/stateful.rs` takes the same sequences, many
//! more of them, and reports what fails as a trace.

use model_tests::generate::Step;
use model_tests::search::stateful::{Case, Sequences};
use model_tests::subject::Subject;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

struct Core;

impl StateMachineTest for Core {
    type SystemUnderTest = Case;
    type Reference = Sequences;

    fn init_test(_: &<Sequences as ReferenceStateMachine>::State) -> Case {
        Case::new(Subject::CORE)
    }

    fn apply(mut case: Case, _: &<Sequences as ReferenceStateMachine>::State, step: Step) -> Case {
        case.take(step);
        case
    }

    fn check_invariants(case: &Case, _: &<Sequences as ReferenceStateMachine>::State) {
        assert_eq!(case.violation(), None);
    }

    fn teardown(mut case: Case, _: <Sequences as ReferenceStateMachine>::State) {
        case.finish();
        assert_eq!(case.violation(), None);
    }
}

prop_state_machine! {
    #![proptest_config(Config { cases: 500, failure_persistence: None, ..Config::default() })]

    #[test]
    fn every_sequence_of_steps_keeps_every_invariant(sequential 1..100 => Core);
}
