//! A model as a tree, for people: every thing by its name, with what it holds.

use model_tests::describe::{counted, quote};
use model_tests::fields::Id;
use model_tests::walkthrough::names::Names;
use orchestration::OrchestrationReadModel;
use orchestration::read_model::{
    Approval, Branch, Checkpoint, Decision, Message, Project, Thread, ToolCall, Turn, TurnEntry, TurnStatus,
};

/// The lines of a model.
pub fn lines(model: &OrchestrationReadModel, names: &Names) -> Vec<String> {
    let mut tree = Tree {
        names,
        lines: Vec::new(),
    };
    for project in model.projects() {
        tree.project(project);
    }
    for thread in model.threads() {
        tree.thread(thread, model.selected_thread() == Some(thread.id()));
    }
    if tree.lines.is_empty() {
        tree.line(0, "nothing: the empty model");
    }
    tree.lines
}

struct Tree<'a> {
    names: &'a Names,
    lines: Vec<String>,
}

impl Tree<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        self.lines.push(format!("{}{text}", "  ".repeat(depth)));
    }

    fn name(&self, kind: Id, id: &impl ToString) -> String {
        self.names.name(kind, &id.to_string())
    }

    fn project(&mut self, project: &Project) {
        let name = self.name(Id::Project, &project.id());
        let (title, path) = (quote(project.name().as_str()), quote(project.path().as_str()));
        let (created, updated) = (project.created_at(), project.updated_at());
        self.line(
            0,
            &format!("{name} {title} at {path}, created {created}, updated {updated}"),
        );
        for branch in project.branches() {
            self.branch(branch);
        }
    }

    fn branch(&mut self, branch: &Branch) {
        let of = self.name(Id::Thread, &branch.thread_id());
        let (name, commits) = (quote(branch.name().as_str()), counted(branch.commits().len(), "commit"));
        let pushed = branch.pushed_commits();
        self.line(1, &format!("branch {name} of {of}: {commits}, {pushed} pushed"));
        for commit in branch.commits() {
            self.line(
                2,
                &format!("commit {} at {}", quote(commit.message().as_str()), commit.at()),
            );
        }
    }

    fn thread(&mut self, thread: &Thread, is_selected: bool) {
        let (name, of) = (
            self.name(Id::Thread, &thread.id()),
            self.name(Id::Project, &thread.project_id()),
        );
        let (title, status) = (quote(thread.title().as_str()), thread.status());
        let selected = if is_selected { ", selected" } else { "" };
        self.line(0, &format!("{name} {title} of {of}: {status}{selected}"));
        let provider = quote(thread.provider().as_str());
        let model = thread.model().map(|model| format!(" {}", quote(model.as_str())));
        let branch = thread
            .branch()
            .map(|branch| format!(", on branch {}", quote(branch.as_str())));
        let mode = serde_json::to_value(thread.runtime_mode()).unwrap_or_default();
        let mode = mode.as_str().unwrap_or_default().replace('_', " ");
        self.line(
            1,
            &format!(
                "{provider}{}, {mode}{}",
                model.unwrap_or_default(),
                branch.unwrap_or_default()
            ),
        );
        let (created, updated) = (thread.created_at(), thread.updated_at());
        self.line(1, &format!("created {created}, updated {updated}"));
        for turn in thread.turns() {
            self.turn(turn);
        }
        for checkpoint in thread.checkpoints() {
            self.checkpoint(checkpoint);
        }
    }

    fn turn(&mut self, turn: &Turn) {
        let name = self.name(Id::Turn, &turn.id());
        let status = match turn.status() {
            TurnStatus::Running => "running".to_owned(),
            TurnStatus::Completed => "completed".to_owned(),
            TurnStatus::Interrupted => "interrupted".to_owned(),
            TurnStatus::Failed { message, code } => {
                let code = code.as_ref().map(|code| format!(" ({})", quote(code.as_str())));
                format!("failed: {}{}", quote(message.as_str()), code.unwrap_or_default())
            }
        };
        let ended = turn.ended_at().map(|at| format!(", ended {at}"));
        let started = turn.started_at();
        self.line(
            1,
            &format!("{name}: {status}, started {started}{}", ended.unwrap_or_default()),
        );
        for entry in turn.entries() {
            let line = match entry {
                TurnEntry::Message(message) => self.message(message),
                TurnEntry::ToolCall(call) => self.tool_call(call),
                TurnEntry::Approval(approval) => self.approval(approval),
            };
            self.line(2, &line);
        }
    }

    fn message(&self, message: &Message) -> String {
        let (name, role) = (self.name(Id::Message, &message.id()), message.role());
        let text = quote(&message.text().to_string());
        format!("{name} ({role}): {text}, {} bytes", message.text().len())
    }

    fn tool_call(&self, call: &ToolCall) -> String {
        let name = self.name(Id::ToolCall, call.id());
        let (tool, input, status) = (quote(call.name().as_str()), quote(call.input().as_str()), call.status());
        let output = call.output().map(|output| format!(", gave {}", quote(output.as_str())));
        format!("{name}: {tool} with {input}: {status}{}", output.unwrap_or_default())
    }

    fn approval(&self, approval: &Approval) -> String {
        let name = self.name(Id::Action, &approval.id());
        let of = approval
            .tool_call_id()
            .map(|id| format!(" of {}", self.name(Id::ToolCall, id)));
        let decision = match approval.decision() {
            Decision::Pending => "pending".to_owned(),
            Decision::Approved => "approved".to_owned(),
            Decision::Rejected { reason: None } => "rejected".to_owned(),
            Decision::Rejected { reason: Some(reason) } => format!("rejected for {}", quote(reason.as_str())),
            Decision::Cancelled => "cancelled".to_owned(),
        };
        let asked = quote(approval.description().as_str());
        format!("{name}{}: {asked}: {decision}", of.unwrap_or_default())
    }

    fn checkpoint(&mut self, checkpoint: &Checkpoint) {
        let name = self.name(Id::Checkpoint, &checkpoint.id());
        let (turns, git_ref) = (
            counted(checkpoint.turn_count() as usize, "turn"),
            quote(checkpoint.git_ref().as_str()),
        );
        let described = checkpoint
            .description()
            .map(|text| format!(" {}", quote(text.as_str())));
        let at = checkpoint.at();
        self.line(
            1,
            &format!(
                "{name}{} at {turns}: {git_ref}, made {at}",
                described.unwrap_or_default()
            ),
        );
    }
}
