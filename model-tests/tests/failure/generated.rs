//! T6: no tool call ends with a result while an approval of it is pending; an approval is decided once, and no decision is ever overwritten.
//!
//! To be kept in `model-tests/tests/`, where each file is a program of tests.

use model_tests::counterexample::Evidence;
use model_tests::subject::Subject;
use orchestration::OrchestrationCommand;
use orchestration::testing::given;

#[test]
fn t6_holds_after_approve_pending_action() {
    let command = |json: &str| serde_json::from_str::<OrchestrationCommand>(json).unwrap();
    let trace = vec![
        command(r#"{"type":"create_project","project_id":"00000001-0000-4000-8000-000000000001","path":"/a","name":"a","at":"2026-01-01T00:00:00Z"}"#),
        command(r#"{"type":"create_thread","thread_id":"00000002-0000-4000-8000-000000000001","project_id":"00000001-0000-4000-8000-000000000001","title":"a","provider":"a","runtime_mode":"full_access","at":"2026-01-01T00:00:00Z"}"#),
        command(r#"{"type":"start_turn","thread_id":"00000002-0000-4000-8000-000000000001","turn_id":"00000003-0000-4000-8000-000000000001","message_id":"00000004-0000-4000-8000-000000000001","prompt":"a","at":"2026-01-01T00:00:00Z"}"#),
        command(r#"{"type":"ingest_provider_event","thread_id":"00000002-0000-4000-8000-000000000001","turn_id":"00000003-0000-4000-8000-000000000001","event":{"type":"awaiting_approval","action_id":"00000005-0000-4000-8000-000000000001","description":"a"},"at":"2026-01-01T00:00:00Z"}"#),
        command(r#"{"type":"approve_pending_action","thread_id":"00000002-0000-4000-8000-000000000001","turn_id":"00000003-0000-4000-8000-000000000001","action_id":"00000005-0000-4000-8000-000000000001","at":"2026-01-01T00:00:00Z"}"#),
        command(r#"{"type":"approve_pending_action","thread_id":"00000002-0000-4000-8000-000000000001","turn_id":"00000003-0000-4000-8000-000000000001","action_id":"00000005-0000-4000-8000-000000000001","at":"2026-01-01T00:00:00Z"}"#),
    ];
    let _ = given([])
        .when(trace[0].clone())
        .then_kinds(["project_created"])
        .when(trace[1].clone())
        .then_kinds(["thread_created"])
        .when(trace[2].clone())
        .then_kinds(["turn_started", "thread_status_changed"])
        .when(trace[3].clone())
        .then_kinds(["approval_requested", "thread_status_changed"])
        .when(trace[4].clone())
        .then_kinds(["pending_action_approved", "thread_status_changed"])
        .when(trace[5].clone())
        .then_error_kind("action_not_pending");
    assert_eq!(Evidence::Run(trace).check(Subject::CORE), None);
}
