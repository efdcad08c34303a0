//! What commands and events tell of themselves, beside their wire form.

use crate::common::NOW;
use crate::common::examples;
use serde_json::json;

#[test]
fn every_command_and_event_tells_its_ids_and_time_as_its_wire_form_does() {
    for (name, command) in examples::commands() {
        let form = json!(command);
        assert_eq!(json!(command.thread_id()), form["thread_id"], "{name}");
        assert_eq!(json!(command.project_id()), form["project_id"], "{name}");
        assert_eq!(json!(command.turn_id()), form["turn_id"], "{name}");
        assert_eq!(json!(command.at()), form["at"], "{name}");
    }
    for (name, event) in examples::events() {
        let form = json!(event);
        assert_eq!(json!(event.thread_id()), form["thread_id"], "{name}");
        assert_eq!(json!(event.project_id()), form["project_id"], "{name}");
        assert_eq!(json!(event.turn_id()), form["turn_id"], "{name}");
        assert_eq!(json!(event.at()), form["at"], "{name}");
    }
}

#[test]
fn a_command_with_another_time_differs_in_nothing_else() {
    let later = NOW + chrono::TimeDelta::seconds(1);
    for (name, command) in examples::commands() {
        let mut stamped = json!(command);
        stamped["at"] = json!(later);
        assert_eq!(json!(command.with_at(later)), stamped, "{name}");
    }
}
