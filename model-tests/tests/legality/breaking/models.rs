//! What is broken in a model outside of its turns.

use serde_json::json;

use super::{Break, Broken, UNKNOWN, in_project, in_thread, is_running, items, objects, one_of, thread};
use crate::below;

pub(super) const WAYS: &[Break] = &[
    |model, _| {
        model["selected_thread"] = UNKNOWN.into();
        let breach = json!({ "type": "selected_thread_missing", "thread_id": UNKNOWN });
        Some(Broken {
            place: json!({ "type": "model" }),
            breach,
        })
    },
    |model, random| {
        let thread = thread(model, random)?;
        thread["project_id"] = UNKNOWN.into();
        Some(in_thread(
            thread,
            json!({ "type": "project_missing", "project_id": UNKNOWN }),
        ))
    },
    |model, random| {
        let mut projects = objects(model, "projects");
        let place = below(random, projects.len().saturating_sub(1));
        let (path, project_id) = (projects.get(place)?["path"].clone(), projects[place]["id"].clone());
        let other = projects.get_mut(place + 1)?;
        other["path"] = path.clone();
        Some(in_project(
            other,
            json!({ "type": "path_shared", "path": path, "project_id": project_id }),
        ))
    },
    |model, random| {
        let thread = thread(model, random)?;
        let statuses = ["idle", "running", "awaiting_approval"];
        let found = one_of(
            statuses.into_iter().filter(|word| thread["status"] != *word).collect(),
            random,
        )?;
        let breach = json!({ "type": "status_mismatch", "expected": thread["status"], "found": found });
        thread["status"] = found.into();
        let active = items(thread, "turns")
            .pop()
            .filter(|turn| is_running(turn))
            .map(|turn| turn["id"].clone());
        match active {
            None => Some(in_thread(thread, breach)),
            Some(id) => {
                let place = json!({ "type": "turn", "thread_id": thread["id"], "turn_id": id });
                Some(Broken { place, breach })
            }
        }
    },
    |model, random| {
        let thread = thread(model, random)?;
        let project_id = thread["project_id"].clone();
        thread["branch"] = "no/such/branch".into();
        let breach = json!({ "type": "branch_missing", "branch": "no/such/branch", "project_id": project_id });
        Some(in_thread(thread, breach))
    },
    |model, random| {
        let projects = model["projects"].clone();
        let thread = thread(model, random)?;
        let branches = projects[thread["project_id"].as_str()?]["branches"]
            .as_object()?
            .values();
        let branch = one_of(
            branches.filter(|branch| branch["thread_id"] != thread["id"]).collect(),
            random,
        )?;
        thread["branch"] = branch["name"].clone();
        let (name, made_by) = (&branch["name"], &branch["thread_id"]);
        Some(in_thread(
            thread,
            json!({ "type": "branch_of_another_thread", "branch": name, "made_by": made_by }),
        ))
    },
    |model, random| {
        let project = one_of(objects(model, "projects"), random)?;
        let branch = one_of(objects(project, "branches"), random)?;
        let commits = branch["commits"].as_array()?.len();
        let pushed = commits + 1 + below(random, 3);
        branch["pushed_commits"] = pushed.into();
        let name = branch["name"].clone();
        let breach = json!({ "type": "too_many_pushed", "branch": name, "pushed_commits": pushed, "commits": commits });
        Some(in_project(project, breach))
    },
    |model, random| {
        let thread = thread(model, random)?;
        let most = items(thread, "turns")
            .into_iter()
            .filter(|turn| !is_running(turn))
            .count();
        let mut checkpoints = items(thread, "checkpoints");
        let place = below(random, checkpoints.len());
        let before = place
            .checked_sub(1)
            .map_or(0, |before| checkpoints[before]["turn_count"].as_u64().unwrap_or(0));
        let checkpoint = checkpoints.get_mut(place)?;
        let too_few = before.checked_sub(1).filter(|_| below(random, 2) == 0);
        let count = too_few.unwrap_or(most as u64 + 1);
        checkpoint["turn_count"] = count.into();
        let id = checkpoint["id"].clone();
        let breach = json!({
            "type": "turn_count_mismatch", "checkpoint_id": id, "turn_count": count, "least": before, "most": most,
        });
        Some(in_thread(thread, breach))
    },
    |model, random| {
        let thread = thread(model, random)?;
        let turns = items(thread, "turns");
        let place = below(random, turns.len().saturating_sub(1));
        let id = turns.get(place)?["id"].clone();
        turns.into_iter().nth(place + 1)?["id"] = id.clone();
        let place = json!({ "type": "turn", "thread_id": thread["id"], "turn_id": id });
        Some(Broken {
            place,
            breach: json!({ "type": "turn_repeated" }),
        })
    },
    |model, random| {
        let thread = thread(model, random)?;
        let checkpoints = items(thread, "checkpoints");
        let place = below(random, checkpoints.len().saturating_sub(1));
        let id = checkpoints.get(place)?["id"].clone();
        checkpoints.into_iter().nth(place + 1)?["id"] = id.clone();
        Some(in_thread(
            thread,
            json!({ "type": "checkpoint_repeated", "checkpoint_id": id }),
        ))
    },
    |model, random| {
        let thread = thread(model, random)?;
        let thread_id = thread["id"].clone();
        let mut turns = items(thread, "turns");
        turns.pop()?;
        let earlier = one_of(turns, random)?;
        earlier["status"] = json!({ "type": "running" });
        let place = json!({ "type": "turn", "thread_id": thread_id, "turn_id": earlier["id"] });
        Some(Broken {
            place,
            breach: json!({ "type": "active_turn_not_last" }),
        })
    },
];
