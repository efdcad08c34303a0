//! The runs that are served: each that is made of another keeps a number of its own.

use std::collections::VecDeque;
use std::rc::Rc;

use model_tests::browse::Browser;
use model_tests::subject::Subject;
use model_tests::walkthrough::Walkthrough;
use orchestration::{OrchestrationCommand, OrchestrationReadModel};
use serde::Deserialize;

/// How many runs are kept: the oldest of more are forgotten.
const MOST: usize = 1_000;

/// Commands from the empty model on, or from another.
#[derive(Clone, Debug, Default)]
pub struct Run {
    pub beginning: Option<OrchestrationReadModel>,
    pub commands: Vec<OrchestrationCommand>,
}

/// A change of a run.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Edit {
    /// Leaves out the step of this number.
    LeaveOut(usize),
    /// Leaves out all steps after this.
    EndAfter(usize),
    /// Takes another step after one, or at the beginning after 0: one of those that can be taken there, by its index.
    Insert { after: usize, choice: usize },
}

impl Run {
    pub fn walkthrough(&self, subject: Subject) -> Walkthrough {
        Walkthrough::of(subject, self.beginning.clone(), &self.commands)
    }

    /// The run with a change, and the step to look at then. It is given walked through.
    pub fn edited(&self, edit: Edit, walkthrough: &Walkthrough, browser: &Browser) -> Result<(Self, usize), String> {
        let mut edited = self.clone();
        let last = self.commands.len();
        let no_step = |step| format!("there is no step {step}: expected one of 1 to {last}");
        match edit {
            Edit::LeaveOut(step) => {
                let index = step
                    .checked_sub(1)
                    .filter(|index| *index < last)
                    .ok_or_else(|| no_step(step))?;
                edited.commands.remove(index);
                Ok((edited, index))
            }
            Edit::EndAfter(step) if step <= last => {
                edited.commands.truncate(step);
                Ok((edited, step))
            }
            Edit::EndAfter(step) => Err(no_step(step)),
            Edit::Insert { after, choice } => {
                let model = walkthrough.model_after(after).ok_or_else(|| no_step(after))?;
                let choices = browser.choices(model);
                let most = choices.len();
                let chosen = choices.into_iter().nth(choice);
                let chosen = chosen.ok_or_else(|| format!("there is no choice {choice}: expected less than {most}"))?;
                edited.commands.insert(after, chosen.command);
                Ok((edited, after + 1))
            }
        }
    }

    /// The run that goes on from one of its steps with these commands, and the step to look at then.
    pub fn going_on(&self, step: usize, way: Vec<OrchestrationCommand>) -> (Self, usize) {
        let mut commands = self.commands.clone();
        commands.truncate(step);
        commands.extend(way);
        let last = commands.len();
        let beginning = self.beginning.clone();
        (Self { beginning, commands }, last)
    }
}

/// The runs that are known, by their numbers.
#[derive(Debug)]
pub struct Runs {
    /// The number of the first that is kept.
    first: usize,
    kept: VecDeque<Rc<Run>>,
}

impl Runs {
    /// One run, of number 0.
    pub fn new(run: Run) -> Self {
        Self {
            first: 0,
            kept: [Rc::new(run)].into(),
        }
    }

    /// The run of a number.
    pub fn get(&self, number: usize) -> Option<&Rc<Run>> {
        self.kept.get(number.checked_sub(self.first)?)
    }

    /// Keeps a run, and gives its number.
    pub fn keep(&mut self, run: Run) -> usize {
        self.kept.push_back(Rc::new(run));
        if self.kept.len() > MOST {
            self.kept.pop_front();
            self.first += 1;
        }
        self.first + self.kept.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn browser() -> Browser {
        Browser::new(Subject::CORE, model_tests::browse::SCOPE).expect("the names are well-formed")
    }

    /// A run of as many accepted commands.
    fn run(length: usize) -> Run {
        let browser = browser();
        (0..length).fold(Run::default(), |run, step| {
            let walkthrough = run.walkthrough(Subject::CORE);
            let model = walkthrough.model_after(step).expect("it is there");
            let choices = browser.choices(model);
            let accepted = choices
                .iter()
                .rposition(|choice| matches!(choice.decision, Some(Ok(_))));
            let choice = accepted.expect("something can be done");
            let (run, at) = run
                .edited(Edit::Insert { after: step, choice }, &walkthrough, &browser)
                .expect("it is made");
            assert_eq!(at, step + 1);
            run
        })
    }

    #[test]
    fn a_run_is_changed_at_the_step_that_is_named() {
        let (run, browser) = (run(3), browser());
        let walkthrough = run.walkthrough(Subject::CORE);
        let (without, at) = run
            .edited(Edit::LeaveOut(2), &walkthrough, &browser)
            .expect("there is a second step");
        assert_eq!(
            (without.commands.as_slice(), at),
            ([run.commands[0].clone(), run.commands[2].clone()].as_slice(), 1)
        );
        let (ended, at) = run
            .edited(Edit::EndAfter(1), &walkthrough, &browser)
            .expect("there is a first step");
        assert_eq!((ended.commands.as_slice(), at), (&run.commands[..1], 1));
        let (more, at) = run
            .edited(Edit::Insert { after: 0, choice: 0 }, &walkthrough, &browser)
            .expect("something can be tried");
        assert_eq!((&more.commands[1..], at), (run.commands.as_slice(), 1));
        let (on, at) = run.going_on(1, run.commands.clone());
        assert_eq!((on.commands.len(), at), (4, 4));
    }

    #[test]
    fn what_is_not_there_is_named() {
        let (run, browser) = (run(2), browser());
        let walkthrough = run.walkthrough(Subject::CORE);
        for (edit, named) in [
            (Edit::LeaveOut(0), "no step 0: expected one of 1 to 2"),
            (Edit::LeaveOut(3), "no step 3"),
            (Edit::EndAfter(3), "no step 3"),
            (Edit::Insert { after: 3, choice: 0 }, "no step 3"),
            (
                Edit::Insert {
                    after: 2,
                    choice: 9_999,
                },
                "no choice 9999: expected less than",
            ),
        ] {
            let error = run.edited(edit, &walkthrough, &browser).expect_err(named);
            assert!(error.contains(named), "{error}");
        }
    }

    #[test]
    fn the_oldest_of_very_many_runs_are_forgotten() {
        let mut runs = Runs::new(Run::default());
        let numbers: Vec<_> = (0..MOST).map(|_| runs.keep(Run::default())).collect();
        assert_eq!(numbers, (1..=MOST).collect::<Vec<_>>());
        assert!(
            runs.get(0).is_none() && runs.get(1).is_some() && runs.get(MOST).is_some() && runs.get(MOST + 1).is_none()
        );
    }
}
