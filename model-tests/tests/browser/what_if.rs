//! Other steps than those of a run, asked for in the browser and answered by the core.

use super::driver::{Browser, DESK, PHONE};
use super::served::Served;
use super::{LEFT, folder};

const CONVERSATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/traces/conversation.trace.jsonl");

/// The page has not complained, and has asked nobody but its server.
fn assert_asked_only(browser: &Browser, server: &Served) {
    assert_eq!(browser.console(), Vec::<String>::new());
    let requests = browser.requests();
    let is_asked = requests.iter().any(|address| address.contains("/choices?step="));
    assert!(is_asked, "{requests:?}");
    let is_own = |address: &&String| {
        !address.starts_with(&server.address) && !address.starts_with("data:") && !address.ends_with("/favicon.ico")
    };
    assert_eq!(requests.iter().find(is_own), None, "a request has left");
}

/// Takes the first step of a kind that is accepted, and waits until it is there.
fn take(browser: &Browser, kind: &str, run: u32) {
    browser.wait_for(&format!(
        "const fold = [...document.querySelectorAll('details.choices')].find((fold) => fold.querySelector('summary code').textContent === '{kind}'); \
         const button = fold && fold.querySelector('button[data-outcome=accepted]'); \
         if (!button) return false; fold.open = true; button.click(); return true"
    ));
    browser.wait_for(&format!("return location.pathname.endsWith('/run/{run}')"));
}

fn address(browser: &Browser) -> String {
    browser.text("return location.pathname.split('/').slice(2).join('/') + location.hash")
}

#[test]
fn a_step_is_left_out_and_what_becomes_of_the_rest_is_seen() {
    let Some(browser) = Browser::start() else { return };
    let server = Served::new(&[CONVERSATION]);
    browser.visit(&format!("{}run/0#step=9", server.address));
    let before = browser.text("return document.getElementById('step-title').textContent");
    assert!(before.contains("start_turn") && before.contains("accepted"), "{before}");
    browser.run("document.getElementById('leave-out').click()");
    browser.wait_for("return location.pathname.endsWith('/run/1')");
    assert_eq!(address(&browser), "run/1#step=8");
    browser.press("\u{e014}");
    let after = browser.text("return document.getElementById('panel').textContent");
    assert!(
        after.contains("refused") && after.contains("has no active turn"),
        "{after}"
    );
    // The browser goes back to the run before.
    browser.run("history.back()");
    browser.wait_for("return location.pathname.endsWith('/run/0')");
    assert_asked_only(&browser, &server);
}

#[test]
fn a_bug_is_come_to_by_what_can_be_done_and_the_page_says_what_is_wrong() {
    let Some(browser) = Browser::start() else { return };
    let server = Served::new(&["--bug", "start-while-running"]);
    browser.visit(&server.address);
    for (run, kind) in (1..).zip(["create_project", "create_thread", "start_turn", "start_turn"]) {
        take(&browser, kind, run);
    }
    assert_eq!(address(&browser), "run/4#step=4");
    let shown = browser.text("return document.querySelector('header').innerText");
    assert!(shown.contains("is violated"), "{shown}");
    browser.press(LEFT);
    assert_eq!(address(&browser), "run/4#step=3");
    for (name, size) in [("1280", DESK), ("390", PHONE)] {
        browser.resize(size);
        browser.wait_for("return document.querySelectorAll('details.choices').length > 10");
        let width = browser.run("return document.documentElement.scrollWidth");
        assert_eq!(width, size.width, "nothing stands out at {name}");
        browser.photograph(&folder().join(format!("served-{name}.png")));
    }
    assert_asked_only(&browser, &server);
}

#[test]
fn a_state_is_gone_to_by_what_it_holds() {
    let Some(browser) = Browser::start() else { return };
    let server = Served::new(&[]);
    browser.visit(&server.address);
    browser.wait_for("return document.querySelectorAll('details.choices').length > 10");
    let find = |wanted: &str| {
        browser.run(&format!(
            "document.getElementById('wanted').value = '{wanted}'; document.querySelector('form button').click()"
        ));
    };
    find("two unicorns");
    browser.wait_for("return document.querySelector('[role=status]').textContent.includes('is not understood')");
    find("awaiting approval and two checkpoints");
    browser.wait_for("return location.pathname.endsWith('/run/1')");
    assert_eq!(address(&browser), "run/1#step=6");
    // A request that was refused is told by the browser itself.
    let console = browser.console();
    assert!(
        console.iter().all(|line| line.contains("400 (Bad Request)")),
        "{console:?}"
    );
}

#[test]
fn a_served_run_in_which_nothing_is_wrong_says_so_and_marks_nothing() {
    let Some(browser) = Browser::start() else { return };
    let server = Served::new(&[CONVERSATION]);
    browser.visit(&server.address);
    browser.wait_for("return document.querySelectorAll('details.choices').length > 10");
    let shown = browser.text("return document.querySelector('header').innerText");
    assert!(shown.contains("Nothing is wrong with this run"), "{shown}");
    assert!(browser.text("return document.title").contains("no violation"));
    let marked =
        "return document.querySelectorAll('.verdict.broken, .box.differs, svg .broken, svg .wrong, main .bad').length";
    assert_eq!(browser.run(marked), 0);
    let panel = browser.text("return document.getElementById('panel').textContent");
    assert!(panel.contains("The reference machine agrees"), "{panel}");
    assert_asked_only(&browser, &server);
}
