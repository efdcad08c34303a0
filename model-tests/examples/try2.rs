//! x
fn main() {
    use model_tests::explore::*;
    let a: Vec<u8> = std::env::args().skip(1).map(|a| a.parse().unwrap()).collect();
    let scope = Scope {
        projects: a[0],
        threads: a[1],
        turns: a[2],
        messages: a[3],
        pieces: a[4],
        tool_calls: a[5],
        approvals: a[6],
        checkpoints: a[7],
        branches: a[8],
        commits: a[9],
    };
    let threads = a[10] as usize;
    let symmetry = a[11] == 1;
    let options = Options {
        symmetry,
        threads,
        most_states: 20_000_000,
        ..Options::new(scope)
    };
    let e = explore(
        model_tests::subject::Subject::CORE,
        &options,
        &Progress::default(),
        &std::sync::atomic::AtomicBool::new(false),
    )
    .unwrap();
    println!(
        "{:?} {} states {} transitions depth {} {:?}",
        e.verdict, e.states, e.transitions, e.depth, e.elapsed
    );
    println!("{} per second", e.transitions as f64 / e.elapsed.as_secs_f64());
    println!("{:?}", e.found);
    let gaps = model_tests::coverage::rules::Gaps::of(&e.coverage);
    println!("{gaps:?}");
}
