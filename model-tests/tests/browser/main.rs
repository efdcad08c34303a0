//! The pages of failing runs in a real browser: walked through by keys, with hostile text in them, long, and on a phone.
//!
//! They need `chromedriver`, and are passed over where it is missing, unless `BROWSER_TESTS` is set.

mod driver;
mod pictures;
#[path = "../served/mod.rs"]
mod served;
mod what_if;

use std::fs;
use std::path::{Path, PathBuf};

use model_tests::generate::{RandomSteps, Walk};
use model_tests::page::{About, of_run};
use model_tests::subject::Subject;
use model_tests::trace::TraceReader;
use model_tests::walkthrough::Walkthrough;
use orchestration::{OrchestrationCommand, OrchestrationEvent};
use serde_json::{Value, json};

use driver::{Browser, DESK, PHONE};

const CONVERSATION: &str = include_str!("../../traces/conversation.trace.jsonl");

/// Keys that `WebDriver` has numbers for.
const LEFT: &str = "\u{e012}";
const RIGHT: &str = "\u{e014}";
const HOME: &str = "\u{e011}";
const END: &str = "\u{e010}";

/// A text that would do something, if it were let.
const HOSTILE: &str =
    "</script><script>window.harmed = 1</script><img src=x onerror='window.harmed = 2'>\u{2028}\u{202e}evil\u{7}";

/// Where the pages and their pictures go.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&folder).expect("it can be made");
    folder
}

fn page(name: &str, subject: Subject, commands: &[OrchestrationCommand]) -> PathBuf {
    let about = About {
        name: format!("{name}.trace.jsonl"),
        violation: None,
        next: vec![("what if".to_owned(), format!("harness serve {name}.trace.jsonl"))],
    };
    let path = folder().join(format!("{name}.html"));
    fs::write(&path, of_run(&Walkthrough::of(subject, None, commands), &about)).expect("it can be written");
    path
}

fn conversation() -> Vec<OrchestrationCommand> {
    let lines = TraceReader::new(CONVERSATION.as_bytes());
    lines.map(|line| line.expect("a command").1).collect()
}

/// A core whose projector lets no turn complete, which shows with step 30 of the conversation.
fn completions_dropped() -> Subject {
    Subject::CORE.with_projector(|model, event| match event {
        OrchestrationEvent::TurnCompleted(_) => model,
        event => orchestration::project(model, event),
    })
}

/// The page has not complained, and has asked for nothing but itself.
fn assert_quiet(browser: &Browser) {
    assert_eq!(browser.console(), Vec::<String>::new());
    let requests = browser.requests();
    assert!(!requests.is_empty(), "nothing is known of requests");
    let left = requests
        .iter()
        .find(|address| !address.starts_with("file://") && !address.starts_with("data:"));
    assert_eq!(left, None, "a request has left");
}

fn title(browser: &Browser) -> String {
    browser.text("return document.getElementById('step-title').textContent")
}

fn address(browser: &Browser) -> String {
    browser.text("return location.hash")
}

#[test]
fn a_failing_run_is_walked_through_by_keys() {
    let Some(browser) = Browser::start() else { return };
    browser.open(&page("walked", completions_dropped(), &conversation()));
    assert_eq!(address(&browser), "#step=30", "it opens where it broke");
    assert!(
        title(&browser).starts_with("Step 30 of 48: turn_complete turn 1"),
        "{}",
        title(&browser)
    );
    for (key, expected) in [
        (LEFT, "#step=29"),
        (LEFT, "#step=28"),
        (RIGHT, "#step=29"),
        (HOME, "#step=0"),
        (LEFT, "#step=0"),
        (END, "#step=48"),
        (RIGHT, "#step=48"),
        ("v", "#step=30"),
    ] {
        browser.press(key);
        assert_eq!(address(&browser), expected, "after {key:?}");
    }
    let panel = |browser: &Browser| browser.text("return document.getElementById('panel').textContent");
    assert!(panel(&browser).contains("Where the two differ"), "{}", panel(&browser));
    assert!(
        panel(&browser).contains("thread 1 › turn 1 › status"),
        "{}",
        panel(&browser)
    );
    browser.press("p");
    browser.press(LEFT);
    assert!(
        panel(&browser).contains("What changed since step 30, which is pinned"),
        "{}",
        panel(&browser)
    );
    browser.press("p");
    browser.press("i");
    let ids = "return getComputedStyle(document.querySelector('.name[data-id]'), '::after').content";
    assert!(browser.text(ids).contains("-4000-8000-"), "{}", browser.text(ids));
    let told = browser.text("return document.getElementById('slider').getAttribute('aria-valuetext')");
    assert!(
        told.starts_with("step 29 of 48: tool_result") || told.starts_with("step 29 of 48: "),
        "{told}"
    );
    assert_quiet(&browser);
}

#[test]
fn what_the_page_shows_of_every_step_is_the_model_after_it() {
    let Some(browser) = Browser::start() else { return };
    for (name, commands) in [("models", conversation()), ("hostile-models", hostile())] {
        browser.open(&page(name, Subject::CORE, &commands));
        let walkthrough = Walkthrough::of(Subject::CORE, None, &commands);
        for step in 0..=commands.len() {
            let mut expected = serde_json::to_value(walkthrough.model_after(step)).expect("JSON");
            walkthrough.names().in_json(&[], &mut expected);
            let found = browser.text(&format!("return JSON.stringify(modelAfter({step}))"));
            let found = serde_json::from_str::<Value>(&found).expect("JSON");
            assert_eq!(found, expected, "{name} after step {step}");
        }
    }
    assert_quiet(&browser);
}

/// A trace in which every text does its worst.
fn hostile() -> Vec<OrchestrationCommand> {
    let id = |number: u8| format!("00000000-0000-4000-8000-{number:012}");
    let at = "2026-01-01T00:00:00Z";
    let name = "<script>window.harmed = 3</script>\u{202e}";
    let commands = [
        json!({"type": "create_project", "project_id": id(1), "path": "/a", "name": name, "at": at}),
        json!({"type": "create_thread", "thread_id": id(2), "project_id": id(1), "title": name, "provider": name,
            "runtime_mode": "supervised", "at": at}),
        json!({"type": "create_branch", "thread_id": id(2), "branch": "__proto__", "at": at}),
        json!({"type": "commit_changes", "thread_id": id(2), "message": HOSTILE, "at": at}),
        json!({"type": "start_turn", "thread_id": id(2), "turn_id": id(3), "message_id": id(4), "prompt": HOSTILE, "at": at}),
        json!({"type": "ingest_provider_event", "thread_id": id(2), "turn_id": id(3), "at": at,
            "event": {"type": "tool_call", "tool_call_id": HOSTILE, "name": name, "input": "__proto__"}}),
        json!({"type": "ingest_provider_event", "thread_id": id(2), "turn_id": id(3), "at": at,
            "event": {"type": "tool_call", "tool_call_id": "__proto__", "name": "constructor", "input": HOSTILE}}),
    ];
    commands
        .map(|json| serde_json::from_value(json).expect("a command"))
        .to_vec()
}

#[test]
fn hostile_text_is_shown_and_not_run() {
    let Some(browser) = Browser::start() else { return };
    browser.open(&page("hostile", Subject::CORE, &hostile()));
    for key in [END, LEFT, LEFT, LEFT, "i", HOME, RIGHT, RIGHT, RIGHT, RIGHT] {
        browser.press(key);
        let harm = "return [typeof window.harmed, document.querySelectorAll('img, main script').length]";
        assert_eq!(browser.run(harm), json!(["undefined", 0]));
        let shown = browser.text("return document.body.innerText");
        let unseen = shown
            .chars()
            .find(|character| matches!(character, '\u{202e}' | '\u{2028}' | '\u{7}'));
        assert_eq!(unseen, None, "after {key:?}");
    }
    browser.run("document.querySelectorAll('details').forEach((fold) => (fold.open = true))");
    let shown = browser.text("return document.body.textContent");
    assert!(
        shown.contains(r"window.harmed = 2'>\u{2028}\u{202e}evil\u{7}"),
        "{shown}"
    );
    assert_quiet(&browser);
}

#[test]
fn a_page_of_five_thousand_steps_is_small_and_opens_at_once() {
    let Some(browser) = Browser::start() else { return };
    let mut walk = Walk::new(Subject::CORE);
    let commands: Vec<_> = RandomSteps::new(7)
        .take(5_000)
        .map(|step| walk.take(step).command)
        .collect();
    let page = page("long", Subject::CORE, &commands);
    let size = fs::metadata(&page).expect("it is there").len();
    assert!(size < 5_000_000, "{size} bytes");
    browser.open(&page);
    let opened = browser.run("return performance.getEntriesByType('navigation')[0].loadEventEnd");
    let opened = opened.as_f64().expect("a number");
    eprintln!("a page of 5,000 steps: {size} bytes, opened in {opened:.0} ms");
    assert!(opened > 0.0 && opened < 10_000.0, "it took {opened} ms");
    let drawn = browser.run("return document.querySelectorAll('*').length");
    assert!(drawn.as_u64().is_some_and(|drawn| drawn < 20_000), "{drawn} elements");
    browser.press(HOME);
    browser.press(END);
    assert_eq!(address(&browser), "#step=5000");
    assert_quiet(&browser);
}

/// The least contrast of any text with what is behind it, and where.
const LEAST_CONTRAST: &str = r"
const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
const rgb = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
const light = (colour) => { const [r, g, b] = colour.map((part) => part / 255).map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const behind = (element) => { for (let at = element; at; at = at.parentElement) { const colour = rgb(getComputedStyle(at).backgroundColor); if (colour[3] === 255) return colour; } return [255, 255, 255]; };
let least = [99, ''];
for (const element of document.body.querySelectorAll('*')) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!own || element.closest('svg, script, style') || !element.checkVisibility()) continue;
  const pair = [light(rgb(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
  const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
  if (contrast < least[0]) least = [contrast, element.className + ': ' + element.textContent.slice(0, 60)];
}
return least;";

/// A page is read on a desk and on a phone, in light and in dark. Keeps a picture of each.
fn assert_read_everywhere(browser: &Browser, page: &Path, picture: &str) {
    for (name, size) in [("1280", DESK), ("390", PHONE)] {
        for scheme in ["light", "dark"] {
            browser.resize(size);
            browser.prefer(scheme);
            browser.open(page);
            let width = browser.run("return document.documentElement.scrollWidth");
            assert_eq!(width, size.width, "nothing stands out at {name}");
            let contrast = browser.run(LEAST_CONTRAST);
            assert!(
                contrast[0].as_f64().is_some_and(|contrast| contrast >= 4.5),
                "{scheme}: {contrast}"
            );
            let bare = "return [...document.querySelectorAll('button, input')].filter((one) => !(one.textContent.trim() || one.getAttribute('aria-label') || one.labels?.length)).length";
            assert_eq!(browser.run(bare), 0, "every control has a name");
            browser.photograph(&folder().join(format!("{picture}-{name}-{scheme}.png")));
        }
    }
}

#[test]
fn it_is_read_on_a_desk_and_on_a_phone_in_light_and_in_dark() {
    let Some(browser) = Browser::start() else { return };
    let page = page("looks", completions_dropped(), &conversation());
    assert_read_everywhere(&browser, &page, "looks");
    browser.run("[...document.querySelectorAll('button')].find((button) => button.textContent === 'Light').click()");
    assert_eq!(browser.run("return document.documentElement.dataset.theme"), "light");
    assert_quiet(&browser);
}
