//! The example engine as those who ask it see it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use orchestration::{OrchestrationCommand, Snapshot, StoredEvent};
use serde_json::{Value, json};

use crate::common::conversation::{create_project, create_thread, start_turn};
use crate::common::process::{Process, dispatch, folder};
use crate::common::{OTHER_PROJECT, OTHER_THREAD, PROJECT, THREAD, TURN};

fn opening() -> [OrchestrationCommand; 3] {
    let (project, thread) = (create_project(PROJECT, "/repo"), create_thread(PROJECT, THREAD));
    [project, thread, start_turn(THREAD, TURN)]
}

#[test]
fn what_is_dispatched_is_in_the_log_the_model_and_the_subscription() {
    let mut engine = Process::open(&folder("round_trip"));
    engine.send(&json!({"op": "subscribe", "id": 7, "after": 1}));
    for (command, (id, sequence)) in opening().iter().zip([(1, 1), (2, 2), (3, 4)]) {
        assert_eq!(engine.accept(id, command), sequence);
    }

    let log = engine.log();
    assert_eq!(
        log.iter().map(|stored| stored.sequence).collect::<Vec<_>>(),
        [1, 2, 3, 4]
    );
    let replayed = log
        .iter()
        .try_fold(Snapshot::default(), Snapshot::apply)
        .expect("no gap");
    assert_eq!(engine.model(), (4, replayed.model));
    assert_eq!(engine.snapshot(), 4);
    for stored in &log[1..] {
        assert_eq!(engine.reply(7), Some(json!({"id": 7, "event": stored})));
    }
    let part = engine.ask(&json!({"op": "log", "id": 8, "after": 1, "limit": 2}));
    assert_eq!(part, json!({"id": 8, "events": log[1..3]}));
}

#[test]
fn a_refusal_is_the_cores_and_stores_nothing() {
    let mut engine = Process::open(&folder("refusal"));
    let [project, ..] = opening();
    engine.accept(1, &project);
    let refused = engine.dispatch(2, &project);
    let error = json!({"type": "project_already_exists", "project_id": PROJECT});
    assert_eq!(
        refused,
        json!({"id": 2, "outcome": "rejected", "error": error, "sequence": 1})
    );
    assert_eq!(engine.log().len(), 1);
    // It may be decided anew under the same id: nothing was kept of it.
    assert_eq!(engine.accept(2, &create_project(OTHER_PROJECT, "/other")), 2);
}

#[test]
fn a_group_is_decided_one_after_the_other_and_each_gets_its_own_answer() {
    let mut engine = Process::open(&folder("group"));
    let [project, thread, turn] = opening();
    let commands = [&project, &project, &thread, &turn, &turn];
    for (id, command) in (1..).zip(commands) {
        engine.send(&dispatch(id, command));
    }
    let (replies, status, _) = engine.end();
    let told: Vec<_> = replies
        .iter()
        .map(|reply| (&reply["id"], &reply["outcome"], &reply["sequence"]))
        .collect();
    let (yes, no) = (json!("accepted"), json!("rejected"));
    let numbers: Vec<Value> = (0..6).map(Value::from).collect();
    let [_, one, two, three, four, five] = numbers.as_slice() else {
        panic!()
    };
    let expected = [
        (one, &yes, one),
        (two, &no, one),
        (three, &yes, two),
        (four, &yes, four),
        (five, &no, four),
    ];
    assert_eq!(told, expected);
    assert!(status.success());
}

#[test]
fn a_subscriber_in_the_middle_of_traffic_hears_each_event_once_in_order() {
    let mut engine = Process::open(&folder("subscriber"));
    engine.accept(1, &create_project(PROJECT, "/repo"));
    let subscriptions = 10_000..10_010;
    for (id, subscription) in (2..2_002).zip((0..2_000).map(|number| subscriptions.start + number / 200)) {
        let thread = orchestration::ThreadId::new(uuid::Uuid::from_u128(id.into()));
        engine.send(&dispatch(id, &create_thread(PROJECT, thread)));
        if id % 200 == 3 {
            engine.send(&json!({"op": "subscribe", "id": subscription, "after": id / 2}));
        }
    }
    let (replies, status, words) = engine.end();
    assert!(status.success(), "{words}");
    for (subscription, after) in subscriptions.zip((3..2_002).step_by(200).map(|id| id / 2)) {
        let heard = replies.iter().filter(|reply| reply["id"] == subscription);
        let heard: Vec<_> = heard
            .map(|reply| reply["event"]["sequence"].as_u64().expect("an event"))
            .collect();
        assert_eq!(
            heard,
            (after + 1..=2_001).collect::<Vec<_>>(),
            "subscription {subscription}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_refused_by_name_and_the_engine_goes_on() {
    let mut engine = Process::start();
    let mut refusal = |line: &str| {
        engine.send_line(line);
        let reply = engine.read().unwrap_or_else(|| panic!("it ended at {line}"));
        assert_eq!(reply["error"]["type"], "bad_request", "{reply}");
        (
            reply["id"].clone(),
            reply["error"]["message"].as_str().expect("a text").to_owned(),
        )
    };
    let nobody = Value::Null;
    let cases = [
        (r#"{"op":"model","id":4"#, &nobody, "EOF while parsing"),
        (r#"{"op":"model"}"#, &nobody, "missing field `id`"),
        (
            r#"{"op":"model","id":-1}"#,
            &nobody,
            "invalid value: integer `-1`, expected u64",
        ),
        ("[]", &nobody, "expected an object with an id"),
        (
            r#"{"op":"sing","id":4}"#,
            &json!(4),
            "unknown variant `sing`, expected one of `open`, `dispatch`, `log`",
        ),
        (
            r#"{"op":"model","id":4}"#,
            &json!(4),
            "no store is open: expected the op `open` before this one",
        ),
        (
            r#"{"op":"open","id":4,"protocol":2,"folder":"x"}"#,
            &json!(4),
            "the protocol is 2: expected 1",
        ),
        (
            r#"{"op":"open","id":4,"folder":"/dev/null/x"}"#,
            &json!(4),
            "/dev/null/x cannot be opened: ",
        ),
        (
            r#"{"op":"crash_at","id":4,"point":"x","hits":1}"#,
            &json!(4),
            "unknown variant `x`, expected one of `before_",
        ),
        (
            r#"{"op":"crash_at","id":4,"point":"in_append","hits":0}"#,
            &json!(4),
            "expected a nonzero u32",
        ),
        (
            r#"{"op":"dispatch","id":4,"command":{"type":"push_branch"}}"#,
            &json!(4),
            "missing field `thread_id`",
        ),
    ];
    for (line, id, message) in cases {
        let (found_id, found) = refusal(line);
        assert!(found.contains(message), "{line}: {found}");
        assert_eq!(&found_id, id, "{line}");
    }

    engine.send_line("");
    let opened = engine.ask(&json!({"op": "open", "id": 5, "folder": folder("bad_requests"), "colour": "blue"}));
    assert_eq!(
        (&opened["sequence"], &opened["deduplicates"], &opened["recovers"]),
        (&json!(0), &json!(true), &json!(true))
    );
    let again = engine.ask(&json!({"op": "open", "id": 6, "folder": folder("bad_requests_again")}));
    assert!(
        again["error"]["message"]
            .as_str()
            .expect("a text")
            .starts_with("the store is open already, in ")
    );
}

#[test]
fn a_folder_has_one_engine_at_a_time() {
    let folder = folder("one_at_a_time");
    let first = Process::open(&folder);
    let mut second = Process::start();
    let mut open = |id: u64| second.ask(&json!({"op": "open", "id": id, "folder": folder}));
    let refused = open(1);
    let message = refused["error"]["message"].as_str().expect("a text");
    assert!(message.contains("another engine has it open"), "{message}");
    first.kill();
    assert_eq!(open(2)["sequence"], 0);
}

#[test]
fn arguments_that_it_does_not_know_end_it_with_the_usage() {
    for arguments in [&["--synchronous", "often"][..], &["--listen", "127.0.0.1:0"], &["data"]] {
        let (replies, status, words) = Process::start_with(arguments).end();
        assert_eq!((replies.len(), status.code()), (0, Some(1)), "{arguments:?}");
        assert!(
            words.starts_with("expected: engine [--synchronous full|normal]"),
            "{words}"
        );
    }
    let (_, status, words) = Process::start_with(&["--listen", "127.0.0.1:0", "/dev/null/x"]).end();
    assert_eq!(status.code(), Some(1));
    assert!(words.starts_with("/dev/null/x cannot be opened: "), "{words}");
}

struct Client(BufReader<TcpStream>);

impl Client {
    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.0.get_mut(), "{request}").expect("it is connected");
        self.read()
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("it is connected");
        serde_json::from_str(&line).expect("it is JSON")
    }
}

#[test]
fn clients_over_tcp_do_not_share_their_ids_but_their_keys() {
    let folder = folder("tcp");
    let folder = folder.to_str().expect("a plain path");
    let mut engine = Process::start_with(&["--synchronous", "normal", "--listen", "127.0.0.1:0", folder]);
    let words = engine.first_words();
    let address = words.trim().strip_prefix("listening at ").expect("an address");
    let connect = || Client(BufReader::new(TcpStream::connect(address).expect("it listens")));
    let (mut one, mut other) = (connect(), connect());

    let [project, thread, _] = opening();
    assert_eq!(one.ask(&dispatch(1, &project))["sequence"], 1);
    assert_eq!(other.ask(&dispatch(1, &thread))["sequence"], 2);
    let mut keyed = dispatch(2, &create_thread(PROJECT, OTHER_THREAD));
    keyed["key"] = json!("6f9619ff-8b86-4d01-b42d-00c04fc964ff");
    for client in [&mut one, &mut other] {
        assert_eq!(
            client.ask(&keyed),
            json!({"id": 2, "outcome": "accepted", "sequence": 3})
        );
    }
    let refused = other.ask(&json!({"op": "crash_at", "id": 3, "point": "before_append", "hits": 1}));
    assert_eq!(refused["error"]["type"], "bad_request");

    // One hears of what the other does, and goes on when that is gone.
    let heard = one.ask(&json!({"op": "subscribe", "id": 4, "after": 2}));
    assert_eq!(heard["event"]["sequence"], 3);
    assert_eq!(other.ask(&dispatch(5, &start_turn(THREAD, TURN)))["sequence"], 5);
    drop(other);
    let event: StoredEvent = serde_json::from_value(one.read()["event"].clone()).expect("a stored event");
    assert_eq!((event.sequence, event.event.kind()), (4, "turn_started"));
    assert_eq!(one.read()["event"]["sequence"], 5);
    assert_eq!(one.ask(&json!({"op": "model", "id": 6}))["sequence"], 5);
}

#[test]
fn the_session_of_the_readme_is_what_the_engine_says() {
    let folder = folder("readme");
    let folder = folder.to_str().expect("a plain path");
    let mut engine = Process::start_with(&["--listen", "127.0.0.1:0", folder]);
    let words = engine.first_words();
    let address = words.trim().strip_prefix("listening at ").expect("an address");
    let mut client = Client(BufReader::new(TcpStream::connect(address).expect("it listens")));

    let session = include_str!("../../README.md")
        .lines()
        .skip_while(|line| !line.starts_with(r#"{"op""#));
    let session: Vec<_> = session.take_while(|line| !line.starts_with("```")).collect();
    assert!(session.len() >= 8, "{session:?}");
    for exchange in session.chunks(2) {
        let [request, shown] = exchange else {
            panic!("a request without its reply: {exchange:?}")
        };
        let shown = shown.strip_prefix("# ").expect("a reply");
        let reply = client.ask(&serde_json::from_str(request).expect("JSON"));
        // What is cut short must begin so: members may come in another order.
        let Some(beginning) = shown.strip_suffix('…') else {
            assert_eq!(reply, serde_json::from_str::<Value>(shown).expect("JSON"), "{request}");
            continue;
        };
        let whole = reply.to_string();
        for member in beginning.split(['{', ',']).filter(|member| member.len() > 8) {
            let member = member.trim_end_matches(|end| !"\"0123456789".contains(end));
            assert!(whole.contains(member), "{request}: no {member} in {whole}");
        }
    }
}
