//! The pages of what was searched: a verdict, a night, and a hunt for planted bugs.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use model_tests::page::hunt::{Hunt, Outcome, Quarry};
use model_tests::page::night::{Ending, Failure, Measure, Night, Part, Past, Point, Target};
use model_tests::page::{Judgement, of_hunt, of_night, of_verdict};
use model_tests::search::explore::{Options, Progress, Scope, explore};
use model_tests::subject::Subject;

use super::driver::{Browser, PHONE};
use super::{HOSTILE, assert_quiet, assert_read_everywhere, completions_dropped, conversation, folder, page};

fn written(name: &str, page: &str) -> PathBuf {
    let path = folder().join(name);
    fs::write(&path, page).expect("it can be written");
    path
}

#[test]
fn the_pictures_of_a_verdict_are_read_on_a_desk_and_on_a_phone() {
    let Some(browser) = Browser::start() else { return };
    let options = Options::new(Scope::TINY);
    let explored = explore(Subject::CORE, &options, &Progress::default(), &AtomicBool::new(false));
    let explored = explored.expect("it can begin");
    let page = of_verdict(&Judgement {
        verdict: "clean",
        is_clean: true,
        searches: vec!["explored tiny".to_owned()],
        reasons: Vec::new(),
        levels: vec![("tiny".to_owned(), &explored.levels)],
        arrows: &explored.arrows,
        coverage: &explored.coverage,
        tally: &explored.tally,
    });
    let path = folder().join("verdict.html");
    fs::write(&path, page).expect("it can be written");
    assert_read_everywhere(&browser, &path, "verdict");
    assert_quiet(&browser);
}

/// Nights of which some found something, and one measured nothing.
fn nights(count: u32) -> (Vec<Past>, Vec<Measure>) {
    let nights = (1..=count).map(|day| Past {
        begun: format!("2026-01-{day:02}T22:00:00Z"),
        page: (day % 2 == 0).then(|| "night-alone.html".to_owned()),
        end: if day % 5 == 0 { "found something" } else { "clean" }.to_owned(),
        ending: if day % 5 == 0 { Ending::Found } else { Ending::Clean },
        took: "1 h 6 min".to_owned(),
        commit: "0123456789abcdef".to_owned(),
    });
    let point = |day: u32| {
        let value = day * 1_000 % 7_000 + 40_000;
        (day != 3).then(|| Point {
            value: f64::from(value),
            words: format!("{},{:03}", value / 1_000, value % 1_000),
        })
    };
    let names = [
        "inputs fuzzed in a second",
        "features of the program that fuzzing saw",
        "states explored",
        "kinds of failure found",
    ];
    let measure = |name| Measure {
        name,
        points: (1..=count).map(point).collect(),
    };
    (nights.collect(), names.map(measure).into())
}

/// A night with something of everything, and hostile text wherever text comes from elsewhere.
fn night(count: u32) -> Night {
    let (nights, measures) = nights(count);
    let part = |name: &str, end: &str, ending, note: &str| Part {
        name: name.to_owned(),
        end: end.to_owned(),
        ending,
        took: "12 min 40 s".to_owned(),
        note: note.to_owned(),
    };
    Night {
        begun: "2026-01-12T22:00:00Z".to_owned(),
        end: "found something".to_owned(),
        ending: Ending::Found,
        verdict: "Found something: soak. 1 kind of failure: T7. Not finished: mutants 3/28.".to_owned(),
        facts: vec!["took 1 h 6 min; 1 h 0 min of searching were asked for".to_owned(), HOSTILE.to_owned()],
        failures: vec![Failure {
            invariant: "T7".to_owned(),
            sentence: "What comes after the restored checkpoint is gone.".to_owned(),
            message: HOSTILE.to_owned(),
            by: "3 times, by soak, command_sequence".to_owned(),
            pretty: format!("step  on  what\n{}", "0123456789".repeat(40)),
            again: "cargo run --release -- replay --pretty target/nights/2026-01-12T22-00-00Z/failures/T7-1b2c3d4e.trace.jsonl".to_owned(),
            files: vec!["target/nights/2026-01-12T22-00-00Z/failures/T7-1b2c3d4e.trace.jsonl".to_owned()],
            page: Some("night-failure.html".to_owned()),
        }],
        parts: vec![
            part("exploration of default", "finished", Ending::Clean, "1,048,576 states, 30,000,000 transitions"),
            part("soak", "found something", Ending::Found, "T7, in 9,000,000 steps"),
            part("mutants 3/28", "unfinished", Ending::Unfinished, HOSTILE),
        ],
        targets: ["command_sequence", "address-sanitizer"]
            .map(|name| Target {
                name: name.to_owned(),
                counts: [
                    "took", "executions", "in a second", "steps", "features", "corpus before", "gathered", "minimised", "crashes",
                ]
                .map(|what| (what, "1,234,567".to_owned()))
                .into(),
            })
            .into(),
        nights,
        measures,
    }
}

#[test]
fn a_night_is_read_on_a_desk_and_on_a_phone_and_leads_to_its_failures() {
    let Some(browser) = Browser::start() else { return };
    page("night-failure", completions_dropped(), &conversation());
    assert_read_everywhere(
        &browser,
        &written("night-alone.html", &of_night(&night(1))),
        "night-alone",
    );
    let path = written("night.html", &of_night(&night(12)));
    assert_read_everywhere(&browser, &path, "night");
    let harm = "return [typeof window.harmed, document.querySelectorAll('img, main script').length]";
    assert_eq!(browser.run(harm), serde_json::json!(["undefined", 0]));
    assert_eq!(browser.run("return document.querySelectorAll('svg.spark').length"), 4);
    browser.run("document.querySelectorAll('details').forEach((fold) => (fold.open = true))");
    let width = browser.run("return document.documentElement.scrollWidth");
    assert_eq!(width, PHONE.width, "nothing stands out of what is folded");
    browser.run("document.querySelector('a.button').click()");
    browser.wait_for("return document.getElementById('step-title')?.textContent");
    assert_quiet(&browser);
}

#[test]
fn a_hunt_is_read_on_a_desk_and_on_a_phone() {
    let Some(browser) = Browser::start() else { return };
    let found = |seconds: f64, words: &str, is_sure| Outcome::Found {
        seconds,
        words: words.to_owned(),
        is_sure,
    };
    let missed = |words: &str, is_wrong| Outcome::Missed {
        words: words.to_owned(),
        is_wrong,
    };
    let hunters = [
        ("stateful", found(0.021, "21 ms, 1234 steps", true)),
        ("exploration", found(0.000_4, "400 µs, 12 steps", true)),
        (
            "induction",
            Outcome::Unseen("it begins with legal models, and the bug makes none that is not".to_owned()),
        ),
        ("soak", found(2.4, "2.4 s, 400000 steps (2 of 3)", false)),
        ("random bytes", missed("not in 1000000 steps", true)),
        ("naive", missed("not in 500000 steps", false)),
    ];
    let quarry = |id: &str, sentence: &str| Quarry {
        id: id.to_owned(),
        sentence: sentence.to_owned(),
        caught_by: "T7, R1".to_owned(),
        hunters: hunters.clone().map(|(name, outcome)| (name.to_owned(), outcome)).into(),
    };
    let page = of_hunt(&Hunt {
        verdict: "violated".to_owned(),
        is_clean: false,
        lines: vec!["0 of 2 bugs escape every search".to_owned()],
        quarry: vec![
            quarry(
                "restore-keeps-later-checkpoints",
                "Restoring a checkpoint keeps those that were made after it.",
            ),
            quarry("path-taken-twice", HOSTILE),
        ],
    });
    assert_read_everywhere(&browser, &written("hunt.html", &page), "hunt");
    assert_eq!(browser.run("return typeof window.harmed"), "undefined");
    assert_quiet(&browser);
}
