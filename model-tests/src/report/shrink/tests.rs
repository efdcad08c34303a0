use std::sync::atomic::AtomicBool;

use orchestration::OrchestrationCommand;

use super::{accepted_or_last, leave_out};
use crate::subject::Subject;

fn commands(lines: &[&str]) -> Vec<OrchestrationCommand> {
    let read = |line: &&str| serde_json::from_str(line).expect("a command");
    lines.iter().map(read).collect()
}

#[test]
fn refused_commands_are_left_out_at_once_but_for_the_last() {
    let project = "00000000-0000-0000-0000-000000000001";
    let create = format!(
        r#"{{"type":"create_project","project_id":"{project}","path":"/a","name":"a","at":"2026-01-01T00:00:00Z"}}"#
    );
    let rename =
        format!(r#"{{"type":"rename_project","project_id":"{project}","name":"b","at":"2026-01-01T00:00:00Z"}}"#);
    let select = format!(r#"{{"type":"select_thread","thread_id":"{project}","at":"2026-01-01T00:00:00Z"}}"#);
    let trace = commands(&[&create, &create, &select, &rename, &create, &select]);
    let kept = commands(&[&create, &rename, &select]);
    assert_eq!(accepted_or_last(Subject::CORE, &trace), kept);
}

#[test]
fn what_is_not_needed_of_any_list_is_left_out_unless_there_is_no_time() {
    let left = |stop: bool| {
        let mut items = vec![1, 2, 3, 4, 5];
        let mut needed = |candidate: &[i32]| candidate.contains(&4).then_some(candidate.len());
        leave_out(&AtomicBool::new(stop), &mut items, &mut needed);
        items
    };
    assert_eq!(left(false), [4]);
    assert_eq!(left(true), [1, 2, 3, 4, 5]);
}
