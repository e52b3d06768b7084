//! What a row means once its slots are filled.
//!
//! A row whose slots can't go together means nothing. What lacks a part, or has a value that can't be used, is a request
//! that is asked back, never one that is filled in.

use serde_json::{Value, json};

use crate::deed::Deed;
use crate::grammar::Does;
use crate::intent::{Action, Amount, Fields, Intent, Missing, Name, Need, Object, Place, Reading, Span, Where};
use crate::numbers::Number;
use crate::{LOG_LINES_MAX, REPLICAS_MAX};

/// What the slots of a row took.
#[derive(Debug, Clone, Default)]
pub(crate) struct Taken {
    pub(crate) object: Option<Object>,
    pub(crate) count: Option<Number>,
    pub(crate) image: Option<Result<String, String>>,
    pub(crate) kind: Option<String>,
    pub(crate) container: Option<String>,
    pub(crate) selector: Option<String>,
    pub(crate) sort: Option<&'static str>,
    pub(crate) resource: Option<&'static str>,
    pub(crate) bound: Option<&'static str>,
    pub(crate) quantity: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) new: Option<String>,
    /// Arguments that slots hold as they are.
    pub(crate) fields: Fields,
    /// A value that has to be asked for again.
    pub(crate) bad: Option<Missing>,
    pub(crate) place: Place,
    pub(crate) span: Option<Span>,
}

impl Taken {
    /// With an argument.
    pub(crate) fn with(&self, field: &str, value: Value) -> Self {
        let mut taken = self.clone();
        taken.fields.insert(field.to_owned(), value);
        taken
    }

    /// With a value to be asked for again.
    pub(crate) fn bad(&self, missing: Missing) -> Self {
        Self { bad: Some(missing), ..self.clone() }
    }
}

/// The reading of a row whose slots are filled; none if it can't mean anything.
pub(crate) fn build(does: Does, taken: Taken) -> Option<Reading> {
    let (place, span) = (taken.place.clone(), taken.span);
    let reading = |intent| Some(Reading { intent, place: place.clone(), span });
    if let Some(missing) = &taken.bad {
        // A write for a span of time is not what this does: it would stay.
        return reading(Intent::Incomplete(missing.clone())).filter(|_| span.is_none());
    }
    if let Some(intent) = of_place(does, &taken) {
        return reading(intent);
    }
    let action = match action(does, &taken)? {
        Ok(action) => action,
        Err(missing) => return reading(Intent::Incomplete(missing)).filter(|_| span.is_none()),
    };
    let mut object = taken.object?;
    if let Action::Do(deed) = &action {
        object = object.or_kind(Deed::default_kind(deed.tool));
    }
    if let (Some(looked), Name::Said(name)) = (looked_at(&action, &object), &object.name) {
        // A namespace's events and troubles are those of the place.
        let place = place.and(&Place { namespace: Where::Named(name.clone()), ..Place::default() });
        return Some(Reading { intent: looked, place, span });
    }
    let intent = Intent::Object { action, object };
    // A write for a span of time is not what this does: it would stay.
    if span.is_some() && intent.writes() { None } else { reading(intent) }
}

/// What is about a place or nothing at all.
fn of_place(does: Does, taken: &Taken) -> Option<Intent> {
    let list = |kind: String, sort| Intent::List { kind, selector: taken.selector.clone(), sort };
    let fields = |key: &str, value: &str| {
        let mut fields = taken.fields.clone();
        fields.insert(key.to_owned(), json!(value));
        fields
    };
    Some(match does {
        Does::List => list(taken.kind.clone()?, taken.sort),
        Does::ListOf(kind) => list(kind.to_owned(), None),
        Does::Sorted(sort) => list(taken.kind.clone()?, Some(sort)),
        Does::Top(kind) => Intent::Look { tool: "top", fields: fields("kind", kind) },
        Does::Place(tool) => Intent::Look { tool, fields: taken.fields.clone() },
        Does::Create(kind) if taken.span.is_none() => {
            Intent::Make { tool: "create", objects: vec![new_object(kind, taken)?] }
        }
        Does::Events => Intent::Events,
        Does::Diagnose => Intent::Diagnose,
        Does::Talk(talk) => Intent::Talk(talk),
        _ => return None,
    })
}

/// The action on the object, or what is missing of it.
fn action(does: Does, taken: &Taken) -> Option<Result<Action, Missing>> {
    let amount = |make: fn(u32) -> Amount| {
        let number = limited(taken.count.clone()?, REPLICAS_MAX);
        Some(number.map(|number| Action::Scale(make(number))))
    };
    let container = taken.container.clone();
    Some(match does {
        Does::NeedCount => Err(Missing::Count { object: taken.object.clone()? }),
        Does::NeedImage => Err(Missing::Image { object: taken.object.clone()? }),
        Does::Need(need) => Err(Missing::Part { need, object: taken.object.clone() }),
        Does::Get => Ok(Action::Get),
        Does::Describe => Ok(Action::Describe),
        Does::PodsOf if taken.object.as_ref().is_some_and(Object::is_namespace) => return None,
        Does::PodsOf => Ok(Action::Describe),
        Does::Logs | Does::PreviousLogs => {
            let lines = match taken.count.clone().filter(|_| does.reads_lines()) {
                Some(count) => limited(count, LOG_LINES_MAX).map(Some),
                None => Ok(None),
            };
            lines.map(|lines| Action::Logs { container, previous: does == Does::PreviousLogs, lines })
        }
        Does::EventsOf => Ok(Action::Events),
        Does::DiagnoseOne => Ok(Action::Diagnose),
        Does::ScaleTo => amount(Amount::To)?,
        Does::ScaleMore => amount(Amount::More)?,
        Does::ScaleFewer => amount(Amount::Fewer)?,
        Does::Double => Ok(Action::Scale(Amount::Times(2))),
        Does::Triple => Ok(Action::Scale(Amount::Times(3))),
        Does::Halve => Ok(Action::Scale(Amount::Half)),
        Does::SetImage => match taken.image.clone()? {
            Ok(image) => Ok(Action::SetImage { image, container }),
            Err(said) => Err(Missing::BadVersion { said }),
        },
        Does::Restart => Ok(Action::Restart),
        Does::Delete => Ok(Action::Delete),
        _ => return deed(does, taken),
    })
}

/// An operation whose arguments the slots hold.
fn deed(does: Does, taken: &Taken) -> Option<Result<Action, Missing>> {
    let mut fields = taken.fields.clone();
    let flag = |fields: &mut Fields, key: &str| fields.insert(key.to_owned(), json!(true));
    let tool = match does {
        Does::Change(tool) => tool,
        Does::Pause => {
            let object = taken.object.clone()?;
            let runs = matches!(object.kind.as_deref(), Some("cronjob" | "job"));
            if !runs {
                return Some(Err(Missing::Part { need: Need::Pause, object: Some(object) }));
            }
            "suspend"
        }
        Does::Limit | Does::Unlimit => "set-resources",
        Does::DrainForce | Does::DrainData | Does::DrainDataForce => {
            if does != Does::DrainForce {
                flag(&mut fields, "delete_empty_dir_data");
            }
            if does != Does::DrainData {
                flag(&mut fields, "force");
            }
            "drain"
        }
        _ => return None,
    };
    if let Some(resource) = taken.resource.filter(|_| tool == "set-resources") {
        let bound = if does == Does::Limit { "limits" } else { taken.bound? };
        let amount = if does == Does::Unlimit { Value::Null } else { json!(taken.quantity.clone()?) };
        fields.insert(bound.to_owned(), json!({ resource: amount }));
    }
    if let Some(container) = &taken.container {
        fields.insert("container".to_owned(), json!(container));
    }
    let ordered = fields.get("min").and_then(Value::as_u64) <= fields.get("max").and_then(Value::as_u64);
    let deed = Deed { tool, fields };
    Some(if ordered || tool != "autoscale" {
        Ok(Action::Do(deed))
    } else {
        Err(Missing::Part { need: Need::Bounds, object: taken.object.clone() })
    })
}

/// A new object as the sentence describes it.
fn new_object(kind: &str, taken: &Taken) -> Option<Value> {
    let name = taken.new.as_ref()?;
    let metadata = json!({ "name": name });
    Some(match kind {
        "Deployment" => {
            let Ok(image) = taken.image.clone()? else { return None };
            let labels = json!({ "app": name });
            json!({
                "apiVersion": "apps/v1", "kind": kind, "metadata": metadata,
                "spec": {
                    "replicas": 1, "selector": { "matchLabels": labels },
                    "template": {
                        "metadata": { "labels": labels },
                        "spec": { "containers": [{ "name": name, "image": image }] },
                    },
                },
            })
        }
        _ => {
            let mut object = json!({ "apiVersion": "v1", "kind": kind, "metadata": metadata });
            if let Some(data) = taken.fields.get("set") {
                object["data"] = data.clone();
            }
            object
        }
    })
}

/// The read of a place that an action on a namespace is.
fn looked_at(action: &Action, object: &Object) -> Option<Intent> {
    match action {
        _ if !object.is_namespace() => None,
        Action::Events => Some(Intent::Events),
        Action::Diagnose => Some(Intent::Diagnose),
        Action::Do(deed) if deed.tool == "changes" => {
            Some(Intent::Look { tool: "changes", fields: deed.fields.clone() })
        }
        _ => None,
    }
}

fn limited(count: Number, max: u32) -> Result<u32, Missing> {
    match count {
        Number::Exact(number) if number <= max => Ok(number),
        Number::Exact(number) => Err(Missing::BadCount { said: number.to_string(), max }),
        Number::Bad(said) => Err(Missing::BadCount { said, max }),
    }
}
