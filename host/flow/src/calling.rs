//! Calling: what a provider's calls of tools do in a turn. Reads run as the person, writes are gathered for a plan.
//!
//! Text and tool results from a cluster are data: nothing in them is followed. The same reading is made once in a turn,
//! unless it can't be shown again any more; a call that can't be read may be put right in [`REPAIR_ROUNDS_MAX`] rounds. Fixes of
//! findings become plans of their own, at most [`FIX_PLANS_MAX`].

use futures_util::future::join_all;
use kubechat_core::egress::DataClasses;
use kubechat_core::facts::Snapshot;
use kubechat_core::limits::{TOOL_RESULT_BYTES_MAX, TURN_TOOL_CALLS_MAX};
use kubechat_core::names::ClusterName;
use kubechat_core::operation::Operation;
use kubechat_core::plan::{Asked, Evidence, Origin, Plan};
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::read::{self, Answer};
use kubechat_core::redact;
use kubechat_core::resolve;
use serde_json::{Value, json};

use crate::ask::Work;
use crate::filled::fits;
use crate::memory::remember;
use crate::ports::provider::{Message, ToolCall};
use crate::proof;
use crate::readings::{Again, At, More, Source};
use crate::tools::{self, Called, What};
use crate::turn::{Part, Thread};
use crate::{Answered, Flow};

/// Most fixes that become plans in one turn: the first screen, not a flood.
pub const FIX_PLANS_MAX: usize = 5;
/// Most rounds in which a provider may put a call right that could not be read.
pub const REPAIR_ROUNDS_MAX: usize = 1;

/// The next step where a model does not come to an end.
pub(crate) const ANOTHER_WAY: &str =
    "say it in other words, ask for less at a time, or let another model try first: `kubechat provider list`";

impl Flow {
    /// Runs one tool call; its result, or its problem, goes back to the provider.
    pub(crate) async fn call(&self, work: &mut Work, call: ToolCall) -> Answered<()> {
        work.calls += 1;
        if work.calls > TURN_TOOL_CALLS_MAX {
            let detail = format!("more than {TURN_TOOL_CALLS_MAX} tool calls in one turn (TURN_TOOL_CALLS_MAX)");
            return Err(Problem::new(Code::LimitExceeded, detail).hint(ANOTHER_WAY));
        }
        let called = self.called(&work.turn.who, &work.thread, &call);
        let arguments = match &called {
            Ok((_, Called { what: What::Write { operation, .. }, .. })) => {
                work.vault.shown_value(&shown(operation, &call.arguments))
            }
            _ => work.vault.shown_value(&call.arguments),
        };
        let kubectl = match &called {
            Ok((_, Called { what: What::Read(operation), .. })) => self.line(work, operation),
            _ => None,
        };
        let (result, source) = match called {
            Ok((cluster, called)) => self.come_of(work, &call, cluster, called.what).await,
            Err(problem) => (Err(problem), None),
        };
        let problem = result.as_ref().err().cloned().map(|problem| work.vault.failed(problem));
        let source = source.filter(|_| problem.is_none());
        let number = source.as_ref().map(|source| source.evidence.number);
        work.turn.parts.push(Part::Tool { name: call.name.clone(), arguments, problem, kubectl, evidence: number });
        carry(work, &call, source.as_ref(), &result);
        work.messages.push(work.vault.answer(answered(call, result, source)));
        work.vault.report(&mut work.turn.masked);
        Ok(())
    }

    /// What comes of a call that could be read; of a reading, whose words it is.
    async fn come_of(
        &self,
        work: &mut Work,
        call: &ToolCall,
        cluster: ClusterName,
        what: What,
    ) -> (Answered<Value>, Option<Source>) {
        let reads = matches!(what, What::Read(_) | What::Resolve(_));
        if reads && !self.is_first(work, &cluster, call) {
            return (Err(again(call)), None);
        }
        let number = proof::next(&work.messages, work.turn.before.numbered);
        let source = Source {
            tool: call.name.clone(),
            evidence: Evidence { number, origin: format!("{} in {cluster}", call.name) },
        };
        let result = match what {
            What::Resolve(request) => self.resolved(&work.turn.who, &work.thread, &cluster, &request).await,
            What::Read(operation) => self.read_for(work, &cluster, operation, (&source, &call.arguments)).await,
            What::More(more) => return self.shown_again(work, call, more),
            What::Write { operation, then } => {
                let fits = fits(&work.vault, call);
                return (fits.and_then(|()| self.accept_write(work, cluster, operation, then)), None);
            }
        };
        (result, Some(source))
    }

    /// What was read before, once more. It reads nothing, so it may be asked again when it is told in short by then; within
    /// one round it stands there already.
    fn shown_again(&self, work: &mut Work, call: &ToolCall, more: More) -> (Answered<Value>, Option<Source>) {
        let round = work.messages.iter().filter(|message| matches!(message, Message::Assistant { .. })).count();
        if !work.asked.insert(format!("{round} {} {}", call.name, call.arguments)) {
            return (Err(again(call)), None);
        }
        match self.readings.again(here(work), more) {
            Ok(Again { source, carries, shown }) => {
                work.turn.carries = std::mem::take(&mut work.turn.carries).and(&carries);
                (Ok(shown), Some(source))
            }
            Err(problem) => (Err(problem), None),
        }
    }

    /// Whether a reading was not made in this turn before; one that can't be shown any more may be made again.
    fn is_first(&self, work: &mut Work, cluster: &ClusterName, call: &ToolCall) -> bool {
        if work.asked.insert(repeated(cluster, call)) {
            return true;
        }
        let arguments = work.vault.shown_value(&call.arguments);
        let can_show = |number| self.readings.has(here(work), number);
        !work.turn.rules && is_gone(&work.turn.parts, &call.name, &arguments, can_show)
    }

    /// The kubectl line of a read, masked.
    fn line(&self, work: &Work, operation: &Operation) -> Option<String> {
        let mut operation = operation.clone();
        read::fill_namespace(&mut operation, &work.thread.namespace);
        operation.kubectl().map(|line| redact::text(&line).into_inner())
    }

    /// Reads a call, and the cluster it is for: the one it names, which must be one of the asker's, or the conversation's.
    pub(crate) fn called(&self, who: &Principal, thread: &Thread, call: &ToolCall) -> Answered<(ClusterName, Called)> {
        let called = tools::parse(call)?;
        let cluster = match &called.cluster {
            Some(named) => self.ports.cluster.known(who, Some(named))?.name,
            None => thread.cluster.clone(),
        };
        Ok((cluster, called))
    }

    /// What a name can mean, to whoever asks in this thread.
    pub(crate) async fn resolved(
        &self,
        who: &Principal,
        thread: &Thread,
        cluster: &ClusterName,
        request: &resolve::ResolveRequest,
    ) -> Answered<Value> {
        let mut known = self.snapshot();
        self.gather(who, cluster, &mut known, |known| resolve::needs(request, &thread.namespace, known)).await?;
        let answer = resolve::answer(request, &thread.namespace, &known)?;
        serde_json::to_value(answer).map_err(|e| Problem::new(Code::Fault, e.to_string()))
    }

    /// The answer goes to the person as it is; a model is told what fits.
    async fn read_for(
        &self,
        work: &mut Work,
        cluster: &ClusterName,
        mut operation: Operation,
        (source, arguments): (&Source, &Value),
    ) -> Answered<Value> {
        read::fill_namespace(&mut operation, &work.thread.namespace);
        remember(&mut work.thread, cluster, &work.turn.sentence, &mut operation);
        let vault = work.vault.clone();
        let learn = |known: &Snapshot| vault.learn_read(cluster, &work.thread.namespace, known);
        let answer = self.read_telling(&work.turn.who, cluster, &operation, learn).await?;
        let shown = serde_json::to_value(&answer).map_err(|e| Problem::new(Code::Fault, e.to_string()))?;
        work.turn.parts.push(Part::Answer { answer: shown });
        let for_provider = match work.turn.rules {
            true => answer.to_tool_json(TOOL_RESULT_BYTES_MAX),
            false => {
                let (told, carries) = self.readings.told(here(work), source, arguments, &answer);
                work.turn.carries = std::mem::take(&mut work.turn.carries).and(&carries);
                told
            }
        };
        if let Answer::Findings(findings) = answer {
            self.plan_fixes(work, cluster, &findings.findings).await?;
        }
        Ok(for_provider)
    }

    /// The first fixes become plans; one that can't be planned is a remark, not a failure of the answer.
    async fn plan_fixes(
        &self,
        work: &mut Work,
        cluster: &ClusterName,
        findings: &[kubechat_core::analyze::Finding],
    ) -> Answered<()> {
        let fixes = findings.iter().filter_map(|finding| finding.fix.clone().map(|fix| (finding, fix)));
        let who = &work.turn.who;
        let plans = fixes.take(FIX_PLANS_MAX).map(|(finding, fix)| async move {
            let origin = Origin::Finding { rule: finding.rule.clone() };
            let provenance = vec![format!("finding {}", finding.rule)];
            (finding, self.plan(who, vec![Asked::on(cluster, fix)], origin, provenance.into()).await)
        });
        let plans: Vec<(_, Answered<Plan>)> = join_all(plans).await;
        for (finding, plan) in plans {
            work.turn.parts.push(match plan {
                Ok(plan) => Part::Plan { plan: plan.id },
                Err(problem) => {
                    let text = format!("the fix for {} can't be planned: {}", finding.object, problem.detail);
                    Part::Note { text: redact::text(&text).into_inner() }
                }
            });
        }
        Ok(())
    }

    fn accept_write(
        &self,
        work: &mut Work,
        cluster: ClusterName,
        mut operation: Operation,
        then: bool,
    ) -> Answered<Value> {
        crate::planning::fill_namespace(&mut operation, &work.thread.namespace);
        remember(&mut work.thread, &cluster, &work.turn.sentence, &mut operation);
        let sentence = operation.write().map(|write| write.sentence()).unwrap_or_default();
        let answer = json!({"accepted": true, "sentence": sentence, "cluster": cluster});
        // Said twice is meant once.
        if work.writes.iter().any(|asked| asked.cluster == cluster && asked.operation == operation) {
            return Ok(answer);
        }
        let before = u32::try_from(work.writes.len()).unwrap_or(u32::MAX);
        let after = if then { (0..before).collect() } else { Vec::new() };
        work.writes.push(Asked { cluster, operation, after });
        Ok(answer)
    }
}

fn here(work: &Work) -> At {
    At { thread: work.thread.id, turn: work.turn.id, before: work.turn.before.numbered }
}

/// Whether the newest reading that this call made is one that can't be shown any more. What was looked up by name is never
/// kept, and is looked up once.
fn is_gone(parts: &[Part], called: &str, with: &Value, can_show: impl Fn(u32) -> bool) -> bool {
    let made = parts.iter().rev().find_map(|part| match part {
        Part::Tool { name, arguments, evidence: Some(number), .. } if name == called && arguments == with => {
            Some(*number)
        }
        _ => None,
    });
    called != "resolve" && made.is_some_and(|number| !can_show(number))
}

fn again(call: &ToolCall) -> Problem {
    let detail = format!("{} was called with this before in this turn", call.name);
    Problem::new(Code::WrongState, detail)
        .hint("its result stands above; where that is in short, `more` shows it again")
}

/// How a reading is known again.
fn repeated(cluster: &ClusterName, call: &ToolCall) -> String {
    format!("{cluster} {} {}", call.name, call.arguments)
}

/// Counts a round in which a call could not be read; more than [`REPAIR_ROUNDS_MAX`] end the turn with what was wrong.
pub(crate) fn spend_repair(work: &mut Work, before: usize) -> Answered<()> {
    let calls = work.messages.len() - before;
    let ran = work.turn.parts.iter().rev().filter_map(|part| match part {
        Part::Tool { problem, .. } => Some(problem),
        _ => None,
    });
    let wrong = ran.take(calls).flatten().find(|problem| problem.code == Code::BadInput).cloned();
    let Some(problem) = wrong else { return Ok(()) };
    work.repairs += 1;
    if work.repairs <= REPAIR_ROUNDS_MAX {
        return Ok(());
    }
    // The model was to correct it and could not; a person can't.
    Err(if work.turn.rules || !problem.hint.is_empty() { problem } else { problem.hint(ANOTHER_WAY) })
}

/// Notes which classes of data a call brought into the conversation; a page has those of what it is a page of.
fn carry(work: &mut Work, call: &ToolCall, source: Option<&Source>, result: &Answered<Value>) {
    let asked = DataClasses::of_json(&call.arguments.to_string());
    let content = result.as_ref().map(Value::to_string).unwrap_or_default();
    let tool = source.map_or(call.name.as_str(), |source| source.tool.as_str());
    let found = asked.and(&DataClasses::of_result(tool, &content));
    work.turn.carries = std::mem::take(&mut work.turn.carries).and(&found);
}

/// What a provider is told of its call: what came of it, or the problem.
/// A page is told as the tool's whose words it is, so that it counts as what it holds.
pub(crate) fn answered(call: ToolCall, result: Answered<Value>, source: Option<Source>) -> Message {
    let (content, is_error) = match result {
        Ok(content) => (content, false),
        Err(problem) => {
            let hint = problem.advice().to_owned();
            (json!({"problem": {"code": problem.code, "detail": problem.detail, "hint": hint}}), true)
        }
    };
    let (name, evidence) = match source {
        Some(source) => (source.tool, Some(source.evidence)),
        None => (call.name, None),
    };
    Message::Tool { call_id: call.id, name, content, is_error, evidence }
}

/// A write's arguments as they are shown; the tool's name says the rest. Where and when were checked to be a name and a word.
fn shown(operation: &Operation, said: &Value) -> Value {
    let mut arguments = operation.shown();
    if let Some(fields) = arguments.as_object_mut() {
        fields.remove("op");
        let more = ["cluster", "then"].into_iter().filter_map(|name| Some((name.to_owned(), said.get(name)?.clone())));
        fields.extend(more);
    }
    arguments
}

#[cfg(test)]
mod tests {
    use kubechat_core::egress::DataClass;

    use super::*;

    #[test]
    fn a_reading_may_be_made_again_once_its_newest_can_not_be_shown_any_more() {
        let part = |name: &str, arguments: Value, evidence: Option<u32>| Part::Tool {
            name: name.to_owned(),
            arguments,
            problem: None,
            kubectl: None,
            evidence,
        };
        let (web, db, dns) = (json!({"name": "web"}), json!({"name": "db"}), json!({"name": "dns"}));
        let parts = [
            part("get", web.clone(), Some(1)),
            part("resolve", web.clone(), Some(2)),
            part("get", db.clone(), None),
            part("get", web.clone(), Some(4)),
        ];
        let is_gone =
            |name: &str, with: &Value, shown: &[u32]| is_gone(&parts, name, with, |number| shown.contains(&number));
        assert!(is_gone("get", &web, &[]) && is_gone("get", &web, &[1, 2, 3]));
        assert!(!is_gone("get", &web, &[4]), "it is to be shown, not read");
        assert!(!is_gone("get", &db, &[]), "it failed, and was told so");
        assert!(!is_gone("get", &dns, &[]) && !is_gone("logs", &web, &[]), "it was never made");
        assert!(!is_gone("resolve", &web, &[]));
    }

    #[test]
    fn a_page_is_told_and_counts_as_what_it_is_a_page_of() {
        let call = ToolCall { id: "1".to_owned(), name: "more".to_owned(), arguments: json!({"of": 3}) };
        let evidence = Evidence { number: 3, origin: "logs in eu".to_owned() };
        let source = Source { tool: "logs".to_owned(), evidence: evidence.clone() };
        let told = answered(call, Ok(json!({"lines": ["up"]})), Some(source));
        let Message::Tool { name, content, evidence: cited, .. } = told else { panic!("a tool's answer is one") };
        assert_eq!(cited, Some(evidence));
        let classes: Vec<_> = DataClasses::of_result(&name, &content.to_string()).iter().collect();
        assert_eq!(classes, [DataClass::Logs]);
    }
}
