//! The commands about projects.

use orchestration::ProjectId;
use orchestration::commands::{CreateProject, DeleteProject, RenameProject};

use super::List;
use crate::search::explore::names::Numbered;

impl List<'_> {
    pub(super) fn projects(&mut self) {
        let (maker, model, at) = (self.maker, self.model, self.maker.names.at);
        let (names, most) = (&maker.names, u32::from(maker.scope.projects));
        let (name, other_name) = (&names.label, &names.other_label);
        let ids = || maker.fresh(most, ProjectId::numbered, |id| model.project(*id).is_some());
        let paths = maker.fresh(
            most,
            |number| names.path(number),
            |path| model.project_at(path).is_some(),
        );
        for path in paths {
            for project_id in ids() {
                self.push(CreateProject {
                    project_id,
                    path: path.clone(),
                    name: name.clone(),
                    at,
                });
            }
        }
        for project in model.projects() {
            let (project_id, path) = (project.id(), project.path().clone());
            self.push(CreateProject {
                project_id,
                path: names.path(most),
                name: name.clone(),
                at,
            });
            self.push(CreateProject {
                project_id: Numbered::never(),
                path,
                name: name.clone(),
                at,
            });
            let new_name = if project.name() == name { other_name } else { name };
            self.push(RenameProject {
                project_id,
                name: new_name.clone(),
                at,
            });
            self.push(DeleteProject { project_id, at });
        }
        self.push(RenameProject {
            project_id: Numbered::never(),
            name: name.clone(),
            at,
        });
        self.push(DeleteProject {
            project_id: Numbered::never(),
            at,
        });
    }
}

#[cfg(test)]
mod tests {
    use orchestration::OrchestrationReadModel;
    use orchestration::commands::OrchestrationCommand;

    use crate::search::explore::{Commands, Scope};
    use crate::subject::Subject;

    fn names(model: &OrchestrationReadModel) -> Vec<String> {
        model.projects().map(|project| project.name().to_string()).collect()
    }

    #[test]
    fn a_project_is_given_another_name_than_it_has() {
        let maker = Commands::new(Scope::RENAMABLE, true).expect("the names are valid");
        let fold = |model, command: &OrchestrationCommand| {
            let events = Subject::CORE.decide(command, &model).unwrap_or_default();
            Subject::CORE.fold(model, &events)
        };
        let nothing = OrchestrationReadModel::default();
        let mut model = fold(nothing.clone(), &maker.of(&nothing)[0]);
        for _ in 0..2 {
            let before = names(&model);
            let mut commands = maker.of(&model);
            commands.retain(|command| matches!(command, OrchestrationCommand::RenameProject(_)));
            model = fold(model, &commands[0]);
            assert_ne!(names(&model), before);
        }
    }
}
