//! Where two models or snapshots differ.

use orchestration::{OrchestrationReadModel, Snapshot};

use super::{Difference, list, of_things};

/// Where two models differ: by thing, and in each by the path of the field.
#[must_use]
pub fn of_models(expected: &OrchestrationReadModel, found: &OrchestrationReadModel) -> Vec<Difference> {
    let mut differences = Vec::new();
    if expected.selected_thread() != found.selected_thread() {
        let [expected, found] = [expected.selected_thread(), found.selected_thread()];
        differences.push(Difference {
            path: "selected_thread".to_owned(),
            expected: expected.map(|id| format!("thread {id}")),
            found: found.map(|id| format!("thread {id}")),
        });
    }
    differences.extend(of_things("project", expected.projects(), found.projects(), |project| {
        project.id()
    }));
    differences.extend(of_things("thread", expected.threads(), found.threads(), |thread| {
        thread.id()
    }));
    differences
}

/// Where two models differ, in one line.
#[must_use]
pub fn between_models(expected: &OrchestrationReadModel, found: &OrchestrationReadModel) -> String {
    list(&of_models(expected, found))
}

/// Where two snapshots differ, in one line.
#[must_use]
pub fn between_snapshots(expected: &Snapshot, found: &Snapshot) -> String {
    let mut differences = Vec::new();
    if expected.sequence != found.sequence {
        differences.push(Difference::of("sequence", &expected.sequence, &found.sequence));
    }
    if expected.stored_at != found.stored_at {
        differences.push(Difference::of("stored_at", &expected.stored_at, &found.stored_at));
    }
    differences.extend(of_models(&expected.model, &found.model));
    list(&differences)
}
