use super::*;

fn past(begun: &str, ending: Ending) -> Past {
    Past {
        begun: begun.to_owned(),
        end: "ended".to_owned(),
        ending,
        ..Past::default()
    }
}

fn measure(name: &'static str, values: &[Option<f64>]) -> Measure {
    let point = |value: &Option<f64>| {
        value.map(|value| Point {
            value,
            words: format!("{value} things"),
        })
    };
    Measure {
        name,
        points: values.iter().map(point).collect(),
    }
}

fn page_of(values: &[Option<f64>]) -> String {
    let nights = (0..values.len()).map(|number| past(&format!("night {number}"), Ending::Clean));
    of_night(&Night {
        nights: nights.collect(),
        measures: vec![measure("states", values)],
        ..Night::default()
    })
}

#[test]
fn where_only_one_night_is_kept_the_page_says_so_and_draws_no_line() {
    let page = page_of(&[Some(7.0)]);
    assert!(page.contains("Only one night is kept here."), "{page}");
    assert!(!page.contains("<svg"), "{page}");
}

#[test]
fn a_measure_is_a_line_through_the_nights_with_its_last_value_the_lowest_and_the_highest() {
    let page = page_of(&[Some(7.0), Some(2.0), Some(5.0)]);
    assert!(page.contains("states: <strong>5 things</strong>"), "{page}");
    assert!(page.contains("lowest 2 things, highest 7 things"), "{page}");
    assert!(page.contains(r#"points="7.0,7.0 120.0,49.0 233.0,23.8""#), "{page}");
    assert!(
        page.contains(r#"aria-label="states: 7 things, 2 things, 5 things""#),
        "{page}"
    );
    assert!(page.contains("<title>night 1: 2 things, ended</title>"), "{page}");
}

#[test]
fn a_night_that_did_not_measure_is_a_gap_and_what_no_night_measured_is_left_out() {
    let page = page_of(&[Some(1.0), Some(2.0), None, Some(4.0), Some(4.0)]);
    assert_eq!(page.matches("<polyline").count(), 2, "{page}");
    assert!(!page_of(&[None, None]).contains("states"));
    assert!(page_of(&[Some(1.0), None]).contains("Only one of these nights measured it."));
    assert!(page_of(&[Some(1.0), None]).contains("not this night"));
}

#[test]
fn nights_that_all_measured_the_same_are_a_level_line() {
    assert!(page_of(&[Some(3.0), Some(3.0)]).contains(r#"points="7.0,28.0 233.0,28.0""#));
}

#[test]
fn a_night_that_found_something_is_a_cross() {
    let page = of_night(&Night {
        nights: vec![past("one", Ending::Found), past("two", Ending::Clean)],
        measures: vec![measure("states", &[Some(1.0), Some(2.0)])],
        ..Night::default()
    });
    assert_eq!(page.matches("class=\"found\"").count(), 1);
    assert_eq!(page.matches("<circle").count(), 1);
}

#[test]
fn what_was_found_is_told_with_its_page_its_evidence_and_the_command_that_shows_it_again() {
    let page = of_night(&Night {
        failures: vec![Failure {
            invariant: "T8".to_owned(),
            message: "two turns run".to_owned(),
            by: "once, by soak".to_owned(),
            pretty: "step 1\nstep 2".to_owned(),
            again: "cargo run --release -- replay one".to_owned(),
            files: vec!["failures/T8-1.trace.jsonl".to_owned()],
            page: Some("failures/T8-1.html".to_owned()),
            ..Failure::default()
        }],
        ..Night::default()
    });
    for part in [
        "T8",
        "two turns run",
        "once, by soak",
        "step 2",
        "replay one",
        "failures/T8-1.trace.jsonl",
        r#"href="failures/T8-1.html""#,
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
}

#[test]
fn many_kinds_and_long_evidence_are_counted_and_cut() {
    let failure = Failure {
        pretty: vec!["x".repeat(3_000); 201].join("\n"),
        ..Failure::default()
    };
    let page = of_night(&Night {
        failures: vec![failure; 22],
        ..Night::default()
    });
    assert!(
        page.contains("Kinds of failure that are left out here: 2."),
        "it says how many"
    );
    assert!(page.contains("Lines that are left out here: 1."), "it says how many");
    assert!(!page.contains(&"x".repeat(2_001)), "a line is cut");
}

#[test]
fn whatever_is_said_is_shown_and_not_run() {
    let odd = "</title><script>1</script>\u{202e}".to_owned();
    let page = of_night(&Night {
        begun: odd.clone(),
        end: odd.clone(),
        verdict: odd.clone(),
        facts: vec![odd.clone()],
        failures: vec![Failure {
            invariant: odd.clone(),
            sentence: odd.clone(),
            message: odd.clone(),
            by: odd.clone(),
            pretty: odd.clone(),
            again: odd.clone(),
            files: vec![odd.clone()],
            page: Some("\"><script>1</script>".to_owned()),
        }],
        parts: vec![Part {
            name: odd.clone(),
            end: odd.clone(),
            note: odd.clone(),
            ..Part::default()
        }],
        targets: vec![Target {
            name: odd.clone(),
            counts: vec![("executions", "1".to_owned())],
        }],
        nights: vec![past(&odd, Ending::Clean), past(&odd, Ending::Found)],
        measures: vec![measure("states", &[Some(1.0), Some(2.0)])],
        ending: Ending::Found,
    });
    assert!(!page.contains("<script>1") && !page.contains('\u{202e}'), "{page}");
    assert!(page.contains("default-src 'none'; script-src"), "it may ask nobody");
}
