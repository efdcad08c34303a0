//! How much is explored and soaked in a second on one core, with everything checked, beside deciding and projecting alone.

use std::sync::atomic::AtomicBool;

use divan::Bencher;
use divan::counter::ItemsCount;
use model_tests::check::reference::Machine;
use model_tests::check::run::Run;
use model_tests::generate::{RandomSteps, Walk};
use model_tests::search::explore::{self, Options, Scope, explore};
use model_tests::search::soak::{self, STEPS_PER_RUN, soak};
use model_tests::subject::Subject;
use orchestration::{OrchestrationCommand, OrchestrationReadModel, decide, project};

fn main() {
    divan::main();
}

/// Transitions of the tiny scope, on one thread.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn explored_transitions(bencher: Bencher<'_, '_>) {
    let options = Options {
        threads: 1,
        ..Options::new(Scope::TINY)
    };
    let run = || {
        explore(
            Subject::CORE,
            &options,
            &explore::Progress::default(),
            &AtomicBool::new(false),
        )
    };
    let transitions = run().expect("a thread can be started").transitions;
    bencher.counter(ItemsCount::new(transitions)).bench_local(run);
}

/// Steps of a soak, with all that belongs to it, on one thread.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn soaked_steps(bencher: Bencher<'_, '_>) {
    let steps = 10 * STEPS_PER_RUN;
    let options = soak::Options {
        seed: 1,
        steps_per_run: STEPS_PER_RUN,
        steps: Some(steps),
        duration: None,
        threads: 1,
    };
    bencher.counter(ItemsCount::new(steps)).bench_local(|| {
        soak(
            Subject::CORE,
            &options,
            &soak::Progress::default(),
            &AtomicBool::new(false),
        )
    });
}

/// The commands of a long random run.
fn commands() -> Vec<OrchestrationCommand> {
    let mut walk = Walk::new(Subject::CORE);
    RandomSteps::new(1)
        .take(4_000)
        .map(|step| walk.take(step).command)
        .collect()
}

/// The same commands, with every check of a run.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn steps_with_every_check(bencher: Bencher<'_, '_>) {
    let commands = commands();
    bencher.counter(ItemsCount::new(commands.len())).bench_local(|| {
        let mut run = Run::new(Subject::CORE);
        for command in &commands {
            let _ = run.step(command);
        }
        run
    });
}

/// The same commands, decided and projected and nothing else.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn steps_decided_and_projected_alone(bencher: Bencher<'_, '_>) {
    let commands = commands();
    bencher.counter(ItemsCount::new(commands.len())).bench_local(|| {
        commands
            .iter()
            .fold(OrchestrationReadModel::default(), |model, command| {
                decide(command, &model).unwrap_or_default().iter().fold(model, project)
            })
    });
}

/// The same commands, predicted by the reference machine and nothing else.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn steps_predicted_alone(bencher: Bencher<'_, '_>) {
    let commands = commands();
    bencher.counter(ItemsCount::new(commands.len())).bench_local(|| {
        commands.iter().fold(Machine::default(), |mut machine, command| {
            let _ = divan::black_box(machine.predict(command));
            machine
        })
    });
}
