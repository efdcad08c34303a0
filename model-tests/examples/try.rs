//! x
fn main() {
    use model_tests::soak::*;
    let options = Options {
        seed: 1,
        steps_per_run: STEPS_PER_RUN,
        steps: Some(1_000_000),
        duration: None,
        threads: 1,
    };
    let soaked = soak(
        model_tests::subject::Subject::CORE,
        &options,
        &Progress::default(),
        &std::sync::atomic::AtomicBool::new(false),
    );
    println!(
        "{} steps {} accepted {} runs largest {} {:?}",
        soaked.steps, soaked.accepted, soaked.runs, soaked.largest_model, soaked.elapsed
    );
    println!("{} per second", soaked.steps as f64 / soaked.elapsed.as_secs_f64());
    for (i, c) in soaked.tally.iter() {
        println!("{i} {c:?}");
    }
    println!("{:?}", soaked.found.as_ref().map(|f| (&f.violation, f.trace.len())));
    let gaps = model_tests::coverage::rules::Gaps::of(&soaked.coverage);
    println!("{gaps:?}");
}
