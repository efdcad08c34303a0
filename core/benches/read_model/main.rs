//! What the read model costs, beside plain maps in the same run.
//!
//! `stream`: a chunk is decided and projected, and nothing else holds the model. `publish`: after every event the model
//! is cloned, as if to be handed to readers. `decide`: deciding alone. `session`: the mix of a recorded session. `map`: the
//! candidates for a keyed collection.

mod baseline;
#[path = "../common/fixture.rs"]
mod fixture;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use orchestration::{OrchestrationReadModel, decide};

use baseline::{Owned, SharedLeaves, Thread};
use fixture::{delta, dispatch, message_id, model, thread_id};

fn main() {
    divan::main();
}

const PIECE: &str = "some twenty-five bytes.. ";

/// Streams chunks into a message of a model.
fn stream(bencher: Bencher<'_, '_>, mut model: OrchestrationReadModel, turn: u64, message: u64) {
    let command = delta(0, turn, message, PIECE);
    bencher.bench_local(move || dispatch(&mut model, black_box(&command)));
}

mod streaming_a_chunk {
    use super::{Bencher, Owned, PIECE, Thread, black_box, fixture, message_id, model, stream, thread_id};

    #[divan::bench(sample_count = 200, sample_size = 1000)]
    fn into_a_model_of_10_threads(bencher: Bencher<'_, '_>) {
        stream(bencher, model(10, 20), 0, 10);
    }

    #[divan::bench(sample_count = 200, sample_size = 1000)]
    fn into_a_model_of_10_000_threads(bencher: Bencher<'_, '_>) {
        stream(bencher, model(10_000, 20), 0, 10);
    }

    #[divan::bench(sample_count = 200, sample_size = 1000)]
    fn into_a_turn_of_100_000_messages(bencher: Bencher<'_, '_>) {
        stream(bencher, model(1, 100_000), 0, 50_000);
    }

    #[divan::bench(sample_count = 200, sample_size = 1000)]
    fn into_a_thread_of_100_000_messages_in_ended_turns(bencher: Bencher<'_, '_>) {
        stream(bencher, fixture::model_with_ended_turns(1_000, 101), 1_000, 1);
    }

    fn owned(bencher: Bencher<'_, '_>, threads: u64, messages: u64) {
        let thread = || Thread::with_messages((0..messages).map(message_id));
        let mut model = Owned((0..threads).map(|number| (thread_id(number), thread())).collect());
        let (thread, message) = (thread_id(0), message_id(messages / 2));
        bencher.bench_local(move || model.push(thread, message, black_box(PIECE)));
    }

    /// Without deciding, and without an event: the least that could be.
    #[divan::bench(sample_count = 200, sample_size = 1000)]
    fn owned_maps_of_10_threads(bencher: Bencher<'_, '_>) {
        owned(bencher, 10, 20);
    }

    #[divan::bench(sample_count = 200, sample_size = 1000)]
    fn owned_maps_of_10_000_threads(bencher: Bencher<'_, '_>) {
        owned(bencher, 10_000, 20);
    }
}

mod publishing_after_every_event_at_10_000_threads_of_20_messages {
    use super::{
        Arc, Bencher, Owned, PIECE, SharedLeaves, Thread, black_box, decide, delta, message_id, model, thread_id,
    };
    use orchestration::{OrchestrationCommand, OrchestrationEvent, project};

    const THREADS: u64 = 10_000;
    const MESSAGES: u64 = 20;

    /// One event for each of the threads, in an order that jumps about.
    fn events(model: &super::OrchestrationReadModel) -> Vec<OrchestrationEvent> {
        let commands = (0..THREADS).map(|number| delta(number * 7 % THREADS, 0, 10, PIECE));
        commands
            .flat_map(|command: OrchestrationCommand| decide(&command, model).expect("accepted"))
            .collect()
    }

    #[divan::bench(sample_count = 200, sample_size = 1000)]
    fn the_read_model(bencher: Bencher<'_, '_>) {
        let mut model = model(THREADS, MESSAGES);
        let events = events(&model);
        let mut next = events.iter().cycle();
        bencher.bench_local(move || {
            let published = model.clone();
            if let Some(event) = next.next() {
                model = project(std::mem::take(&mut model), event);
            }
            drop(black_box(published));
        });
    }

    fn thread() -> Thread {
        Thread::with_messages((0..MESSAGES).map(message_id))
    }

    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn owned_maps(bencher: Bencher<'_, '_>) {
        let mut model = Owned((0..THREADS).map(|number| (thread_id(number), thread())).collect());
        bencher.bench_local(move || {
            let published = model.clone();
            model.push(thread_id(7), message_id(10), PIECE);
            drop(black_box(published));
        });
    }

    #[divan::bench(sample_count = 50, sample_size = 10)]
    fn maps_of_shared_leaves(bencher: Bencher<'_, '_>) {
        let mut model = SharedLeaves(
            (0..THREADS)
                .map(|number| (thread_id(number), Arc::new(thread())))
                .collect(),
        );
        bencher.bench_local(move || {
            let published = model.clone();
            model.push(thread_id(7), message_id(10), PIECE);
            drop(black_box(published));
        });
    }
}

mod deciding_alone {
    use super::{Bencher, black_box, decide, delta, fixture, model};

    fn bench(bencher: Bencher<'_, '_>, command: &orchestration::OrchestrationCommand) {
        let model = model(10, 20);
        bencher.bench_local(|| decide(black_box(command), &model));
    }

    #[divan::bench(sample_count = 200, sample_size = 1000)]
    fn a_chunk_of_16_bytes(bencher: Bencher<'_, '_>) {
        bench(bencher, &delta(0, 0, 10, "0123456789abcdef"));
    }

    #[divan::bench(sample_count = 200, sample_size = 1000)]
    fn a_chunk_of_1_megabyte(bencher: Bencher<'_, '_>) {
        bench(bencher, &delta(0, 0, 10, &"x".repeat(1_000_000)));
    }

    #[divan::bench(sample_count = 200, sample_size = 1000)]
    fn a_chunk_refused_for_its_turn(bencher: Bencher<'_, '_>) {
        bench(bencher, &delta(0, 1, 10, "0123456789abcdef"));
    }

    #[divan::bench(sample_count = 200, sample_size = 1000)]
    fn a_chunk_refused_for_its_role(bencher: Bencher<'_, '_>) {
        bench(bencher, &delta(0, 0, 0, "0123456789abcdef"));
    }

    #[divan::bench(sample_count = 200, sample_size = 1000)]
    fn a_prompt_refused(bencher: Bencher<'_, '_>) {
        bench(bencher, &fixture::start_turn(0, 1));
    }
}

/// The commands of twenty turns: about 800.
#[divan::bench(sample_count = 200)]
fn a_session(bencher: Bencher<'_, '_>) {
    let mut turn = 1;
    let commands = fixture::session(1, 20).len();
    bencher
        .counter(ItemsCount::new(commands))
        .with_inputs(|| {
            turn += 20;
            (fixture::idle_model(), fixture::session(turn, 20))
        })
        .bench_local_refs(|(model, commands)| {
            for command in commands {
                dispatch(model, command);
            }
        });
}

/// A change of one of 10,000 values, while a clone of the map is held.
mod changing_one_of_10_000_values_of_a_cloned_map {
    use super::{Arc, BTreeMap, Bencher, black_box, thread_id};

    const VALUES: u64 = 10_000;

    /// About as large as a thread is, its own collections aside.
    type Value = [u64; 32];

    macro_rules! bench {
        ($name:ident, $samples:literal, $map:expr, $change:expr) => {
            #[divan::bench(sample_count = 100, sample_size = $samples)]
            fn $name(bencher: Bencher<'_, '_>) {
                let mut map = $map;
                let mut number = 0;
                bencher.bench_local(move || {
                    let held = map.clone();
                    number = (number + 7_919) % VALUES;
                    $change(&mut map, number);
                    drop(black_box(held));
                });
            }
        };
    }

    bench!(
        red_black_tree_of_rpds,
        1000,
        (0..VALUES).fold(rpds::RedBlackTreeMapSync::new_sync(), |mut map, number| {
            map.insert_mut(thread_id(number), [0; 32]);
            map
        }),
        |map: &mut rpds::RedBlackTreeMapSync<_, Value>, number| map
            .get_mut(&thread_id(number))
            .map(|value| value[0] += 1)
    );

    bench!(
        b_tree_of_imbl,
        1000,
        (0..VALUES)
            .map(|number| (thread_id(number), [0; 32]))
            .collect::<imbl::OrdMap<orchestration::ThreadId, Value>>(),
        |map: &mut imbl::OrdMap<_, Value>, number| map.get_mut(&thread_id(number)).map(|value| value[0] += 1)
    );

    bench!(
        b_tree_of_imbl_with_shared_leaves,
        1000,
        (0..VALUES)
            .map(|number| (thread_id(number), Arc::new([0; 32])))
            .collect::<imbl::OrdMap<orchestration::ThreadId, Arc<Value>>>(),
        |map: &mut imbl::OrdMap<_, Arc<Value>>, number| {
            map.get_mut(&thread_id(number))
                .map(|value| Arc::make_mut(value)[0] += 1)
        }
    );

    bench!(
        standard_b_tree_with_shared_leaves,
        10,
        (0..VALUES)
            .map(|number| (thread_id(number), Arc::new([0; 32])))
            .collect::<BTreeMap<_, Arc<Value>>>(),
        |map: &mut BTreeMap<_, Arc<Value>>, number| {
            map.get_mut(&thread_id(number))
                .map(|value| Arc::make_mut(value)[0] += 1)
        }
    );

    bench!(
        standard_b_tree_of_owned_values,
        1,
        (0..VALUES)
            .map(|number| (thread_id(number), [0; 32]))
            .collect::<BTreeMap<_, Value>>(),
        |map: &mut BTreeMap<_, Value>, number| map.get_mut(&thread_id(number)).map(|value| value[0] += 1)
    );
}
