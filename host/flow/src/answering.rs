//! Who answers a turn: the provider first, which costs nothing where it is our rules; then the models, in the operator's order.
//!
//! Rules that don't understand a sentence hand it on; what they understand never waits for a model. A provider that fails
//! hands the turn on to the next with what was found so far, and why stands in the turn and in the plan's provenance. A
//! model that refuses, or ends well, has answered: nobody else is asked for a better word. Each round has a task
//! ([`crate::task`]), and who does not take it is passed over; who failed in a turn is not asked again in it. Nothing was
//! written when a turn is handed on: a plan ends its turn.

use std::sync::Arc;

use kubechat_core::problem::{Code, Problem};

use crate::ask::Work;
use crate::hear::Heard;
use crate::ports::Ports;
use crate::ports::provider::{Finish, Provider, Request, Task};
use crate::task;
use crate::turn::Part;
use crate::window::Window;
use crate::{Answered, Flow};

/// Most models that are asked one after the other.
pub const MODELS_MAX: usize = 8;

/// Who answers a turn, and who was to.
#[derive(Debug, Default)]
pub(crate) struct Answering {
    /// Those that are not asked any more, by their places; the first is [`Ports::provider`].
    passed: [bool; MODELS_MAX + 1],
    /// Whether former turns were looked up.
    recalled: bool,
    /// Why earlier ones did not.
    instead: Vec<String>,
}

impl Answering {
    /// For a plan: who made it, and instead of whom.
    pub(crate) fn provenance(&self, label: &str) -> Vec<String> {
        std::iter::once(label.to_owned()).chain(self.instead.iter().cloned()).collect()
    }
}

impl Ports {
    /// The first that was not passed over and takes this task, and its place. Nobody to explain or to summarise: whoever
    /// plans does it, because a turn that was begun is answered.
    fn answerer(&self, passed: &[bool; MODELS_MAX + 1], task: Task) -> Option<(usize, &Arc<dyn Provider>)> {
        let left = || {
            let all = std::iter::once(&self.provider).chain(&self.models).enumerate();
            all.filter(|(at, _)| passed.get(*at) == Some(&false))
        };
        left().find(|(_, one)| one.takes(task)).or_else(|| left().find(|(_, one)| one.takes(Task::Plan)))
    }
}

/// Why a turn is handed on.
enum Why {
    /// The rules don't know what is meant. That is no failure, and nothing anybody has to read.
    NotUnderstood,
    Failed(Problem),
}

impl Flow {
    /// One round of a turn, by whoever answers it.
    pub(crate) async fn heard(&self, work: &mut Work, request: Request) -> Answered<Heard> {
        let task = task::of(&request);
        loop {
            let Some((at, provider)) = self.ports.answerer(&work.answering.passed, task) else {
                return Err(Problem::new(Code::Component, format!("no model is asked to {}", task.as_str()))
                    .hint("give one of `models` the task: `kubechat provider list` shows them"));
            };
            let provider = Arc::clone(provider);
            answered_by(work, &*provider);
            if !provider.is_rules() {
                self.recall(work).await;
            }
            let heard = match told(work, &*provider, request.clone()) {
                Ok(request) => self.hear(work, &*provider, request).await,
                Err(problem) => Err(problem),
            };
            let mut passed = work.answering.passed;
            passed[at] = true;
            let why = match (heard, self.ports.answerer(&passed, task)) {
                (heard, None) => return heard,
                (Ok(heard), Some(_)) if provider.is_rules() && work.calls == 0 && not_understood(&heard) => {
                    Why::NotUnderstood
                }
                (Err(problem), Some(_)) if problem.code == Code::Component => Why::Failed(problem),
                (heard, Some(_)) => return heard,
            };
            // Whoever said stop while one failed wants nobody else asked either.
            if self.cancelled(work).await? {
                return Ok(Heard::Stopped);
            }
            work.answering.passed = passed;
            self.hand_on(work, task, &provider.label(), why);
            self.save(work, Vec::new()).await?;
        }
    }

    /// Before the first model of a turn is asked: former plans as they stand now, and a word about what is not told any more.
    async fn recall(&self, work: &mut Work) {
        if std::mem::replace(&mut work.answering.recalled, true) {
            return;
        }
        let mut before = std::mem::take(&mut work.turn.before);
        self.look_up_plans(&mut before).await;
        work.turn.before = before.replayed(&work.vault);
        let forgotten = work.turn.before.forgotten;
        if forgotten > 0 {
            let text = format!(
                "the first {forgotten} turns of this conversation are no longer told to models; say again what still counts, or begin \
                 a new conversation"
            );
            work.turn.parts.push(Part::Note { text });
        }
    }

    fn hand_on(&self, work: &mut Work, task: Task, from: &str, why: Why) {
        let Some((_, next)) = self.ports.answerer(&work.answering.passed, task) else { return };
        answered_by(work, &**next);
        if let Why::Failed(problem) = why {
            let detail = work.vault.shown(&problem.detail);
            work.turn
                .parts
                .push(Part::Note { text: format!("{from} did not answer, so {} was asked: {detail}", next.label()) });
            work.answering.instead.push(format!("instead of {from}: {detail}"));
        }
    }
}

/// The request as whoever is asked gets it: rules what they always got, a model what fits.
fn told(work: &Work, provider: &dyn Provider, request: Request) -> Answered<Request> {
    if provider.is_rules() {
        return Ok(request);
    }
    let (memory, context_tokens) = (&work.turn.before, provider.context_tokens());
    let mut fitted = Window { request, replayed: work.replayed, memory, context_tokens }.fitted()?;
    fitted.messages = work.vault.known_by_now(fitted.messages);
    Ok(fitted)
}

/// Names who answers now.
fn answered_by(work: &mut Work, provider: &dyn Provider) {
    (work.turn.provider, work.turn.model, work.turn.rules) = (provider.label(), provider.model(), provider.is_rules());
}

fn not_understood(heard: &Heard) -> bool {
    matches!(heard, Heard::Ended { calls, finish: Finish::Refused(_), .. } if calls.is_empty())
}
