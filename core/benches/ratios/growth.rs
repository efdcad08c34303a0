//! What an item costs when there are many of it: folding the events of a few, and of many.

use std::hint::black_box;
use std::time::Instant;

use chrono::DateTime;
use orchestration::commands::{
    CommitChanges, CreateBranch, CreateCheckpoint, CreateProject, DeleteProject, RestoreCheckpoint,
};
use orchestration::provider_event::TurnComplete;
use orchestration::{
    CheckpointId, OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel, ProjectId, decide, project,
};

use crate::fixture::{
    create_thread, create_thread_of, delta, dispatch, idle_model, ingest, model, start_turn, text, thread_id, uuid,
};
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
            name: "projects, beside each one deleted",
            before: OrchestrationReadModel::default(),
            item: |number| {
                let (kept, deleted) = (2 * number, 2 * number + 1);
                vec![
                    create_project(kept),
                    create_thread_of(kept, kept),
                    create_project(deleted),
                    create_thread_of(deleted, deleted),
                    delete_project(deleted),
                ]
            },
        },
        Growth {
            name: "turns and checkpoints, each restored",
            before: idle_model(),
            item: |number| {
                let (kept, dropped) = (2 * number + 1, 2 * number + 2);
                vec![
                    start_turn(0, kept),
                    ingest(0, kept, TurnComplete {}),
                    create_checkpoint(number),
                    start_turn(0, dropped),
                    ingest(0, dropped, TurnComplete {}),
                    restore_checkpoint(number),
                ]
            },
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

/// The same items go into one model, and a thousand at a time into models of their own: the events are the same, and so is
/// the memory that they and the models take.
fn report(growth: &Growth) {
    let items: Vec<Vec<OrchestrationCommand>> = (0..MANY as u64).map(growth.item).collect();
    let few: Vec<Item> = items
        .chunks(FEW)
        .flat_map(|items| decided(&growth.before, items))
        .collect();
    let many: Vec<Item> = decided(&growth.before, &items);
    let mut candidates = [
        Candidate::new("few", || fill(growth, &few, FEW, fold)),
        Candidate::new("many", || fill(growth, &many, MANY, fold)),
        Candidate::new("few", || fill(growth, &few, FEW, decide_and_fold)),
        Candidate::new("many", || fill(growth, &many, MANY, decide_and_fold)),
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

/// The commands that make an item, and the events that they cause.
struct Item {
    commands: Vec<OrchestrationCommand>,
    events: Vec<OrchestrationEvent>,
}

fn decided(before: &OrchestrationReadModel, items: &[Vec<OrchestrationCommand>]) -> Vec<Item> {
    let mut model = before.clone();
    let mut decided = Vec::with_capacity(items.len());
    for commands in items {
        let mut item = Item {
            commands: commands.clone(),
            events: Vec::new(),
        };
        for command in commands {
            for event in decide(command, &model).expect("the command is accepted") {
                model = project(model, &event);
                item.events.push(event);
            }
        }
        decided.push(item);
    }
    decided
}

fn fold(model: &mut OrchestrationReadModel, item: &Item) {
    for event in &item.events {
        *model = project(std::mem::take(model), black_box(event));
    }
}

fn decide_and_fold(model: &mut OrchestrationReadModel, item: &Item) {
    for command in &item.commands {
        dispatch(model, black_box(command));
    }
}

/// Fills models with so many items each. They are dropped when the clock stands.
fn fill(growth: &Growth, items: &[Item], size: usize, add: fn(&mut OrchestrationReadModel, &Item)) -> f64 {
    let mut models = vec![growth.before.clone(); items.len() / size];
    let start = Instant::now();
    for (model, items) in models.iter_mut().zip(items.chunks(size)) {
        for item in items {
            add(model, item);
        }
    }
    let time = per_item(start, items.len());
    // What stands behind the models in memory keeps the allocator from giving their memory back, only to have the system
    // clear it page by page in the next round.
    std::mem::forget(black_box(vec![1_u8; 100_000]));
    drop(black_box(models));
    time
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

fn delete_project(number: u64) -> OrchestrationCommand {
    DeleteProject {
        project_id: ProjectId::new(uuid(number)),
        at: DateTime::UNIX_EPOCH,
    }
    .into()
}

fn restore_checkpoint(number: u64) -> OrchestrationCommand {
    RestoreCheckpoint {
        thread_id: thread_id(0),
        checkpoint_id: CheckpointId::new(uuid(number)),
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
