//! Models that no run need reach: legal by S1 to S11, and by nothing else.
//!
//! Threads hold every status, turns ended in every way with entries in any combination, branches were made by threads that
//! are gone, times go back and forth. One thing may be [grown](Growth) past the borders at which representations change.

mod aim;
mod draw;
mod grower;
mod growth;
mod record;
mod turns;

use arbitrary::{Result, Unstructured};
use orchestration::read_model::{MessageRole, RuntimeMode};
use orchestration::{BranchName, CheckpointId, OrchestrationCommand, OrchestrationReadModel, ProjectId, ThreadId};

use super::ids::Numbered;
use super::pools::{POOLS, numbered_branch, numbered_path};
use draw::Draw;
use record::{Branch, Checkpoint, Commit, Model, Project, Thread};

pub use aim::Aim;
pub use grower::Grower;
pub use growth::{BORDERS, Dimension, Growth};

/// The number before those of all ids in such a model: steps make up smaller ones.
const BASE: u64 = 1 << 40;

/// The most of each thing that does not grow.
const FEW: usize = 3;

/// A legal model, and the commands that make of it what a stored model cannot hold: messages of many pieces.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// The model.
    pub model: OrchestrationReadModel,
    /// The commands, all of which are to be accepted.
    pub commands: Vec<OrchestrationCommand>,
}

impl Beginning {
    /// Draws a model in which something is grown, or nothing.
    ///
    /// # Errors
    ///
    /// None: where the source runs out of bytes, what is left to be drawn is as simple as it can be.
    pub fn draw(growth: Option<Growth>, source: &mut Unstructured<'_>) -> Result<Self> {
        let model = model(&mut Draw(source), growth)?.read();
        let pieces = Growth::of(growth, Dimension::Pieces).unwrap_or_default();
        let commands = (0..pieces).filter_map(|piece| aim::piece(&model, piece)).collect();
        Ok(Self { model, commands })
    }
}

fn model(draw: &mut Draw<'_, '_>, growth: Option<Growth>) -> Result<Model> {
    let grown = |dimension| Growth::of(growth, dimension);
    let least = usize::from(growth.is_some());
    let count = |draw: &mut Draw<'_, '_>, dimension| match grown(dimension) {
        Some(size) => Ok(size),
        None => Ok(draw.up_to(FEW)?.max(least)),
    };
    let mut model = Model::default();
    let projects: Vec<_> = numbers(count(draw, Dimension::Projects)?)
        .map(ProjectId::numbered)
        .collect();
    if projects.is_empty() {
        return Ok(model);
    }
    let threads: Vec<_> = numbers(count(draw, Dimension::Threads)?)
        .map(ThreadId::numbered)
        .collect();
    // What grows does so in the first thread and in its project.
    let mut homes = Vec::new();
    for _ in &threads {
        let is_spread = grown(Dimension::Threads).is_none() && !homes.is_empty();
        homes.push(projects[if is_spread { draw.up_to(projects.len() - 1)? } else { 0 }]);
    }
    for (place, id) in projects.iter().enumerate() {
        let growth = growth.filter(|_| place == 0);
        let project = project(draw, (place, *id), &threads, growth)?;
        model.projects.insert(*id, project);
    }
    for (place, (id, home)) in threads.iter().zip(homes).enumerate() {
        let growth_here = growth.filter(|_| place == 0);
        let branches = &model.projects[&home].branches;
        let own = branches.values().filter(|branch| branch.thread_id == *id);
        let own: Vec<_> = own.map(|branch| (branch.commits.len(), &branch.name)).collect();
        let branch = branch_of(draw, own)?;
        let is_one_of_many = growth.is_some() && growth_here.is_none();
        let thread = thread(draw, (place, *id, home), branch, (growth_here, is_one_of_many))?;
        model.threads.insert(*id, thread);
    }
    if !threads.is_empty() {
        model.selected_thread = draw.perhaps(|draw| Ok(threads[draw.place(threads.len())?]))?;
    }
    Ok(model)
}

fn numbers(count: usize) -> impl Iterator<Item = u64> {
    (0..count as u64).map(|number| BASE + number)
}

fn project(
    draw: &mut Draw<'_, '_>,
    (place, id): (usize, ProjectId),
    threads: &[ThreadId],
    growth: Option<Growth>,
) -> Result<Project> {
    let mut project = Project {
        id,
        path: if draw.one_in(2)? && place < FEW {
            POOLS.path(place)
        } else {
            numbered_path(BASE + place as u64, 0)
        },
        name: draw.label()?,
        branches: std::collections::BTreeMap::new(),
        created_at: draw.time()?,
        updated_at: draw.time()?,
    };
    let count = match Growth::of(growth, Dimension::Branches) {
        Some(size) => size,
        None => draw.up_to(FEW)?.max(usize::from(growth.is_some())),
    };
    for number in 0..count {
        let name: BranchName = if count <= FEW && draw.one_in(2)? {
            POOLS.branches_from(number).next().cloned()
        } else {
            None
        }
        .unwrap_or_else(|| numbered_branch(BASE + number as u64));
        let commits = match Growth::of(growth, Dimension::Commits).filter(|_| number == 0) {
            Some(size) => size,
            None => draw.up_to(if count > FEW { 1 } else { FEW })?,
        };
        let gone = ThreadId::numbered(BASE * 2 + number as u64);
        let made_by = match draw.up_to(3)? {
            // That of the first branch is there, so that what grows on it can be pushed.
            0 if number > 0 || growth.is_none() => gone,
            0 | 1 => threads.first().copied().unwrap_or(gone),
            _ if threads.is_empty() => gone,
            _ if number == 0 && growth.is_some() => threads[0],
            _ => threads[draw.place(threads.len())?],
        };
        let made: Result<Vec<_>> = (0..commits)
            .map(|_| {
                let (message, at) = (draw.note()?, draw.time()?);
                Ok(Commit { message, at })
            })
            .collect();
        let branch = Branch {
            name: name.clone(),
            thread_id: made_by,
            pushed_commits: if commits > 0 { draw.place(commits + 1)? } else { 0 },
            commits: made?,
        };
        project.branches.insert(name, branch);
    }
    Ok(project)
}

/// The branch that a thread is on, of those that it made: mostly the one with most commits.
fn branch_of(draw: &mut Draw<'_, '_>, mut own: Vec<(usize, &BranchName)>) -> Result<Option<BranchName>> {
    own.sort_unstable();
    if own.is_empty() || draw.one_in(8)? {
        return Ok(None);
    }
    let last = own.len() - 1;
    let place = if draw.one_in(4)? { draw.place(own.len())? } else { last };
    Ok(Some(own[place].1.clone()))
}

fn thread(
    draw: &mut Draw<'_, '_>,
    (place, id, project_id): (usize, ThreadId, ProjectId),
    branch: Option<BranchName>,
    (growth, is_one_of_many): (Option<Growth>, bool),
) -> Result<Thread> {
    let owner = if draw.one_in(2)? { place as u64 } else { 0 };
    let most = if is_one_of_many { 1 } else { FEW };
    let count = match Growth::of(growth, Dimension::Turns) {
        Some(size) => size,
        None => draw.up_to(most)?.max(usize::from(growth.is_some())),
    };
    let is_active = turns::is_last_active(draw, count, growth)?;
    let checkpoints = match Growth::of(growth, Dimension::Checkpoints) {
        Some(size) => size,
        None => draw.up_to(most)?,
    };
    // Before the turns are filled: that takes most of the bytes.
    let checkpoints = self::checkpoints(draw, checkpoints, count - usize::from(is_active))?;
    let turns = turns::turns(draw, (BASE, owner), (count, is_active), growth)?;
    Ok(Thread {
        id,
        project_id,
        title: draw.label()?,
        provider: draw.label()?,
        model: draw.perhaps(Draw::label)?,
        runtime_mode: draw.one_of(RuntimeMode::ALL)?,
        status: turns::status(&turns),
        turns,
        checkpoints,
        branch,
        created_at: draw.time()?,
        updated_at: draw.time()?,
    })
}

fn checkpoints(draw: &mut Draw<'_, '_>, count: usize, ended: usize) -> Result<Vec<Checkpoint>> {
    let counts: Result<Vec<_>> = (0..count).map(|_| draw.place(ended + 1)).collect();
    let mut counts = counts?;
    counts.sort_unstable();
    numbers(count)
        .zip(counts)
        .map(|(number, turn_count)| {
            Ok(Checkpoint {
                id: CheckpointId::numbered(number),
                description: draw.perhaps(Draw::note)?,
                git_ref: draw.git_ref()?,
                turn_count,
                at: draw.time()?,
            })
        })
        .collect()
}

/// What the agent says: a message that is not of the user.
const fn is_of_agent(role: MessageRole) -> bool {
    match role {
        MessageRole::Assistant | MessageRole::Reasoning => true,
        MessageRole::User => false,
    }
}
