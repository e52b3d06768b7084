//! One turn, step by step: understand, resolve, call, conclude. Each step is recomputed from the messages.
//!
//! All names of a sentence are resolved in one step and all operations called in the next, so that the host makes one plan
//! of them; if one request can't be had, none is called. A tool's result is looked at only where its call stands in this
//! turn, and only in the fields that tool has: a text in it can't become a request.

mod before;
mod conclude;
mod operation;
mod resolve;

use serde_json::{Value, json};

use crate::clauses::Clause;
use crate::context::{Context, Named};
use crate::conversation::{Call, Reply, Request, Turn, last_turns};
use crate::intent::{Action, Intent, Reading, Talk, Where, sentence};
use crate::refusal::Refusal;
use crate::understand::understand;
use crate::{ANSWER_BYTES_MAX, Error, MODEL, REASON_BYTES_MAX, answer, selection};

use resolve::{Outcome, Wanted};

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
    if let Some(call) = reply.calls.iter().find(|call| !request.tools.contains(&call.name)) {
        reply = refused(&Refusal::NoTool { tool: call.name.clone() }, &context);
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

/// What a request comes to before its name is resolved.
enum Part {
    /// A call that needs no object.
    Ready { tool: &'static str, arguments: Value },
    /// An object to look for.
    Wanted { action: Action, wanted: Wanted },
    /// The object of an earlier request.
    Same { action: Action, index: usize },
}

/// What was found for a request.
struct Found {
    object: Named,
    replicas: Option<i64>,
}

/// What is meant, and of one request the object, where an answer of the person settled that already.
type Meant = (Vec<Clause>, Option<(usize, Named)>);

fn meant(turn: &Turn<'_>, before: Option<&Turn<'_>>, context: &Context) -> Result<Meant, Refusal> {
    if let Some((clauses, index, candidates)) = before.and_then(|before| before::open_question(before, context))
        && let Some(chosen) = selection::choose(turn.said, &candidates)
    {
        return Ok((clauses, Some((index, chosen.clone()))));
    }
    understand(turn.said, context).map(|clauses| (clauses, None))
}

fn step(turn: &Turn<'_>, before: Option<&Turn<'_>>, context: &Context) -> Result<Reply, Refusal> {
    let (clauses, chosen) = meant(turn, before, context)?;
    clauses.iter().try_for_each(|clause| known_cluster(&clause.reading, context))?;
    let called = turn.answered(|name| name != RESOLVE);
    if !called.is_empty() {
        return Ok(concluded(&called));
    }
    let shown = before::Shown { before, context };
    let part = |(index, clause): (usize, &Clause)| match &chosen {
        // What was chosen for one cluster is meant on the others too.
        Some((which, object)) if *which == index || clauses[*which].reading.intent == clause.reading.intent => {
            settled(clause, object, context)
        }
        _ => part(clause, &shown, context),
    };
    let parts = clauses.iter().enumerate().map(part).collect::<Result<Vec<_>, _>>()?;
    let names = names(&parts);
    if !names.is_empty() && turn.answered(|name| name == RESOLVE).is_empty() {
        let calls = names.into_iter().enumerate();
        let calls = calls.map(|(index, arguments)| call(format!("r{}", index + 1), RESOLVE, &arguments)).collect();
        return Ok(Reply { calls, ..Reply::default() });
    }
    Ok(operations(turn, &clauses, parts, context).unwrap_or_else(|reply| *reply))
}

fn concluded(called: &[(&Call, Option<&crate::ToolResult>)]) -> Reply {
    let told: Vec<(String, bool)> = called.iter().map(|(call, result)| conclude::text(call, *result)).collect();
    let texts = |wanted: bool| told.iter().filter(move |(_, done)| *done == wanted).map(|(text, _)| text.as_str());
    if told.iter().all(|(_, done)| *done) {
        return say(texts(true).collect::<Vec<_>>().join("\n"));
    }
    let failed: Vec<&str> = texts(false).collect();
    let rest = if called.len() > failed.len() { "\nNothing else that you asked for was planned either." } else { "" };
    lack(format!("{}{rest}", failed.join("\n")))
}

fn settled(clause: &Clause, object: &Named, context: &Context) -> Result<Part, Refusal> {
    match &clause.reading.intent {
        Intent::Object { action, .. } => {
            let wanted = Wanted::of(object).on(context.elsewhere(clause.reading.place.cluster.as_ref()));
            Ok(Part::Wanted { action: action.clone(), wanted })
        }
        _ => Err(Refusal::NothingBefore),
    }
}

/// What one request comes to.
fn part(clause: &Clause, shown: &before::Shown<'_>, context: &Context) -> Result<Part, Refusal> {
    let reading = &clause.reading;
    let everywhere = matches!(reading.place.namespace, Where::Everywhere | Where::Cluster);
    let ready = |tool, arguments| Ok(Part::Ready { tool, arguments });
    let place = || namespace_of(reading, context);
    let home = || place().or(Some(context.namespace.clone()));
    match &reading.intent {
        Intent::Object { .. } if reading.place.namespace == Where::Everywhere => Err(Refusal::Talk(Talk::Everything)),
        Intent::Talk(talk) => Err(Refusal::Talk(*talk)),
        Intent::Incomplete(missing) => Err(Refusal::Missing(missing.clone())),
        Intent::Make { tool, objects } => {
            let wide = objects.iter().all(|object| object["kind"] == "Namespace");
            let namespace = if wide && *tool == "create" { None } else { home() };
            ready(tool, fields(json!({ "objects": objects }), namespace))
        }
        Intent::List { kind, selector, sort } => {
            let mut arguments = fields(json!({ "kind": kind }), place());
            let more = [("selector", selector.clone()), ("sort", sort.map(str::to_owned))];
            more.into_iter().for_each(|(key, value)| {
                value.into_iter().for_each(|value| arguments[key] = Value::String(value));
            });
            if everywhere {
                arguments["all_namespaces"] = Value::Bool(true);
            }
            ready("list", arguments)
        }
        Intent::Look { tool: "changes", .. } | Intent::Events if everywhere => Err(Refusal::EventsEverywhere),
        Intent::Look { tool: "changes", fields: said } => ready("changes", fields(json!(said), home())),
        Intent::Look { tool, fields: said } => {
            let mut arguments = fields(json!(said), place());
            if matches!(reading.place.namespace, Where::Everywhere) && *tool != "who-can" {
                arguments["all_namespaces"] = Value::Bool(true);
            }
            ready(tool, arguments)
        }
        Intent::Events => ready("events", fields(json!({}), home())),
        Intent::Diagnose => ready("diagnose", fields(json!({}), place())),
        Intent::Object { action, object } => match clause.same_as {
            Some(index) => Ok(Part::Same { action: action.clone(), index }),
            None => {
                let wanted = resolve::wanted(object, &reading.place, shown)?;
                Ok(Part::Wanted { action: action.clone(), wanted })
            }
        },
    }
}

/// What the tool `resolve` is asked, each once.
fn names(parts: &[Part]) -> Vec<Value> {
    let mut names: Vec<Value> = Vec::new();
    for part in parts {
        if let Part::Wanted { action, wanted } = part {
            let arguments = wanted.arguments(action);
            if !names.contains(&arguments) {
                names.push(arguments);
            }
        }
    }
    names
}

/// The calls of all operations, or the one thing that stands against them.
fn operations(turn: &Turn<'_>, clauses: &[Clause], parts: Vec<Part>, context: &Context) -> Result<Reply, Box<Reply>> {
    let mut found: Vec<Option<Found>> = Vec::new();
    let (mut calls, mut notes, mut clusters) = (Vec::new(), Vec::new(), Vec::new());
    for (part, clause) in parts.into_iter().zip(clauses) {
        let (tool, mut arguments, object) = match part {
            Part::Ready { tool, arguments } => (tool, arguments, None),
            Part::Wanted { action, wanted } => {
                let (object, note) = resolved(turn, &action, &wanted)?;
                notes.extend(note);
                let (tool, arguments) = operation::call(&action, &object.object, object.replicas).map_err(lacks)?;
                (tool, arguments, Some(object))
            }
            Part::Same { action, index } => {
                let same = found.get(index).and_then(Option::as_ref);
                let Some(Found { object, replicas }) = same else {
                    return Err(lacks("I don't know what “it” is there; nothing was done.".to_owned()));
                };
                resolve::must_fit(&action, object).map_err(lacks)?;
                let (tool, arguments) = operation::call(&action, object, *replicas).map_err(lacks)?;
                (tool, arguments, Some(Found { object: object.clone(), replicas: *replicas }))
            }
        };
        let cluster = match &object {
            Some(found) => found.object.cluster.clone(),
            None => context.elsewhere(clause.reading.place.cluster.as_ref()),
        };
        // Said first or second makes a difference only between clusters: on one, the order of asking counts anyway.
        let then = clause.then && clause.reading.intent.writes() && clusters.iter().any(|other| *other != cluster);
        operation::placed(&mut arguments, cluster.as_deref(), then);
        clusters.push(cluster);
        notes.extend(operation::spanned(&clause.reading, tool, context.minute(), &mut arguments));
        calls.push(call(format!("c{}", calls.len() + 1), tool, &arguments));
        found.push(object);
    }
    if let Some(tool) = operation::twice(&calls) {
        return Err(lacks(format!(
            "You asked for “{tool}” twice on one object; nothing was done. Which one do you mean?"
        )));
    }
    notes.dedup();
    Ok(Reply { note: Some(notes.join(" ")).filter(|note| !note.is_empty()), calls, ..Reply::default() })
}

fn lacks(text: String) -> Box<Reply> {
    Box::new(lack(text))
}

/// The one object a name means, or the question or answer instead.
fn resolved(turn: &Turn<'_>, action: &Action, wanted: &Wanted) -> Result<(Found, Option<String>), Box<Reply>> {
    let asked = turn.answered(|name| name == RESOLVE).into_iter().find(|(call, _)| wanted.is_asked_by(call, action));
    let Some((_, Some(result))) = asked else {
        return Err(lacks("The host did not say which objects there are; nothing was done.".to_owned()));
    };
    match resolve::outcome(action, wanted, result) {
        Outcome::One { object, replicas, note } => {
            let object = Named { cluster: wanted.cluster.clone(), ..object };
            Ok((Found { object, replicas }, note))
        }
        Outcome::Several(candidates) => {
            let request = sentence(action, &answer::shown(&wanted.plain()));
            let listed = answer::numbered(&candidates);
            let text = format!("I understood “{request}”, and it fits several:{listed}\nWhich one do you mean?");
            Err(Box::new(say(text)))
        }
        Outcome::Nothing(text) => Err(lacks(text)),
    }
}

fn call(id: String, tool: &str, arguments: &Value) -> Call {
    Call { id, name: tool.to_owned(), arguments_json: arguments.to_string() }
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

fn known_cluster(reading: &Reading, context: &Context) -> Result<(), Refusal> {
    match &reading.place.cluster {
        Some(said) if *said != context.cluster && !context.clusters.contains(said) => {
            Err(Refusal::UnknownCluster { said: said.clone(), known: context.clusters.clone() })
        }
        _ => Ok(()),
    }
}
