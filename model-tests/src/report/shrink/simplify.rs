//! Simpler forms of a command.

use orchestration::OrchestrationCommand;
use serde_json::{Map, Value};

use crate::fields::{FIELDS, Field};

/// The command with one field simpler than it is, for each field that can be.
pub(super) fn simpler(command: &OrchestrationCommand) -> Vec<OrchestrationCommand> {
    let Ok(Value::Object(fields)) = serde_json::to_value(command) else {
        return Vec::new();
    };
    let mut found = simpler_objects(&fields);
    if let Some(Value::Object(event)) = fields.get("event") {
        found.extend(simpler_objects(event).into_iter().map(|event| {
            let mut whole = fields.clone();
            whole.insert("event".to_owned(), Value::Object(event));
            whole
        }));
    }
    found
        .into_iter()
        .filter_map(|fields| serde_json::from_value(Value::Object(fields)).ok())
        .collect()
}

/// The command with one field as simple as it can be, or as it is if that is no command or has no such field.
pub(super) fn simplest_in(command: &OrchestrationCommand, field: &Field) -> OrchestrationCommand {
    let simplest = |fields: &mut Map<String, Value>| {
        let Some(value) = fields.get_mut(field.name) else {
            return;
        };
        if field.is_optional {
            fields.remove(field.name);
        } else if let Some(simplest) = field.simplest() {
            *value = simplest.into();
        }
    };
    let simpler = |mut json: Value| {
        json.get_mut("event").and_then(Value::as_object_mut).map(simplest);
        json.as_object_mut().map(simplest);
        serde_json::from_value(json).ok()
    };
    let json = serde_json::to_value(command).ok();
    json.and_then(simpler).unwrap_or_else(|| command.clone())
}

fn simpler_objects(fields: &Map<String, Value>) -> Vec<Map<String, Value>> {
    let optional = FIELDS.iter().filter(|field| field.is_optional);
    let without = optional.filter(|field| fields.contains_key(field.name)).map(|field| {
        let mut simpler = fields.clone();
        simpler.remove(field.name);
        simpler
    });
    let simplest = FIELDS.iter().filter_map(|field| {
        let simplest = field.simplest()?;
        let value = fields.get(field.name)?.as_str()?;
        (value != simplest).then(|| {
            let mut simpler = fields.clone();
            simpler.insert(field.name.to_owned(), Value::from(simplest));
            simpler
        })
    });
    without.chain(simplest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_can_be_simpler_is_made_so_once() {
        let json = r#"{"type":"create_checkpoint","thread_id":"00000000-0000-0000-0000-000000000001","checkpoint_id":"00000000-0000-0000-0000-000000000002","git_ref":"HEAD","description":"here","at":"2026-01-01T00:00:00Z"}"#;
        let command: OrchestrationCommand = serde_json::from_str(json).expect("a command");
        let texts: Vec<_> = simpler(&command)
            .iter()
            .filter_map(|command| serde_json::to_string(command).ok())
            .collect();
        let expected = [
            json.replace(r#""description":"here","#, ""),
            json.replace("here", "a"),
            json.replace("HEAD", "a"),
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn the_simplest_command_has_no_simpler_form() {
        let json =
            r#"{"type":"push_branch","thread_id":"00000000-0000-0000-0000-000000000001","at":"2026-01-01T00:00:00Z"}"#;
        let command: OrchestrationCommand = serde_json::from_str(json).expect("a command");
        assert_eq!(simpler(&command), []);
    }
}
