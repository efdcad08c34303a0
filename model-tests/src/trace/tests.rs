//! Traces are read as they were written, and refused where they are not traces.

use super::*;

const COMMAND: &str =
    r#"{"type":"delete_project","project_id":"00000000-0000-0000-0000-000000000001","at":"2026-01-01T00:00:00Z"}"#;

fn errors(trace: &[u8]) -> Vec<String> {
    TraceReader::new(trace)
        .filter_map(Result::err)
        .map(|error| error.to_string())
        .collect()
}

#[test]
fn a_trace_survives_being_written_and_read() {
    let text = format!("{COMMAND}\n{COMMAND}\n");
    let commands: Vec<_> = TraceReader::new(text.as_bytes())
        .map(|read| read.expect("a command").1)
        .collect();
    let mut written = Vec::new();
    write_trace(&mut written, &commands).expect("memory takes everything");
    assert_eq!(String::from_utf8(written).as_deref(), Ok(text.as_str()));
}

#[test]
fn blank_lines_and_carriage_returns_are_passed_over_and_the_numbers_stay_right() {
    let text = format!("\n{COMMAND}\r\n  \n{COMMAND}");
    let lines: Vec<_> = TraceReader::new(text.as_bytes())
        .map(|read| read.expect("a command").0)
        .collect();
    assert_eq!(lines, [2, 4]);
}

#[test]
fn a_line_that_is_no_command_is_named_with_its_fault() {
    let text = format!("{COMMAND}\n{{\"type\":\"fly\"}}\n");
    let expected = "line 2, column 13, is no command: unknown variant `fly`, expected one of";
    assert!(
        errors(text.as_bytes())[0].starts_with(expected),
        "{:?}",
        errors(text.as_bytes())
    );
}

#[test]
fn a_field_that_breaks_a_rule_is_named_with_the_rule() {
    let text = COMMAND
        .replace("delete_project", "rename_project")
        .replace("\"at\"", "\"name\":\" \",\"at\"");
    let fault = "is no command: in field `name`: Label \" \" is blank: expected something other than white space";
    let column = text.find("\" \"").map(|start| start + "\" \"".len()).expect("the name");
    assert_eq!(errors(text.as_bytes()), [format!("line 1, column {column}, {fault}")]);
}

#[test]
fn a_line_that_breaks_off_is_named_with_the_column() {
    let expected = "line 1, column 20, is no command: EOF while parsing a string";
    assert_eq!(errors(&COMMAND.as_bytes()[..20]), [expected]);
}

#[test]
fn an_indented_line_is_named_with_the_column_as_it_stands_there() {
    let expected = "line 1, column 17, is no command: unknown variant `fly`";
    assert!(errors(b"    {\"type\":\"fly\"}\r\n")[0].starts_with(expected));
}

#[test]
fn a_byte_order_mark_is_passed_over_only_where_a_text_begins() {
    let mark = std::str::from_utf8(BYTE_ORDER_MARK).expect("UTF-8");
    let text = format!("{mark}{COMMAND}\n{mark}{COMMAND}\n");
    assert_eq!(
        errors(text.as_bytes()),
        ["line 2, column 1, is no command: expected value"]
    );
}

#[test]
fn what_is_quoted_from_a_line_cannot_steer_a_terminal() {
    let errors = errors(br#"{"type":"\u001b[2J"}"#);
    assert!(errors[0].contains(r"unknown variant `\u{1b}[2J`"), "{errors:?}");
}

#[test]
fn a_line_that_never_ends_is_given_up() {
    let mut trace = TraceReader::new(io::BufReader::new(io::repeat(b' ')));
    assert!(matches!(trace.next(), Some(Err(TraceError::TooLong { line: 1 }))));
    assert!(trace.next().is_none());
}

#[test]
fn an_array_and_indented_json_are_told_what_a_trace_looks_like() {
    let expected = "and expected a command: a trace is JSON Lines, one command a line";
    let array = format!("[{COMMAND}]");
    let indented = COMMAND.replace('{', "{\n  ").replace(',', ",\n  ");
    assert_eq!(
        errors(array.as_bytes()),
        [format!("line 1, column 1, is no command: found an array, {expected}")]
    );
    assert_eq!(
        errors(indented.as_bytes())[0],
        format!("line 1, column 1, is no command: found only the beginning of an object, {expected}")
    );
}

#[test]
fn a_long_line_of_bytes_that_are_no_text_is_said_to_be_none() {
    let mut trace = TraceReader::new(io::BufReader::new(io::repeat(0)));
    let error = trace.next().expect("an error").expect_err("no command");
    assert_eq!(
        error.to_string(),
        "line 1, column 1, is no command: expected text in UTF-8, found the byte 0x00"
    );
}

#[test]
fn reading_ends_where_the_source_fails() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let mut trace = TraceReader::new(io::BufReader::new(COMMAND.as_bytes().chain(&b"\n"[..]).chain(Broken)));
    assert!(matches!(trace.next(), Some(Ok((1, _)))));
    assert!(matches!(
        trace.next(),
        Some(Err(TraceError::Unreadable { line: 2, .. }))
    ));
    assert!(trace.next().is_none());
}

#[test]
fn a_line_that_is_no_text_is_named_with_the_byte() {
    let text = [COMMAND.as_bytes(), b"\n{\"type\":\"\xff\"}\n"].concat();
    assert_eq!(
        errors(&text),
        ["line 2, column 10, is no command: expected text in UTF-8, found the byte 0xff"]
    );
}

#[test]
fn a_trace_may_begin_with_a_snapshot() {
    let mut text = Vec::new();
    let model = OrchestrationReadModel::default();
    write_beginning(&mut text, &model).expect("memory takes everything");
    text.extend_from_slice(COMMAND.as_bytes());
    let mut trace = TraceReader::new(text.as_slice());
    assert_eq!(trace.beginning().expect("a snapshot"), Some(model));
    assert!(matches!(trace.next(), Some(Ok((2, _)))));
    assert!(trace.next().is_none());
}

#[test]
fn a_trace_without_a_snapshot_keeps_its_first_line() {
    let mut trace = TraceReader::new(COMMAND.as_bytes());
    assert_eq!(trace.beginning().expect("it can be read"), None);
    assert!(matches!(trace.next(), Some(Ok((1, _)))));
    let mut nothing = TraceReader::new(&b""[..]);
    assert_eq!(nothing.beginning().expect("it can be read"), None);
    assert!(nothing.next().is_none());
}

#[test]
fn a_snapshot_that_is_not_legal_or_of_another_version_is_refused_with_the_reason() {
    let illegal = r#"{"schema_version":2,"sequence":0,"model":{"projects":{},"threads":{},"selected_thread":"00000000-0000-0000-0000-000000000001"}}"#;
    let newer = r#"{"schema_version":9,"sequence":0,"model":{}}"#;
    for (text, reason) in [(illegal, "S1 is broken"), (newer, "version")] {
        let error = TraceReader::new(text.as_bytes())
            .beginning()
            .expect_err("it is no snapshot to begin with");
        let told = error.to_string();
        assert!(told.starts_with("line 1 is no snapshot to begin with: "), "{told}");
        assert!(told.contains(reason), "{told}");
    }
}

#[test]
fn a_snapshot_behind_the_first_line_is_named() {
    let text = format!("{COMMAND}\n{{\"schema_version\":2,\"sequence\":0,\"model\":{{}}}}\n");
    let errors = errors(text.as_bytes());
    assert!(
        errors[0].starts_with("line 2 is no command: found a snapshot"),
        "{errors:?}"
    );
}
