//! A smaller model: parts of it are left out, and what refers to them is mended, so that what is left is legal.

use orchestration::testing::Unchecked;
use orchestration::{OrchestrationCommand, OrchestrationReadModel};
use serde_json::{Map, Value};

use super::commands::shrink_within;
use super::{Shrinking, leave_out_stretches};
use crate::check::invariants::Violation;
use crate::counterexample::Evidence;
use crate::fields::{FIELDS, Field, Holds};
use crate::subject::Subject;

/// Trying a model counts as one step for every so many parts that it has.
const PARTS_PER_STEP: usize = 8;

/// What a model's own fields are called that hold times.
const TIMES: [&str; 5] = ["at", "created_at", "updated_at", "started_at", "ended_at"];

/// Shrinks a model and the commands that are given to it.
pub(super) fn shrink(
    shrinking: Shrinking<'_>,
    model: &OrchestrationReadModel,
    commands: &[OrchestrationCommand],
) -> Option<(Evidence, Violation)> {
    let (length, violation) = shrinking.broken(&evidence(model, commands))?;
    let mut smaller = Smaller {
        shrinking,
        json: serde_json::to_value(model).ok()?,
        model: model.clone(),
        commands: commands.get(..length)?.to_vec(),
        violation,
    };
    loop {
        let before = (smaller.json.clone(), smaller.commands.clone());
        smaller.shrink_commands();
        smaller.take_in();
        smaller.leave_out_parts();
        smaller.simplify();
        if (&smaller.json, &smaller.commands) == (&before.0, &before.1) {
            break;
        }
    }
    Some((evidence(&smaller.model, &smaller.commands), smaller.violation))
}

fn evidence(model: &OrchestrationReadModel, commands: &[OrchestrationCommand]) -> Evidence {
    Evidence::Model {
        model: model.clone(),
        commands: commands.to_vec(),
    }
}

/// The smallest that was found so far.
struct Smaller<'a> {
    shrinking: Shrinking<'a>,
    json: Value,
    model: OrchestrationReadModel,
    commands: Vec<OrchestrationCommand>,
    violation: Violation,
}

impl Smaller<'_> {
    fn shrink_commands(&mut self) {
        let (shrinking, model) = (self.shrinking, self.model.clone());
        let mut breaks = |commands: &[OrchestrationCommand]| shrinking.broken(&evidence(&model, commands));
        if let Some((commands, violation)) = shrink_within(shrinking.budget, &self.commands, &mut breaks) {
            (self.commands, self.violation) = (commands, violation);
        }
    }

    /// Takes a model if it is legal and breaks what it is to break.
    fn try_out(&mut self, mut json: Value) -> bool {
        mend(&mut json);
        let steps = self.commands.len() + parts(&json) / PARTS_PER_STEP;
        if json == self.json || self.shrinking.budget.take(steps).is_none() {
            return false;
        }
        let Ok(Unchecked(model)) = serde_json::from_value(json.clone()) else {
            return false;
        };
        let was_legal = self.model.check().is_ok();
        if was_legal && model.check().is_err() {
            return false;
        }
        let Some((length, violation)) = self.shrinking.broken(&evidence(&model, &self.commands)) else {
            return false;
        };
        self.commands.truncate(length);
        (self.json, self.model, self.violation) = (json, model, violation);
        true
    }

    /// Begins later: the model after the first commands takes the place of the model and these commands, as many as possible.
    fn take_in(&mut self) {
        for count in (1..self.commands.len()).rev() {
            let commands = self.commands.clone();
            let (first, rest) = commands.split_at(count);
            let model = first.iter().fold(self.model.clone(), |model, command| {
                let events = Subject::CORE.decide(command, &model).unwrap_or_default();
                Subject::CORE.fold(model, &events)
            });
            let Ok(json) = serde_json::to_value(&model) else { return };
            self.commands = rest.to_vec();
            if self.try_out(json) {
                return;
            }
            self.commands = commands;
        }
    }

    /// Leaves out as many of these as it can: `with_only` makes a model that has no others.
    fn leave_out<T: Clone>(&mut self, mut kept: Vec<T>, with_only: impl Fn(&mut Value, &[T])) {
        let (whole, budget) = (self.json.clone(), self.shrinking.budget);
        leave_out_stretches(budget, &mut kept, &mut |candidate: &[T]| {
            let mut json = whole.clone();
            with_only(&mut json, candidate);
            self.try_out(json).then_some(candidate.len())
        });
    }

    fn leave_out_parts(&mut self) {
        let keys = |json: &Value, of: &str| -> Vec<String> {
            json[of]
                .as_object()
                .map(Map::keys)
                .into_iter()
                .flatten()
                .cloned()
                .collect()
        };
        for of in ["projects", "threads"] {
            self.leave_out(keys(&self.json, of), |json, kept| retain_keys(&mut json[of], kept));
        }
        for id in keys(&self.json, "projects") {
            let project = |json: &Value| json["projects"][&id].clone();
            self.leave_out(keys(&project(&self.json), "branches"), |json, kept| {
                retain_keys(&mut json["projects"][&id]["branches"], kept);
            });
            for name in keys(&project(&self.json), "branches") {
                let commits = length(&self.json["projects"][&id]["branches"][&name]["commits"]);
                self.leave_out((0..commits).collect(), |json, kept| {
                    let branch = &mut json["projects"][&id]["branches"][&name];
                    recount(&mut branch["pushed_commits"], kept);
                    retain_places(&mut branch["commits"], kept);
                });
            }
        }
        for id in keys(&self.json, "threads") {
            self.leave_out_of_thread(&id);
        }
    }

    fn leave_out_of_thread(&mut self, id: &str) {
        let count = |json: &Value, of: &str| length(&json["threads"][id][of]);
        self.leave_out((0..count(&self.json, "checkpoints")).collect(), |json, kept| {
            retain_places(&mut json["threads"][id]["checkpoints"], kept);
        });
        self.leave_out((0..count(&self.json, "turns")).collect(), |json, kept| {
            let thread = &mut json["threads"][id];
            for checkpoint in thread["checkpoints"].as_array_mut().into_iter().flatten() {
                recount(&mut checkpoint["turn_count"], kept);
            }
            retain_places(&mut thread["turns"], kept);
        });
        for place in 0..count(&self.json, "turns") {
            let entries = length(&self.json["threads"][id]["turns"][place]["entries"]);
            // The first is the prompt, without which no turn is legal.
            self.leave_out((1..entries).collect(), |json, kept| {
                let kept: Vec<_> = std::iter::once(0).chain(kept.iter().copied()).collect();
                retain_places(&mut json["threads"][id]["turns"][place]["entries"], &kept);
            });
        }
    }

    /// Makes the texts, times and choices of the model simpler, wherever there is one of a name.
    fn simplify(&mut self) {
        let simplest_time = FIELDS.iter().find_map(|field| match field.holds {
            Holds::Time(simplest) => Some(simplest),
            Holds::Kind
            | Holds::Id(_)
            | Holds::IdOrWord(_)
            | Holds::Name(_)
            | Holds::Text(_)
            | Holds::Choice
            | Holds::Count
            | Holds::Fields => None,
        });
        let mut times = self.json.clone();
        for name in TIMES {
            for_each_object(&mut times, &mut |fields| set(fields, name, simplest_time));
        }
        self.try_out(times);
        for field in FIELDS {
            let Holds::Text(simplest) = field.holds else { continue };
            if field.is_optional {
                let mut without = self.json.clone();
                for_each_object(&mut without, &mut |fields| drop(fields.remove(field.name)));
                self.try_out(without);
            }
            let mut simpler = self.json.clone();
            for_each_object(&mut simpler, &mut |fields| {
                if !is_key(field, fields) {
                    set(fields, field.name, Some(simplest));
                }
            });
            self.try_out(simpler);
        }
        let mut unselected = self.json.clone();
        if let Some(fields) = unselected.as_object_mut() {
            fields.remove("selected_thread");
        }
        self.try_out(unselected);
    }
}

/// Whether what a field holds is what others find its object by: a branch has its name from nowhere else.
fn is_key(field: &Field, fields: &Map<String, Value>) -> bool {
    field.name == "name" && fields.contains_key("commits")
}

/// Sets a field to a text, if it is there and is one.
fn set(fields: &mut Map<String, Value>, name: &str, text: Option<&str>) {
    if let (Some(value), Some(text)) = (fields.get_mut(name).filter(|value| value.is_string()), text) {
        *value = text.into();
    }
}

/// Does something to each object in a value.
fn for_each_object(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(fields) => {
            change(fields);
            fields.values_mut().for_each(|value| for_each_object(value, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| for_each_object(value, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// How many objects there are in a value.
fn parts(value: &Value) -> usize {
    match value {
        Value::Object(fields) => 1 + fields.values().map(parts).sum::<usize>(),
        Value::Array(items) => items.iter().map(parts).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

fn length(list: &Value) -> usize {
    list.as_array().map_or(0, Vec::len)
}

fn retain_keys(map: &mut Value, kept: &[String]) {
    if let Some(map) = map.as_object_mut() {
        map.retain(|key, _| kept.contains(key));
    }
}

fn retain_places(list: &mut Value, kept: &[usize]) {
    if let Some(list) = list.as_array_mut() {
        let mut place = 0;
        list.retain(|_| {
            place += 1;
            kept.binary_search(&(place - 1)).is_ok()
        });
    }
}

/// Of the first so many things, as many as are kept.
fn recount(number: &mut Value, kept: &[usize]) {
    let before = number.as_u64().and_then(|number| usize::try_from(number).ok());
    *number = kept.partition_point(|place| *place < before.unwrap_or_default()).into();
}

/// Takes away what refers to something that is not there any more, and gives each thread the status that its turns call for.
fn mend(json: &mut Value) {
    let projects = json["projects"].clone();
    if let Some(threads) = json["threads"].as_object_mut() {
        threads.retain(|_, thread| thread["project_id"].as_str().is_some_and(|id| !projects[id].is_null()));
        for thread in threads.values_mut() {
            mend_thread(thread, &projects);
        }
    }
    let is_there = |id: &Value| id.as_str().is_some_and(|id| !json["threads"][id].is_null());
    let is_lost = json.get("selected_thread").is_some_and(|id| !is_there(id));
    if let Some(fields) = json.as_object_mut().filter(|_| is_lost) {
        fields.remove("selected_thread");
    }
}

fn mend_thread(thread: &mut Value, projects: &Value) {
    let branch = thread["branch"].as_str().zip(thread["project_id"].as_str());
    let is_lost = branch.is_some_and(|(name, project)| projects[project]["branches"][name].is_null());
    if let Some(fields) = thread.as_object_mut().filter(|_| is_lost) {
        fields.remove("branch");
    }
    let mut status = "idle";
    for turn in thread["turns"].as_array_mut().into_iter().flatten() {
        let is_running = turn["status"]["type"] == "running";
        let mut is_pending = false;
        let mut calls = Vec::new();
        for entry in turn["entries"].as_array_mut().into_iter().flatten() {
            if entry["type"] == "tool_call" {
                calls.push(entry["id"].clone());
            }
            is_pending |= entry["decision"]["type"] == "pending";
            let is_lost = entry.get("tool_call_id").is_some_and(|id| !calls.contains(id));
            if let Some(fields) = entry.as_object_mut().filter(|_| is_lost) {
                fields.remove("tool_call_id");
            }
        }
        status = match (is_running, is_pending) {
            (true, true) => "awaiting_approval",
            (true, false) => "running",
            (false, _) => "idle",
        };
    }
    thread["status"] = status.into();
}

#[cfg(test)]
mod tests;
