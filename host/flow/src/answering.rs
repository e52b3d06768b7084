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
use crate::{Answered, Flow};

/// Most models that are asked one after the other.
pub const MODELS_MAX: usize = 8;

/// Who answers a turn, and who was to.
#[derive(Debug, Default)]
pub(crate) struct Answering {
    /// Those that are not asked any more, by their places; the first is [`Ports::provider`].
    passed: [bool; MODELS_MAX + 1],
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
            let heard = self.hear(work, &*provider, request.clone()).await;
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

/// Names who answers now.
fn answered_by(work: &mut Work, provider: &dyn Provider) {
    (work.turn.provider, work.turn.model, work.turn.rules) = (provider.label(), provider.model(), provider.is_rules());
}

fn not_understood(heard: &Heard) -> bool {
    matches!(heard, Heard::Ended { calls, finish: Finish::Refused(_), .. } if calls.is_empty())
}
