//! `harness engine` on programs that speak the protocol, more or less.

#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::support::{Folder, json, text};

/// The engine in Python that others are copied from.
const ADAPTER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/adapters/engine.py");

/// Reads the first line, and answers it.
const OPENS: &str = r#"read line; id=${line#*\"id\":}; id=${id%%,*}; folder=${line#*\"folder\":\"}; folder=${folder%%\"*};
    echo "{\"id\":$id,\"protocol\":1,\"sequence\":0}";"#;

/// Drives an engine that is a script.
fn driven(folder: &Folder, options: &[&str], script: &str) -> Output {
    let arguments = [&["engine"], options, &["--", "sh", "-c", script]].concat();
    folder.harness(arguments).output().expect("it runs")
}

/// The engine in Python, with a line of it replaced.
fn adapter(folder: &Folder, from: &str, to: &str) -> String {
    let engine = std::fs::read_to_string(ADAPTER).expect("it is there");
    assert_eq!(engine.matches(from).count(), 1, "{from} is not in {ADAPTER} once");
    folder.file("engine.py", engine.replace(from, to)).display().to_string()
}

fn python(folder: &Folder, options: &[&str], program: &str) -> Output {
    let few = ["--clients", "4", "--commands", "200", "--kills", "4"];
    let arguments = [&["engine"], &few[..], options, &["--", "python3", program]].concat();
    folder.harness(arguments).output().expect("it runs")
}

#[test]
fn an_engine_in_another_language_is_clean_and_all_is_counted() {
    let folder = Folder::new();
    let output = python(&folder, &["--seed", "7", "--details"], ADAPTER);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}{}", text(&output.stderr));
    for told in [
        "commands:  200, ",
        "crashes:   ",
        "points:    ",
        "E12",
        "verdict: clean",
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    let widest = shown.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(80), "{widest:?}: {shown}");
    let output = python(&folder, &["--json"], ADAPTER);
    let told = json(&output.stdout);
    assert_eq!(
        (&told["verdict"], &told["violation"]),
        (&"clean".into(), &serde_json::Value::Null)
    );
    assert_eq!(told["engine"]["commands"], 200);
    assert_eq!(told["checks"].as_array().map(Vec::len), Some(12));
}

#[test]
fn an_engine_that_acknowledges_what_it_does_not_store_is_shown_and_its_schedule_shows_it_again() {
    let folder = Folder::new();
    // What it writes stays in its own memory until that is full.
    let faulty = adapter(&folder, "self.log.flush()", "pass");
    let output = python(&folder, &["--tries", "2", "--shrinking", "3s"], &faulty);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{shown}{}", text(&output.stderr));
    for told in [
        "✗ E4 is violated: ",
        "  always: ",
        "A schedule that shows it (",
        "the core says",
        "the client was told",
        "▶",
        "verdict: violated",
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    let again = shown
        .lines()
        .find(|line| line.contains("engine --replay failures/"))
        .expect("a command line");
    let file = again
        .split_whitespace()
        .find(|word| word.starts_with("failures/"))
        .expect("a file");
    assert!(folder.path().join(file).is_file(), "{again}");
    let again = [
        "engine", "--json", "--replay", file, "--tries", "2", "--", "python3", &faulty,
    ];
    let output = folder.harness(again).output().expect("it runs");
    let told = json(&output.stdout);
    assert_eq!(told["verdict"], "violated", "{told}");
    assert_eq!(
        (&told["violation"]["shown"], &told["violation"]["tries"]),
        (&2.into(), &2.into())
    );
}

#[test]
fn an_engine_that_was_never_open_is_no_violation_and_says_why() {
    let folder = Folder::new();
    for (script, told) in [
        ("echo no config >&2; exit 3", "ended by itself: exit status: 3"),
        ("echo Hello; sleep 600", "no message of the protocol"),
        ("sleep 600", "has not answered {\"op\":\"open\""),
    ] {
        let output = driven(&folder, &["--patience", "500ms"], script);
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(told), "{errors}");
        assert_eq!(errors.contains("    no config"), script.contains("config"), "{errors}");
    }
    let output = folder
        .harness(["engine", "--", "/no/such/engine"])
        .output()
        .expect("it runs");
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(
        errors.contains("/no/such/engine could not be run: No such file"),
        "{errors}"
    );
    let output = folder.harness(["engine"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn an_engine_that_fails_once_it_was_open_is_violated_with_its_last_words() {
    for (name, script, told) in [
        (
            "died",
            "read line; echo out of luck >&2; exit 3",
            "the engine has ended by itself: exit status: 3",
        ),
        ("silent", "echo out of luck >&2; sleep 600", "has not answered"),
        (
            "no-message",
            "echo out of luck >&2; echo Hello; sleep 600",
            "no message of the protocol",
        ),
        (
            "unasked",
            r#"echo out of luck >&2; echo '{"id":77}'; sleep 600"#,
            "request 77 that was never sent",
        ),
    ] {
        let folder = Folder::new();
        let options = [
            "--patience",
            "200ms",
            "--shrinking",
            "2s",
            "--tries",
            "1",
            "--commands",
            "20",
        ];
        let output = driven(&folder, &options, &format!("{OPENS} {script}"));
        let shown = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{name}: {shown}{}", text(&output.stderr));
        assert!(shown.contains(told), "{name}: {shown}");
        assert!(shown.contains("    out of luck"), "{name}: {shown}");
        assert!(shown.contains(&format!("failures/{name}-")), "{name}: {shown}");
    }
}

#[test]
fn a_schedule_that_is_none_is_refused_with_its_line() {
    let folder = Folder::new();
    folder.file("odd.schedule.jsonl", "{\"do\":\"read\"}\n{\"do\":\"sing\"}\n");
    for (file, told) in [
        (
            "odd.schedule.jsonl",
            "line 2 of the schedule odd.schedule.jsonl is no action",
        ),
        ("none.schedule.jsonl", "none.schedule.jsonl could not be opened"),
    ] {
        let output = folder
            .harness(["engine", "--replay", file, "--", "true"])
            .output()
            .expect("it runs");
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(told), "{errors}");
    }
}

/// Whether a process is there, and is no zombie that nobody waits for.
fn is_running(pid: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    status.is_ok_and(|status| !status.contains(") Z "))
}

fn wait_for<T>(mut found: impl FnMut() -> Option<T>) -> T {
    for _ in 0..6_000 {
        if let Some(found) = found() {
            return found;
        }
        sleep(Duration::from_millis(10));
    }
    panic!("it does not come");
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_after_ctrl_c_be_it_pressed_once_or_twice() {
    for times in 1..=2 {
        let folder = Folder::new();
        // It says what it runs as, and where its store is, and never answers anything else.
        let told = folder.path().join("told");
        let script = format!(
            "{OPENS} trap '' INT TERM; sh -c 'trap \"\" INT TERM; sleep 600; sleep 600' & echo $$ $! $folder > {}.new; mv {0}.new {0}; \
             while :; do sleep 600; done",
            told.display()
        );
        let arguments = [
            "engine",
            "--patience",
            "3s",
            "--shrinking",
            "1s",
            "--",
            "sh",
            "-c",
            &script,
        ];
        let mut process = folder.process(&arguments);
        let child = process
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let family = wait_for(|| std::fs::read_to_string(&told).ok());
        let family: Vec<_> = family.split_whitespace().collect();
        let [own, grandchild, store] = family[..] else {
            panic!("{family:?}")
        };
        assert!(is_running(own) && is_running(grandchild) && Path::new(store).is_dir());
        for _ in 0..times {
            let pid = child.id().to_string();
            assert!(
                Command::new("kill")
                    .args(["-INT", &pid])
                    .status()
                    .expect("it is sent")
                    .success()
            );
            sleep(Duration::from_millis(300));
        }
        let output = child.wait_with_output().expect("it ends");
        // It owed an answer: pressed once, that is found.
        let expected = if times == 1 { Some(1) } else { Some(130) };
        assert_eq!(
            output.status.code(),
            expected,
            "{}{}",
            text(&output.stdout),
            text(&output.stderr)
        );
        for pid in [own, grandchild] {
            wait_for(|| (!is_running(pid)).then_some(()));
        }
        assert!(!Path::new(store).exists(), "{store}");
    }
}

#[test]
fn a_faulty_engine_is_found_out_and_shown_with_the_line_that_repeats_it() {
    let folder = Folder::new();
    let few = [
        "engine",
        "--commands",
        "400",
        "--kills",
        "20",
        "--clients",
        "8",
        "--fault",
    ];
    let output = folder
        .harness([&few[..], &["no-deduplication"]].concat())
        .output()
        .expect("it runs");
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{shown}{}", text(&output.stderr));
    for told in [
        "users saw: ",
        "known by:  E11",
        "verdict: violated",
        " --fault no-deduplication",
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
}

#[test]
fn a_fault_that_only_a_power_cut_shows_is_found_by_cutting_the_power() {
    let output = Folder::new()
        .harness(["engine", "--fault", "torn-record-kept"])
        .output()
        .expect("it runs");
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{shown}{}", text(&output.stderr));
    for told in ["known by:  E4", "the power is cut before ", "E4: ", "verdict: violated"] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
}

#[test]
fn an_unknown_fault_is_told_of_with_those_that_there_are() {
    let output = Folder::new()
        .harness(["engine", "--fault", "none"])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stderr);
    assert!(
        told.contains("there is no faulty engine none: expected one of acknowledged-before-commit, "),
        "{told}"
    );
}

#[test]
fn every_faulty_engine_is_found_and_the_table_says_how_soon() {
    let output = Folder::new()
        .harness(["engine", "--faults", "--json"])
        .output()
        .expect("it runs");
    let told = json(&output.stdout);
    assert_eq!(
        (output.status.code(), &told["verdict"]),
        (Some(0), &"clean".into()),
        "{told}"
    );
    let faults = told["faults"].as_array().expect("there are rows");
    assert!(
        faults.len() >= 40 && faults.iter().all(|row| row["is_found"] == true),
        "{told}"
    );
    let clash = Folder::new()
        .harness(["engine", "--faults", "--", "true"])
        .output()
        .expect("it runs");
    assert_eq!(clash.status.code(), Some(2));
    assert!(
        text(&clash.stderr).contains("cannot be used with"),
        "{}",
        text(&clash.stderr)
    );
}
