use super::super::findings::Failure;
use super::super::record::{Cells, Fuzzed, Part};
use super::*;

fn found(invariant: &str, pretty: &str) -> Found {
    let failure = serde_json::json!({
        "invariant": invariant,
        "sentence": "A thing is what it is.",
        "message": "it | is not",
        "pretty": pretty,
        "trace": null,
        "file": null,
    });
    let failure: Failure = serde_json::from_value(failure).expect("it is a failure");
    failure.found(
        "wire",
        "cargo run --release -- replay --fuzz wire crash-1".to_owned(),
        Some("crash-1".to_owned()),
    )
}

fn part(name: &str, end: PartEnd) -> Part {
    Part {
        name: name.to_owned(),
        end,
        seconds: 75.0,
        note: "as | it\nwas".to_owned(),
        counts: std::collections::BTreeMap::new(),
    }
}

#[test]
fn a_summary_says_what_a_night_did_and_what_came_of_it() {
    let record = Record {
        begun: "2026-01-31T22:00:00Z".to_owned(),
        seconds: 4000.0,
        asked_seconds: 3600,
        seed: 20_260_131_220_000,
        workers: 2,
        toolchain: "rustc 1.95.0".to_owned(),
        commit: "0123456789ab".to_owned(),
        parts: vec![part("soak", PartEnd::Finished), part("fuzzing of wire", PartEnd::Found)],
        targets: vec![Fuzzed {
            name: "wire".to_owned(),
            executions: 11,
            steps: 22,
            before: 33,
            gathered: 44,
            minimised: 55,
            crashes: 66,
            ..Fuzzed::default()
        }],
        cells: Some(Cells {
            reached: 120,
            possible: 130,
        }),
        canary_executions: Some(103),
        findings: vec![found("A6", "a model\nan event")],
        end: NightEnd::Found,
        ..Record::default()
    };
    let text = of(&record, &[]);
    for expected in [
        "# Night of 2026-01-31T22:00:00Z\n",
        "**Found something**: fuzzing of wire. 1 kind of failure: A6.",
        "took 1 h 6 min; 1 h 0 min of searching were asked for",
        "`--seed 20260131220000`",
        "rustc 1.95.0",
        "0123456789ab",
        "| wire | 11 | 22 | 33 | 44 | 55 | 66 |",
        "| soak | finished | 1 min 15 s | as \\| it was |",
        "the canary died after 103 executions",
        "reaches 120 of the 130 outcomes",
        "### A6, once, by wire",
        "```text\na model\nan event\n```",
        "```text\ncargo run --release -- replay --fuzz wire crash-1\n```",
        "## Trend",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
}

#[test]
fn what_was_not_finished_is_named_whatever_else_happened() {
    let end = |end, ends: &[PartEnd]| {
        let parts = ends.iter().enumerate();
        verdict(&Record {
            parts: parts.map(|(place, end)| part(&format!("part {place}"), *end)).collect(),
            end,
            ..Record::default()
        })
    };
    let text = end(
        NightEnd::Found,
        &[PartEnd::Found, PartEnd::CouldNotRun, PartEnd::NotBegun],
    );
    assert!(text.ends_with("Not finished: part 1, part 2."), "{text}");
    let text = end(NightEnd::Interrupted, &[PartEnd::Finished, PartEnd::Unfinished]);
    assert!(
        text.starts_with("**Interrupted**") && text.ends_with("Not finished: part 1."),
        "{text}"
    );
    assert!(!end(NightEnd::Clean, &[PartEnd::Finished]).contains("Not finished"));
}

#[test]
fn long_traces_are_cut_and_nothing_ends_their_block() {
    let long = (0..200)
        .map(|line| format!("line {line}"))
        .collect::<Vec<_>>()
        .join("\n");
    let block = fenced(&long);
    assert!(block.contains("line 79\n(120 lines more)\n```"), "{block}");
    assert_eq!(fenced("a```b").matches("```").count(), 2);
    assert_eq!(shortened("äöü", 2), "äö…");
}

#[test]
fn many_kinds_of_failure_are_counted_and_some_of_them_shown() {
    let record = Record {
        findings: (0..25).map(|number| found(&format!("S{number:02}"), "x")).collect(),
        ..Record::default()
    };
    let text = of(&record, &[]);
    assert_eq!(text.matches("\n### ").count(), SHOWN);
    assert!(
        text.contains("\n5 more kinds of failure are in `summary.json`."),
        "{text}"
    );
}

#[test]
fn durations_are_said_as_people_say_them() {
    assert_eq!(
        [0.25, 59.0, 61.0, 7384.0].map(duration),
        ["0.2 s", "59 s", "1 min 1 s", "2 h 3 min"]
    );
    assert_eq!(duration(f64::NAN), "0 s");
}
