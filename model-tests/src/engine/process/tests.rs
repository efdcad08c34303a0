use std::fs;
use std::path::Path;
use std::time::Instant;

use super::*;
use crate::engine::protocol::Body;

const PATIENCE: Duration = Duration::from_millis(300);

/// Long enough for anything that does come.
const LONG: Duration = Duration::from_secs(60);

/// Reads the first line that any engine is sent.
const READS: &str =
    r#"read line; id=${line#*\"id\":}; id=${id%%,*}; folder=${line#*\"folder\":\"}; folder=${folder%%\"*};"#;

/// Answers it.
const OPENS: &str = r#"echo "{\"id\":$id,\"protocol\":1,\"sequence\":0}";"#;

fn shell(script: &str) -> Process {
    let arguments = ["-c", script].map(OsString::from).to_vec();
    Process::new("sh".into(), arguments, None).expect("there is room for it")
}

/// An engine that opens, and goes on so.
fn opened(script: &str) -> Process {
    let mut engine = shell(&format!("{READS} {OPENS} {script}"));
    engine.open(LONG).expect("it opens");
    engine
}

fn ask(engine: &mut Process) {
    engine.send(&Request::Model { id: 7 }).expect("it can be sent");
}

/// Whether a process is there, and is no zombie that nobody waits for.
fn is_running(pid: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/stat"));
    status.is_ok_and(|status| !status.contains(") Z "))
}

/// The number of a process that an engine has written to a file in its store.
fn pid(engine: &Process, name: &str) -> String {
    let path = store(&engine.folder).join(name);
    let asked = Instant::now();
    loop {
        let text = fs::read_to_string(&path).unwrap_or_default();
        if text.ends_with('\n') {
            return text.trim().to_owned();
        }
        assert!(asked.elapsed() < LONG, "{} is not there", path.display());
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn expect_gone(pid: &str) {
    let asked = Instant::now();
    while is_running(pid) {
        assert!(asked.elapsed() < LONG, "{pid} is still there");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn failure(engine: &mut Process) -> String {
    engine.receive(LONG).expect_err("it cannot be understood").to_string()
}

fn end(engine: &mut Process) -> String {
    match engine.receive(LONG).expect("nothing is wrong with what it says") {
        Received::Ended { how } => how,
        other => panic!("{other:?}"),
    }
}

/// A script that tells the number of its own process, and of a child of it that nobody ends but the group.
const FAMILY: &str = r#"echo $$ > "$folder/own";
    sh -c 'trap "" TERM INT HUP; sleep 600; sleep 600' & echo $! > "$folder/child";"#;

#[test]
fn a_command_that_is_not_there_is_named() {
    let mut engine = Process::new("/no/such/engine".into(), Vec::new(), None).expect("there is room for it");
    let failure = engine.open(LONG).expect_err("there is none");
    assert!(matches!(failure, Failure::NotStarted { .. }), "{failure:?}");
    let told = failure.to_string();
    assert!(
        told.contains("/no/such/engine could not be run: No such file"),
        "{told}"
    );
}

#[test]
fn an_engine_is_told_its_folder_which_stays_from_one_process_to_the_next_and_goes_with_it() {
    let mut engine = shell(&format!(r#"{READS} echo "$id" >> "$folder/opens"; {OPENS} read line"#));
    for _ in 0..3 {
        engine.open(LONG).expect("it opens");
        engine.crash();
    }
    let store = store(&engine.folder);
    let opens = fs::read_to_string(store.join("opens")).expect("it is there");
    let opens: Vec<_> = opens.lines().collect();
    assert_eq!(opens, [0, 1, 2].map(|start| (FIRST_OPEN - start).to_string()));
    drop(engine);
    assert!(!store.exists());
}

#[test]
fn an_engine_that_says_nothing_is_waited_for_as_long_as_the_patience_lasts() {
    let mut engine = shell("read line; sleep 600");
    let failure = engine.open(PATIENCE).expect_err("it does not open");
    let told = failure.to_string();
    assert!(
        told.starts_with("the engine has not answered {\"op\":\"open\",") && told.ends_with(" within 300ms"),
        "{told}"
    );
    let mut engine = opened("read line; sleep 600");
    ask(&mut engine);
    assert_eq!(engine.receive(PATIENCE), Ok(Received::Nothing));
}

#[test]
fn a_line_that_is_no_json_is_shown() {
    let mut engine = shell("read line; echo Hello there");
    let failure = engine.open(LONG).expect_err("it does not open");
    assert!(matches!(failure, Failure::NoMessage { .. }), "{failure:?}");
    assert!(failure.to_string().ends_with(": Hello there"), "{failure}");
    for (line, reason) in [
        ("Hello there", "expected value"),
        (r#"{"outcome":"accepted"}"#, "missing field `id`"),
        (r#"{"id":7,"outcome":"perhaps"}"#, "unknown outcome `perhaps`"),
    ] {
        let mut engine = opened(&format!("read line; echo '{line}'; read line"));
        ask(&mut engine);
        let told = self::failure(&mut engine);
        assert!(told.contains(reason) && told.ends_with(line), "{told}");
    }
}

#[test]
fn an_engine_that_does_not_open_its_store_says_why() {
    let mut engine = shell(r#"read line; echo '{"id":1,"error":{"message":"no room"}}'"#);
    let told = engine.open(LONG).expect_err("it does not open").to_string();
    assert!(
        told.contains("could not open its store") && told.contains("no room"),
        "{told}"
    );
    let mut engine = shell(r#"read line; echo '{"id":1,"protocol":1,"sequence":0}'"#);
    let failure = engine.open(LONG).expect_err("it answers something else");
    assert_eq!(
        failure.to_string(),
        "the engine has answered request 1 that was never sent"
    );
    let mut engine = shell(r#"read line; echo '{"id":1,"protocol":2,"sequence":0}'"#);
    let told = engine.open(LONG).expect_err("it is another version").to_string();
    assert!(told.contains("version 2 of the protocol: expected 1"), "{told}");
}

#[test]
fn replies_come_as_they_are_written_the_unknown_and_the_doubled_too() {
    let mut engine = opened(r#"read line; echo '{"id":7}'; echo '{"id":7}'; echo '{"id":99}'; exit 3"#);
    ask(&mut engine);
    for id in [7, 7, 99] {
        let done = Message { id, body: Body::Done };
        assert_eq!(engine.receive(LONG), Ok(Received::Message(done)));
    }
    assert_eq!(end(&mut engine), "exit status: 3");
    assert_eq!(end(&mut engine), "exit status: 3");
}

#[test]
fn an_engine_that_dies_by_itself_is_told_with_its_last_words() {
    let mut engine = opened(
        "read line; i=0; while [ $i -lt 100 ]; do echo line $i >&2; i=$((i + 1)); done; echo thread main panicked >&2; kill -ABRT $$",
    );
    ask(&mut engine);
    assert!(end(&mut engine).starts_with("signal: 6 (SIGABRT)"));
    let words = engine.last_words();
    assert_eq!((words.len(), words[0].as_str()), (20, "line 81"));
    assert_eq!(words.last().map(String::as_str), Some("thread main panicked"));
    let mut engine = shell("echo no config >&2; exit 1");
    let failure = engine.open(LONG).expect_err("it ends");
    assert_eq!(failure.to_string(), "the engine has ended by itself: exit status: 1");
    assert_eq!(engine.last_words(), ["no config"]);
}

#[test]
fn all_that_an_engine_has_started_ends_with_it_however_it_ends() {
    let script = format!("trap '' TERM INT HUP; {FAMILY} while read line; do :; done; sleep 600");
    let crashed = |engine: &mut Process| engine.crash();
    let opened_again = |engine: &mut Process| {
        engine.open(LONG).expect("it opens again");
    };
    for end in [Some(crashed as fn(&mut Process)), Some(opened_again), None] {
        let mut engine = opened(&script);
        let family = ["own", "child"].map(|name| pid(&engine, name));
        assert!(family.iter().all(|pid| is_running(pid)));
        match end {
            Some(end) => end(&mut engine),
            None => drop(engine),
        }
        for pid in &family {
            expect_gone(pid);
        }
    }
    // It ends by itself, and leaves its child behind, which has its output too.
    let mut engine = opened(&format!("{FAMILY} read line; exit 0"));
    let child = pid(&engine, "child");
    ask(&mut engine);
    assert_eq!(self::end(&mut engine), "exit status: 0");
    expect_gone(&child);
}

#[test]
fn nothing_is_left_of_an_engine_whose_test_panics() {
    let engine = opened(&format!("{FAMILY} read line"));
    let family = ["own", "child"].map(|name| pid(&engine, name));
    let folder = engine.folder.path().to_owned();
    let panicked = std::thread::spawn(move || {
        let _engine = engine;
        // Without a word: it is no news.
        std::panic::resume_unwind(Box::new(()));
    });
    assert!(panicked.join().is_err());
    for pid in &family {
        expect_gone(pid);
    }
    assert!(!Path::new(&folder).exists());
}

#[test]
fn neither_what_an_engine_floods_nor_what_it_does_not_read_can_block_anybody() {
    // A megabyte each way, which no pipe holds.
    let flood = "head -c 1000000 /dev/zero >&2;";
    let mut engine = opened(&format!(r#"{flood} read line; echo '{{"id":7}}'; sleep 600"#));
    for _ in 0..20_000 {
        engine.send(&Request::Model { id: 7 }).expect("it can be sent");
    }
    let done = Message {
        id: 7,
        body: Body::Done,
    };
    assert_eq!(engine.receive(LONG), Ok(Received::Message(done)));
    engine.crash();
    assert_eq!(end(&mut engine), "it was crashed");
}

#[test]
fn an_engine_that_closes_its_output_and_lives_on_is_ended() {
    let mut engine = opened("echo $$ > \"$folder/own\"; read line; exec >&-; sleep 600");
    let own = pid(&engine, "own");
    ask(&mut engine);
    let how = end(&mut engine);
    assert_eq!(how, "it has closed its standard output, and had to be killed");
    expect_gone(&own);
}

#[test]
fn what_is_sent_to_an_engine_that_is_dead_is_told_by_its_end() {
    let mut engine = opened("exit 0");
    ask(&mut engine);
    assert_eq!(end(&mut engine), "exit status: 0");
    ask(&mut engine);
    assert_eq!(end(&mut engine), "exit status: 0");
}

#[test]
fn what_it_writes_for_its_log_is_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let log = folder.path().join("engine.log");
    let arguments = ["-c", &format!("echo begins >&2; {READS} {OPENS} read line")].map(OsString::from);
    let mut engine = Process::new("sh".into(), arguments.to_vec(), Some(&log)).expect("there is room for it");
    for _ in 0..2 {
        engine.open(LONG).expect("it opens");
    }
    engine.crash();
    let text = fs::read_to_string(&log).expect("it is there");
    assert_eq!(text, "==> process 1\nbegins\n==> process 2\nbegins\n");
    let nowhere = Process::new("sh".into(), Vec::new(), Some(&folder.path().join("not/there")));
    let told = nowhere.expect_err("there is no such folder").to_string();
    assert!(told.contains("not/there cannot be written"), "{told}");
}
