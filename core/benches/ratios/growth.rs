//! What an item costs when there are many of it: folding the events of a few, and of many.

use std::hint::black_box;
use std::time::Instant;

use chrono::DateTime;
use orchestration::commands::{CommitChanges, CreateBranch, CreateCheckpoint, CreateProject};
use orchestration::provider_event::TurnComplete;
use orchestration::{
    CheckpointId, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, ProjectId, decide, project,
};

use crate::fixture::{create_thread, delta, dispatch, idle_model, ingest, model, start_turn, text, thread_id, uuid};
use crate::measure::{Candidate, fastest, per_item};

const FEW: usize = 1_000;
const MANY: usize = 100_000;
const ROUNDS: usize = 7;

/// Something that there can be many of.
struct Growth {
    name: &'static str,
    before: OrchestrationReadModel,
    /// The commands that make the item of this number.
    item: fn(u64) -> Vec<OrchestrationCommand>,
}

pub fn run() {
    println!("growth: nanoseconds for each item, the least of {ROUNDS} rounds");
    println!(
        "{:40} {:>9} {:>9} {:>7} {:>9} {:>9} {:>7}",
        "", "1,000", "100,000", "ratio", "1,000", "100,000", "ratio"
    );
    println!("{:40} {:>27} {:>27}", "", "fold", "decide and fold");
    for growth in growths() {
        report(&growth);
    }
}

fn growths() -> Vec<Growth> {
    let mut on_a_branch = idle_model();
    dispatch(&mut on_a_branch, &create_branch("work"));
    vec![
        Growth {
            name: "projects",
            before: OrchestrationReadModel::default(),
            item: |number| vec![create_project(number)],
        },
        Growth {
            name: "threads of one project",
            before: model(0, 1),
            item: |number| vec![create_thread(number)],
        },
        Growth {
            name: "turns of one thread",
            before: idle_model(),
            item: |number| vec![start_turn(0, number + 1), ingest(0, number + 1, TurnComplete {})],
        },
        Growth {
            name: "checkpoints of one thread",
            before: idle_model(),
            item: |number| vec![create_checkpoint(number)],
        },
        Growth {
            name: "messages of one turn",
            before: model(1, 1),
            item: |number| vec![delta(0, 0, number + 1, "Hello.")],
        },
        Growth {
            name: "pieces of one message",
            before: model(1, 2),
            item: |_| vec![delta(0, 0, 1, "Hello.")],
        },
        Growth {
            name: "branches of one project",
            before: idle_model(),
            item: |number| vec![create_branch(&format!("work/{}", uuid(number)))],
        },
        Growth {
            name: "commits of one branch",
            before: on_a_branch,
            item: |_| vec![commit()],
        },
    ]
}

fn report(growth: &Growth) {
    let commands: Vec<OrchestrationCommand> = (0..MANY as u64).flat_map(growth.item).collect();
    let (events, ends) = events(&growth.before, &commands);
    let per_command = commands.len() / MANY;
    let (few_commands, few_events) = (FEW * per_command, ends[FEW * per_command - 1]);
    let fold = |events: &[OrchestrationEvent]| {
        events
            .iter()
            .fold(growth.before.clone(), |model, event| project(model, black_box(event)))
    };
    let dispatch_all = |commands: &[OrchestrationCommand]| {
        let mut model = growth.before.clone();
        for command in commands {
            dispatch(&mut model, black_box(command));
        }
        model
    };
    let mut candidates = [
        Candidate::new("few", || repeat(FEW, || fold(&events[..few_events]))),
        Candidate::new("many", || repeat(MANY, || fold(&events))),
        Candidate::new("few", || repeat(FEW, || dispatch_all(&commands[..few_commands]))),
        Candidate::new("many", || repeat(MANY, || dispatch_all(&commands))),
    ];
    let times = fastest(ROUNDS, &mut candidates);
    let name = growth.name;
    if let [few, many, few_decided, many_decided] = times[..] {
        println!(
            "{name:40} {few:>9.0} {many:>9.0} {:>6.2}x {few_decided:>9.0} {many_decided:>9.0} {:>6.2}x",
            many / few,
            many_decided / few_decided,
        );
    }
}

/// Makes so many models that each round handles the same number of items. The models are dropped when the clock stands.
fn repeat(items: usize, make: impl Fn() -> OrchestrationReadModel) -> f64 {
    let times = MANY / items;
    let mut models = Vec::with_capacity(times);
    let start = Instant::now();
    models.extend((0..times).map(|_| make()));
    let time = per_item(start, items * times);
    drop(black_box(models));
    time
}

/// The events of the commands, and how many there are after each command.
fn events(before: &OrchestrationReadModel, commands: &[OrchestrationCommand]) -> (Vec<OrchestrationEvent>, Vec<usize>) {
    let mut model = before.clone();
    let (mut events, mut ends) = (Vec::new(), Vec::new());
    for command in commands {
        for event in decide(command, &model).expect("the command is accepted") {
            model = project(model, &event);
            events.push(event);
        }
        ends.push(events.len());
    }
    (events, ends)
}

fn create_project(number: u64) -> OrchestrationCommand {
    let path = format!("/home/someone/{}", uuid(number)).parse().expect("a path");
    CreateProject {
        project_id: ProjectId::new(uuid(number)),
        path,
        name: text("repo"),
        at: DateTime::UNIX_EPOCH,
    }
    .into()
}

fn create_checkpoint(number: u64) -> OrchestrationCommand {
    CreateCheckpoint {
        thread_id: thread_id(0),
        checkpoint_id: CheckpointId::new(uuid(number)),
        git_ref: "68b152fd61035bed".parse().expect("a ref"),
        description: None,
        at: DateTime::UNIX_EPOCH,
    }
    .into()
}

fn create_branch(name: &str) -> OrchestrationCommand {
    CreateBranch {
        thread_id: thread_id(0),
        branch: name.parse().expect("a name"),
        at: DateTime::UNIX_EPOCH,
    }
    .into()
}

fn commit() -> OrchestrationCommand {
    CommitChanges {
        thread_id: thread_id(0),
        message: text("Do something."),
        at: DateTime::UNIX_EPOCH,
    }
    .into()
}
