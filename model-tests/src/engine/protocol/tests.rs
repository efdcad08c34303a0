//! The lines of the protocol, written and read.

use orchestration::ThreadId;
use orchestration::uuid::Uuid;

use super::*;

fn bodies() -> Vec<Body> {
    let error = DeciderError::ThreadNotFound {
        thread_id: ThreadId::new(Uuid::from_u128(1)),
    };
    let model = Box::new(OrchestrationReadModel::default());
    let message = "why".to_owned();
    vec![
        Body::Accepted { sequence: 18 },
        Body::Rejected {
            error: error.clone(),
            sequence: Some(16),
        },
        Body::Rejected { error, sequence: None },
        Body::Log { events: Vec::new() },
        Body::Model { sequence: 0, model },
        Body::Snapshot { sequence: 4 },
        Body::Unsupported,
        Body::Done,
        Body::Unable { message },
    ]
}

#[test]
fn what_is_written_is_read() {
    for body in bodies() {
        let message = Message { id: 7, body };
        let line = message.write().expect("it can be written");
        assert_eq!(Message::read(&line), Ok(message), "{line}");
    }
}

#[test]
fn what_is_no_message_is_refused_and_why_is_said() {
    for (line, reason) in [
        ("", "EOF while parsing"),
        ("hello", "expected value"),
        ("{}", "missing field `id`"),
        (
            r#"{"id":1,"outcome":"maybe"}"#,
            "unknown outcome `maybe`: expected `accepted` or `rejected`",
        ),
        (
            r#"{"id":1,"outcome":"accepted"}"#,
            "missing field `sequence` beside `accepted`",
        ),
        (
            r#"{"id":1,"outcome":"rejected"}"#,
            "missing field `error` beside `rejected`",
        ),
        (
            r#"{"id":1,"outcome":"rejected","error":{"type":"odd"}}"#,
            "`error`: unknown variant `odd`",
        ),
        (
            r#"{"id":1,"model":{"projects":{},"threads":{}}}"#,
            "missing field `sequence` beside `model`",
        ),
    ] {
        let found = Message::read(line).expect_err(line);
        assert!(found.contains(reason), "{line}: {found}");
    }
}

#[test]
fn fields_that_are_not_known_are_passed_over() {
    let message = Message::read(r#"{"id":3,"sequence":5,"outcome":"accepted","more":[1]}"#);
    assert_eq!(
        message,
        Ok(Message {
            id: 3,
            body: Body::Accepted { sequence: 5 }
        })
    );
}

#[test]
fn an_engine_says_of_itself_as_little_as_its_sequence() {
    let opened = Opened {
        sequence: 4,
        ..Opened::default()
    };
    assert_eq!(read_opened(r#"{"id":1,"sequence":4}"#), Ok((1, opened)));
    let all = r#"{"id":1,"protocol":1,"sequence":4,"crash_points":["a"],"deduplicates":true,"recovers":true}"#;
    assert!(
        read_opened(all)
            .is_ok_and(|(_, opened)| opened.deduplicates && opened.recovers && opened.crash_points == ["a"])
    );
    for (line, reason) in [
        (r#"{"id":1}"#, "missing field `sequence`"),
        (r#"{"sequence":1}"#, "missing field `id`"),
        (
            r#"{"id":1,"protocol":2,"sequence":1}"#,
            "version 2 of the protocol: expected 1",
        ),
        (r#"{"id":1,"error":{"message":"no such folder"}}"#, "no such folder"),
    ] {
        let found = read_opened(line).expect_err(line);
        assert!(found.contains(reason), "{line}: {found}");
    }
}
