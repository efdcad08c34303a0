use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use orchestration::{OrchestrationCommand, OrchestrationEvent};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::*;
use crate::subject::Subject;
use crate::trace::TraceReader;

const CONVERSATION: &str = include_str!("../../traces/conversation.trace.jsonl");

/// A text that would do something, if it were let.
const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u{2028}\u{202e}\u{7}]]>-->";

fn conversation() -> Vec<OrchestrationCommand> {
    let lines = TraceReader::new(CONVERSATION.as_bytes());
    lines.map(|line| line.expect("a command").1).collect()
}

/// A trace in which every text does its worst.
fn hostile() -> Vec<OrchestrationCommand> {
    let mut commands = vec![json!({
        "type": "create_project", "project_id": "00000000-0000-4000-8000-000000000001",
        "path": "/a", "name": "<script>alert(1)</script>\u{202e}", "at": "2026-01-01T00:00:00Z",
    })];
    commands.push(json!({
        "type": "create_thread", "thread_id": "00000000-0000-4000-8000-000000000002",
        "project_id": "00000000-0000-4000-8000-000000000001", "title": "<b>", "provider": "<i>",
        "runtime_mode": "supervised", "at": "2026-01-01T00:00:00Z",
    }));
    commands.push(json!({
        "type": "start_turn", "thread_id": "00000000-0000-4000-8000-000000000002",
        "turn_id": "00000000-0000-4000-8000-000000000003", "message_id": "00000000-0000-4000-8000-000000000004",
        "prompt": HOSTILE, "at": "2026-01-01T00:00:00Z",
    }));
    commands
        .into_iter()
        .map(|json| serde_json::from_value(json).expect("a command"))
        .collect()
}

fn about() -> About {
    About {
        name: "<script>.trace.jsonl".to_owned(),
        violation: None,
        next: vec![("to see it".to_owned(), "run <b>".to_owned())],
    }
}

/// What stands between two marks of a page.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.split_once(from).unwrap_or_else(|| panic!("no {from} in the page"));
    rest.split_once(to).unwrap_or_else(|| panic!("no {to} behind {from}")).0
}

fn data_of(page: &str) -> Value {
    let text = between(page, r#"<script id="data" type="application/json">"#, "</script>");
    serde_json::from_str(text).expect("the data are JSON")
}

#[test]
fn hostile_text_neither_ends_nor_begins_a_tag() {
    let page = of_run(&Walkthrough::of(Subject::CORE, None, &hostile()), &about());
    assert_eq!(page.matches("<script").count(), 2, "the data and the script");
    assert_eq!(page.matches("</script>").count(), 2);
    assert!(!page.contains("<img") && !page.contains("<b>") && !page.contains("<i>"));
    for character in ['\u{2028}', '\u{202e}', '\u{7}'] {
        let own = include_str!("script/values.js");
        assert!(
            !own.contains(character) && !page.contains(character),
            "{character:?} is in the page"
        );
    }
    assert_eq!(data_of(&page)["steps"][2]["command"]["prompt"], HOSTILE);
}

#[test]
fn the_policy_lets_in_the_page_s_own_script_and_style_and_nothing_else() {
    let page = of_run(&Walkthrough::of(Subject::CORE, None, &conversation()), &about());
    let policy = between(&page, r#"http-equiv="Content-Security-Policy" content=""#, "\"");
    let script = between(&page, "</script><script>", "</script>");
    let style = between(&page, "<style>", "</style>");
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
            hash(script),
            hash(style)
        )
    );
    for reference in ["http://", "https://", " src=", "@import", "url("] {
        let found = page
            .match_indices(reference)
            .map(|(at, _)| &page[at..(at + 60).min(page.len())]);
        let found: Vec<_> = found.filter(|text| !text.starts_with(SVG)).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}

/// The name of a kind of elements, which is not looked up.
const SVG: &str = "http://www.w3.org/2000/svg";

#[test]
fn a_page_says_first_what_should_hold_what_happened_and_in_which_field() {
    let subject = Subject::CORE.with_projector(|model, event| match event {
        OrchestrationEvent::TurnCompleted(_) => model,
        event => orchestration::project(model, event),
    });
    let walkthrough = Walkthrough::of(subject, None, &conversation());
    let page = of_run(&walkthrough, &about());
    let violation = walkthrough.first_violation().expect("it is wrong");
    let card = between(&page, r#"<header class="verdict broken">"#, "</header>");
    let words = regex_lite::Regex::new("<[^>]*>")
        .expect("a pattern")
        .replace_all(card, " ")
        .into_owned();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.starts_with(&format!("✗ {} is violated. It says: ", violation.invariant)),
        "{words}"
    );
    assert!(
        words.contains("step 30 of 48 : turn_complete turn 1 on thread 1 , accepted"),
        "{words}"
    );
    assert!(
        words.contains("thread 1 › turn 1 › status completed running"),
        "{words}"
    );
    assert!(!words.contains("-4000-8000-"), "{words}");
    let data = data_of(&page);
    assert_eq!((&data["start"], &data["broken"]), (&30.into(), &30.into()));
}

#[test]
fn a_run_without_a_fault_says_so_and_shows_its_end() {
    let page = of_run(&Walkthrough::of(Subject::CORE, None, &conversation()), &about());
    assert!(page.contains("Nothing is wrong with this run"));
    let data = data_of(&page);
    assert_eq!((&data["start"], &data["broken"]), (&48.into(), &Value::Null));
    assert_eq!(data["lanes"], json!(["projects", "thread 1", "thread 2"]));
    assert_eq!(
        data["bars"][0],
        json!({"lane": 1, "from": 9, "to": 30, "name": "turn 1", "end": "completed"})
    );
}

#[test]
fn events_have_what_their_command_has_not() {
    let page = of_run(&Walkthrough::of(Subject::CORE, None, &conversation()), &about());
    let data = data_of(&page);
    let event = &data["steps"][8]["decision"]["events"][0];
    let same = &data["same"].as_array().expect("a list")
        [usize::try_from(event[0].as_u64().expect("a number")).expect("small")];
    assert_eq!(event[1], json!({"type": "turn_started"}));
    assert_eq!(same, &json!(["at", "message_id", "prompt", "thread_id", "turn_id"]));
}

#[test]
fn evidence_that_is_no_trace_is_shown_as_it_is() {
    let violation = Violation::new(crate::check::invariants::Invariant::A3, "<b>\u{202e}");
    let page = of_text(&violation, HOSTILE, &about());
    assert!(page.contains("&lt;/script&gt;&lt;script&gt;") && page.contains(r#"<span class="unseen">\u{202e}</span>"#));
    assert_eq!(page.matches("<script").count(), 1);
}

#[test]
fn what_cannot_be_seen_is_written_out() {
    let shown = |text: &str| visible(text).into_string();
    assert_eq!(shown("a\u{0}b"), r#"a<span class="unseen">\u{0}</span>b"#);
    assert_eq!(shown("naïve\n<"), "naïve\n&lt;");
    for unseen in ['\t', '\u{ad}', '\u{200f}', '\u{2066}', '\u{feff}', '\u{e0041}'] {
        assert!(shown(&unseen.to_string()).starts_with("<span"), "{unseen:?}");
    }
}
