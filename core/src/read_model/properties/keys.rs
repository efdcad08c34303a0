//! What is kept under a key that is not its own is found out, in whatever model.

use std::sync::Arc;

use uuid::Uuid;

use super::made;
use crate::OrchestrationReadModel;
use crate::legality::{Breach, IllegalModel, Place};
use crate::values::{ProjectId, ThreadId};

/// What is told once a project, a thread or a branch of an arbitrary model stands under another key.
fn breach_of(model: &OrchestrationReadModel) -> Option<(Place, Breach)> {
    let IllegalModel { place, breach } = model.check().err()?;
    matches!(breach, Breach::LostByKey | Breach::BranchLostByKey { .. }).then_some((place, breach))
}

#[test]
fn whatever_is_kept_under_a_key_that_is_not_its_own_is_found_out() {
    let unused = Uuid::from_u128(u128::MAX / 3);
    let mut moved = 0;
    for number in 0..500 {
        let model: OrchestrationReadModel = made(number);
        assert_eq!(breach_of(&model), None);
        for (id, project) in model.projects.iter() {
            let place = Place::Project { project_id: *id };
            let mut lost = model.clone();
            lost.projects.insert_mut(ProjectId::new(unused), Arc::clone(project));
            assert_eq!(breach_of(&lost), Some((place, Breach::LostByKey)));
            for branch in project.branches.values() {
                let mut lost = model.clone();
                let other = "a/name/that/nothing/has".parse().expect("a name");
                let project = lost.project_mut(*id).expect("it is there");
                project.branches.insert_mut(other, Arc::clone(branch));
                let branch = branch.name.clone();
                assert_eq!(breach_of(&lost), Some((place, Breach::BranchLostByKey { branch })));
                moved += 1;
            }
        }
        for (id, thread) in model.threads.iter() {
            let mut lost = model.clone();
            lost.threads.insert_mut(ThreadId::new(unused), Arc::clone(thread));
            let place = Place::Thread { thread_id: *id };
            assert_eq!(breach_of(&lost), Some((place, Breach::LostByKey)));
            moved += 1;
        }
    }
    assert!(moved > 500, "only {moved} threads and branches");
}
