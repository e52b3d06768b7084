//! Who answers a turn: the provider first, which costs nothing where it is our rules; then the models, in the operator's order.
//!
//! Rules that don't understand a sentence hand it on; what they understand never waits for a model. A provider that fails
//! hands the turn on to the next with what was found so far, and why stands in the turn and in the plan's provenance. A
//! model that refuses, or ends well, has answered: nobody else is asked for a better word. Who has once answered a turn goes
//! on with it; there is no way back to an earlier one. Nothing was written when a turn is handed on: a plan ends its turn.

use std::sync::Arc;

use kubechat_core::problem::{Code, Problem};

use crate::ask::Work;
use crate::hear::Heard;
use crate::ports::Ports;
use crate::ports::provider::{Finish, Provider, Request};
use crate::turn::Part;
use crate::{Answered, Flow};

/// Most models that are asked one after the other.
pub const MODELS_MAX: usize = 8;

/// Who answers a turn, and who was to.
#[derive(Debug, Default)]
pub(crate) struct Answering {
    /// Place in the order; the first is [`Ports::provider`].
    at: usize,
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
    fn answerer(&self, at: usize) -> Option<&Arc<dyn Provider>> {
        match at.checked_sub(1) {
            None => Some(&self.provider),
            Some(model) => self.models.get(model).filter(|_| model < MODELS_MAX),
        }
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
        loop {
            let Some(provider) = self.ports.answerer(work.answering.at).cloned() else {
                return Err(Problem::new(Code::Fault, "nobody is left to answer"));
            };
            let heard = self.hear(work, &*provider, request.clone()).await;
            let why = match (heard, self.ports.answerer(work.answering.at + 1)) {
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
            self.hand_on(work, &provider.label(), why);
            self.save(work, Vec::new()).await?;
        }
    }

    fn hand_on(&self, work: &mut Work, from: &str, why: Why) {
        work.answering.at += 1;
        let Some(next) = self.ports.answerer(work.answering.at) else { return };
        (work.turn.provider, work.turn.rules) = (next.label(), next.is_rules());
        if let Why::Failed(problem) = why {
            let detail = work.vault.shown(&problem.detail);
            work.turn
                .parts
                .push(Part::Note { text: format!("{from} did not answer, so {} was asked: {detail}", next.label()) });
            work.answering.instead.push(format!("instead of {from}: {detail}"));
        }
    }
}

fn not_understood(heard: &Heard) -> bool {
    matches!(heard, Heard::Ended { calls, finish: Finish::Refused(_), .. } if calls.is_empty())
}
