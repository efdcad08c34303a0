//! What shows a violation, and how to see it again.

use orchestration::{OrchestrationCommand, OrchestrationEvent, OrchestrationReadModel};

use crate::check::invariants::{Findings, Invariant, Violation};
use crate::check::laws;
use crate::check::panics::caught;
use crate::check::run::Run;
use crate::subject::Subject;

/// What shows a violation.
#[derive(Clone, Debug, PartialEq)]
pub enum Evidence {
    /// Commands from the empty model on: a [run](crate::check::run) of them shows it along the way, or at its end.
    Run(Vec<OrchestrationCommand>),
    /// Commands from the empty model on which come to something else in another order, with other ids, over restarts
    /// or through JSON: the [laws](laws::check_trace) of the trace as a whole show it.
    Laws(Vec<OrchestrationCommand>),
    /// A legal model, whether any run comes to it or not, and the commands that are given to it: a
    /// [run](crate::check::run) that begins with it shows it, as one from the empty model does. What each command costs is
    /// counted too: only where there is much does it show.
    Model {
        /// The model.
        model: OrchestrationReadModel,
        /// The commands: none, if the model itself is judged wrongly.
        commands: Vec<OrchestrationCommand>,
    },
    /// A model, legal or not, and the events that come then.
    Events {
        /// The model.
        model: OrchestrationReadModel,
        /// The events, the last of which breaks something.
        events: Vec<OrchestrationEvent>,
    },
    /// A text, to be read as everything that comes over the wire.
    Text(Vec<u8>),
    /// Commands that lead to a state. Only the graph of all states shows the violation, not they alone.
    Graph(Vec<OrchestrationCommand>),
}

/// What evidence breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// After how many of its commands, events or bytes: what stands behind them is not needed.
    pub length: usize,
    /// All that does not hold then, of which there is at least one.
    violations: Vec<Violation>,
}

impl Broken {
    fn new(length: usize, violations: Vec<Violation>) -> Option<Self> {
        (!violations.is_empty()).then_some(Self { length, violations })
    }

    /// The violation that tells most.
    #[must_use]
    pub(crate) fn most_telling(self) -> Option<Violation> {
        Violation::most_telling(self.violations)
    }

    /// The violation of an invariant, if one is asked for, or else the one that tells most.
    #[must_use]
    pub fn of_or_most_telling(self, invariant: Option<Invariant>) -> Option<Violation> {
        match invariant {
            None => self.most_telling(),
            Some(invariant) => self.of(invariant).cloned(),
        }
    }

    /// The violation of an invariant, if that is among what does not hold.
    #[must_use]
    pub fn of(&self, invariant: Invariant) -> Option<&Violation> {
        self.violations
            .iter()
            .find(|violation| violation.invariant == invariant)
    }
}

impl Evidence {
    /// Checks a subject again, and gives the violation that tells most.
    #[must_use]
    pub fn check(&self, subject: Subject) -> Option<Violation> {
        self.broken(subject).and_then(Broken::most_telling)
    }

    /// Checks a subject again, and gives all that does not hold where something first does not.
    #[must_use]
    pub fn broken(&self, subject: Subject) -> Option<Broken> {
        match self {
            Self::Run(trace) => run(Run::new(subject), trace),
            Self::Model { model, commands } => run(Run::from_model(subject, model.clone()).counting_cost(), commands),
            Self::Laws(trace) => laws(subject, trace),
            Self::Events { model, events } => stream(subject, model, events),
            Self::Text(text) => {
                let mut findings = Findings::default();
                laws::check_text(text, &mut findings);
                Broken::new(text.len(), findings.violations)
            }
            Self::Graph(_) => None,
        }
    }

    /// The commands from the empty model on, if it is such that show it or lead to it.
    #[must_use]
    pub fn trace(&self) -> Option<&[OrchestrationCommand]> {
        match self {
            Self::Run(trace) | Self::Laws(trace) | Self::Graph(trace) => Some(trace),
            Self::Model { .. } | Self::Events { .. } | Self::Text(_) => None,
        }
    }

    /// The commands that show it or lead to it, with the model that they begin with: the empty one, or another.
    #[must_use]
    pub fn commands(&self) -> Option<(Option<&OrchestrationReadModel>, &[OrchestrationCommand])> {
        match self {
            Self::Run(trace) | Self::Laws(trace) | Self::Graph(trace) => Some((None, trace)),
            Self::Model { model, commands } => Some((Some(model), commands)),
            Self::Events { .. } | Self::Text(_) => None,
        }
    }

    /// How many commands, events or bytes it is.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Run(trace) | Self::Laws(trace) | Self::Graph(trace) => trace.len(),
            Self::Model { commands, .. } => commands.len(),
            Self::Events { events, .. } => events.len(),
            Self::Text(text) => text.len(),
        }
    }

    /// Whether there are none of these.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Evidence of a trace that somebody has in hand: what breaks along the way comes first, then the laws. If an invariant
    /// is asked for, it is that which the evidence breaks.
    #[must_use]
    pub fn of_trace(
        subject: Subject,
        trace: &[OrchestrationCommand],
        invariant: Option<Invariant>,
    ) -> Option<(Violation, Self)> {
        [Self::Run as fn(_) -> Self, Self::Laws].into_iter().find_map(|of| {
            let evidence = of(trace.to_vec());
            let broken = evidence.broken(subject)?;
            let needed = trace.get(..broken.length).unwrap_or(trace).to_vec();
            Some((broken.of_or_most_telling(invariant)?, of(needed)))
        })
    }
}

fn run(mut run: Run, trace: &[OrchestrationCommand]) -> Option<Broken> {
    if run.is_violated() {
        return Broken::new(0, run.take_violations());
    }
    for (index, command) in trace.iter().enumerate() {
        let is_taken = run.step_unwinding(command).is_some();
        if is_taken && run.is_violated() {
            // A step looks only where its command can have touched something, and further only in small models. What a
            // shrunk run breaks is not to depend on that.
            run.compare_whole();
        }
        if run.is_violated() {
            return Broken::new(index + 1, run.take_violations());
        }
    }
    run.finish();
    Broken::new(trace.len(), run.take_violations())
}

fn laws(subject: Subject, trace: &[OrchestrationCommand]) -> Option<Broken> {
    let mut findings = Findings::default();
    if let Err(violation) = caught("a trace", || laws::check_trace(subject, trace, &mut findings)) {
        findings.violate(violation);
    }
    Broken::new(trace.len(), findings.violations)
}

fn stream(subject: Subject, model: &OrchestrationReadModel, events: &[OrchestrationEvent]) -> Option<Broken> {
    let mut stream = laws::Stream::new(subject, model.clone());
    let mut findings = Findings::default();
    stream.check_model(&mut findings);
    for (index, event) in events.iter().enumerate() {
        stream.step(event, &mut findings);
        if !findings.violations.is_empty() {
            return Broken::new(index + 1, findings.violations);
        }
    }
    stream.check_model(&mut findings);
    Broken::new(events.len(), findings.violations)
}
