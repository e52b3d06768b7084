//! One turn, step by step: understand, resolve, call, conclude. Each step is recomputed from the messages.
//!
//! A tool's result is looked at only where its call stands in this turn, and only in the fields that tool has: a text in
//! it can't become a request. An operation is called once; its result ends the turn.

mod conclude;
mod resolve;

use serde_json::{Value, json};

use crate::context::{Context, Named};
use crate::conversation::{Call, Reply, Request, Turn, last_turns};
use crate::intent::{Action, Amount, Intent, Reading, Talk, Where, sentence};
use crate::refusal::Refusal;
use crate::understand::understand;
use crate::{ANSWER_BYTES_MAX, Error, MODEL, REASON_BYTES_MAX, REPLICAS_MAX, answer, selection};

use resolve::Outcome;

/// The tool that turns a name into objects.
const RESOLVE: &str = "resolve";

/// The next step of the conversation.
///
/// # Errors
/// A model that isn't ours; a conversation without a sentence of a person.
pub fn complete(request: &Request) -> Result<Reply, Error> {
    if !matches!(request.model.as_str(), "" | MODEL) {
        return Err(Error::ModelNotFound(answer::shown(&request.model)));
    }
    let (turn, before) =
        last_turns(&request.messages).ok_or(Error::BadRequest("the conversation has no sentence of a person"))?;
    let context = Context::parse(&request.context_json);
    let mut reply = step(&turn, before.as_ref(), &context).unwrap_or_else(|refusal| refused(&refusal, &context));
    if let Some(tool) = reply.call.as_ref().map(|call| &call.name).filter(|name| !request.tools.contains(name)) {
        reply = refused(&Refusal::NoTool { tool: tool.clone() }, &context);
    }
    let bytes_max = if reply.refused { REASON_BYTES_MAX } else { ANSWER_BYTES_MAX };
    reply.text = answer::within(reply.text, bytes_max);
    Ok(reply)
}

fn refused(refusal: &Refusal, context: &Context) -> Reply {
    Reply { text: refusal_text(refusal, context), refused: !refusal.answers(), ..Reply::default() }
}

fn refusal_text(refusal: &Refusal, context: &Context) -> String {
    match refusal {
        Refusal::Talk(Talk::Place) => answer::place(context),
        other => other.text(),
    }
}

/// The stable word for why a sentence gets no tool call; for tests.
#[doc(hidden)]
pub fn refusal_code(said: &str, context_json: &str) -> Option<&'static str> {
    let context = Context::parse(context_json);
    let turn = Turn { said, followed: &[] };
    step(&turn, None, &context).err().map(|refusal| refusal.code())
}

fn say(text: String) -> Reply {
    Reply { text, ..Reply::default() }
}

/// What could not be had, unless it is a question back.
fn lack(text: String) -> Reply {
    let refused = !text.ends_with('?');
    Reply { text, refused, ..Reply::default() }
}

/// What is meant, and the one object it is about where an answer of the person settled that already.
fn meant(turn: &Turn<'_>, before: Option<&Turn<'_>>, context: &Context) -> Result<(Reading, Option<Named>), Refusal> {
    if let Some((reading, candidates)) = before.and_then(|before| open_question(before, context))
        && let Some(chosen) = selection::choose(turn.said, &candidates)
    {
        return Ok((reading, Some(chosen.clone())));
    }
    understand(turn.said).map(|reading| (reading, None))
}

/// What the turn before asked back, if it asked which of several objects was meant.
fn open_question(before: &Turn<'_>, context: &Context) -> Option<(Reading, Vec<Named>)> {
    let reading = understand(before.said).ok()?;
    let Intent::Object { action, object } = &reading.intent else { return None };
    let (_, result) = before.answered(|name| name == RESOLVE)?;
    let wanted = resolve::wanted(object, &reading.place, context).ok()?;
    match resolve::outcome(action, &wanted, result?) {
        Outcome::Several(candidates) => Some((reading.clone(), candidates)),
        _ => None,
    }
}

fn step(turn: &Turn<'_>, before: Option<&Turn<'_>>, context: &Context) -> Result<Reply, Refusal> {
    let (reading, chosen) = meant(turn, before, context)?;
    right_cluster(&reading, context)?;
    if let Some((call, result)) = turn.answered(|name| name != RESOLVE) {
        let (text, done) = conclude::text(call, result);
        return Ok(if done { say(text) } else { lack(text) });
    }
    let everywhere = matches!(reading.place.namespace, Where::Everywhere | Where::Cluster);
    match reading.intent.clone() {
        Intent::Object { .. } if reading.place.namespace == Where::Everywhere => Err(Refusal::Talk(Talk::Everything)),
        Intent::Talk(talk) => Err(Refusal::Talk(talk)),
        Intent::Incomplete(missing) => Err(Refusal::Missing(missing)),
        Intent::Apply { objects } => {
            let namespace = namespace_of(&reading, context).or(Some(context.namespace.clone()));
            Ok(call("apply", fields(json!({ "objects": objects }), namespace)))
        }
        Intent::List { kind, selector } => {
            let mut arguments = fields(json!({ "kind": kind }), namespace_of(&reading, context));
            if everywhere {
                arguments["all_namespaces"] = Value::Bool(true);
            }
            if let Some(selector) = selector {
                arguments["selector"] = Value::String(selector);
            }
            Ok(call("list", arguments))
        }
        Intent::Events if everywhere => Err(Refusal::EventsEverywhere),
        Intent::Events => {
            let namespace = namespace_of(&reading, context).or(Some(context.namespace.clone()));
            Ok(span_noted(&reading, call("events", fields(json!({}), namespace))))
        }
        Intent::Diagnose => Ok(call("diagnose", fields(json!({}), namespace_of(&reading, context)))),
        Intent::Object { action, object } => {
            let wanted = match chosen {
                Some(chosen) => resolve::Wanted::of(&chosen),
                None => resolve::wanted(&object, &reading.place, context)?,
            };
            with_object(turn, &reading, &action, &wanted)
        }
    }
}

/// Resolve first, then the operation on exactly one candidate.
fn with_object(
    turn: &Turn<'_>,
    reading: &Reading,
    action: &Action,
    wanted: &resolve::Wanted,
) -> Result<Reply, Refusal> {
    let Some((_, result)) = turn.answered(|name| name == RESOLVE) else {
        return Ok(call(RESOLVE, wanted.arguments(action)));
    };
    let Some(result) = result else {
        return Ok(lack("The host did not say which objects there are; nothing was done.".to_owned()));
    };
    match resolve::outcome(action, wanted, result) {
        Outcome::One { object, replicas, note } => match operation(action, &object, replicas) {
            Ok(mut reply) => {
                reply.note = note;
                Ok(span_noted(reading, reply))
            }
            Err(text) => Ok(lack(text)),
        },
        Outcome::Several(candidates) => {
            let request = sentence(action, &answer::shown(&wanted.plain()));
            let listed = answer::numbered(&candidates);
            Ok(say(format!("I understood “{request}”, and it fits several:{listed}\nWhich one do you mean?")))
        }
        Outcome::Nothing(text) => Ok(lack(text)),
    }
}

/// The call of the operation, or why the object can't have it.
fn operation(action: &Action, object: &Named, replicas: Option<i64>) -> Result<Reply, String> {
    let namespace = object.namespace.clone().filter(|namespace| !namespace.is_empty());
    let is_namespace = object.kind.eq_ignore_ascii_case("namespace");
    if is_namespace && matches!(action, Action::Events | Action::Diagnose) {
        return Ok(call(action.tool(), json!({ "namespace": object.name })));
    }
    let target = fields(json!({ "kind": object.kind.to_lowercase(), "name": object.name }), namespace);
    let mut arguments = json!({ "target": target });
    match action {
        Action::Get | Action::Describe | Action::Events | Action::Diagnose | Action::Restart | Action::Delete => {}
        Action::Logs { container, previous, lines } => {
            if let Some(container) = container {
                arguments["container"] = json!(container);
            }
            if *previous {
                arguments["previous"] = json!(true);
            }
            if let Some(lines) = lines {
                arguments["lines"] = json!(lines);
            }
        }
        Action::Scale(amount) => arguments["replicas"] = json!(count(amount, object, replicas)?),
        Action::SetImage { image, container } => {
            arguments["image"] = json!(image);
            if let Some(container) = container {
                arguments["container"] = json!(container);
            }
        }
    }
    Ok(call(action.tool(), arguments))
}

/// The number of replicas wanted. A relative one needs the present one, and must come out whole and in bounds.
fn count(amount: &Amount, object: &Named, replicas: Option<i64>) -> Result<u32, String> {
    if let Amount::To(count) = amount {
        return Ok(*count);
    }
    let plain = answer::shown(&object.plain());
    let Some(present) = replicas.filter(|present| (0..=i64::from(REPLICAS_MAX)).contains(present)) else {
        return Err(format!("I don't know how many replicas {plain} has now. Which number shall it have?"));
    };
    let wanted = match amount {
        Amount::To(count) => Some(i64::from(*count)),
        Amount::More(more) => Some(present + i64::from(*more)),
        Amount::Fewer(fewer) => Some(present - i64::from(*fewer)),
        Amount::Times(times) => Some(present * i64::from(*times)),
        Amount::Half => (present % 2 == 0).then_some(present / 2),
    };
    let fits = wanted.and_then(|wanted| u32::try_from(wanted).ok()).filter(|wanted| *wanted <= REPLICAS_MAX);
    fits.ok_or_else(|| {
        format!("{plain} has {present} replicas now, so that is no number it can have. Which number shall it have?")
    })
}

fn span_noted(reading: &Reading, mut reply: Reply) -> Reply {
    if reading.span && reply.call.as_ref().is_some_and(|call| call.name == "logs" || call.name == "events") {
        reply.note = Some("I can't cut this by time yet: you see the newest there are.".to_owned());
    }
    reply
}

fn call(tool: &str, arguments: Value) -> Reply {
    let id = if tool == RESOLVE { "c1" } else { "c2" };
    let call = Call { id: id.to_owned(), name: tool.to_owned(), arguments_json: arguments.to_string() };
    Reply { call: Some(call), ..Reply::default() }
}

fn fields(mut object: Value, namespace: Option<String>) -> Value {
    if let Some(namespace) = namespace.filter(|namespace| !namespace.is_empty()) {
        object["namespace"] = Value::String(namespace);
    }
    object
}

/// The namespace that was said, in any way.
fn namespace_of(reading: &Reading, context: &Context) -> Option<String> {
    match &reading.place.namespace {
        Where::Named(namespace) => Some(namespace.clone()),
        Where::Here => Some(context.namespace.clone()),
        Where::There => context.previous_namespace().map(str::to_owned).or(Some(context.namespace.clone())),
        Where::Unsaid | Where::Cluster | Where::Everywhere => None,
    }
}

fn right_cluster(reading: &Reading, context: &Context) -> Result<(), Refusal> {
    match &reading.place.cluster {
        None => Ok(()),
        Some(said) if *said == context.cluster => Ok(()),
        Some(said) if context.clusters.contains(said) => {
            Err(Refusal::OtherCluster { said: said.clone(), current: context.cluster.clone() })
        }
        Some(said) => Err(Refusal::UnknownCluster { said: said.clone(), known: context.clusters.clone() }),
    }
}
