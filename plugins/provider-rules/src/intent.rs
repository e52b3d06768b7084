//! What a sentence asks for, once understood: an operation, what it is about, and where.

use serde_json::{Map, Value};

use crate::deed::{self, Deed};

/// Arguments of a tool, by name.
pub(crate) type Fields = Map<String, Value>;

/// One request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Intent {
    /// Something with one object, which has to be resolved first.
    Object { action: Action, object: Object },
    /// All objects of a kind.
    List { kind: String, selector: Option<String>, sort: Option<&'static str> },
    /// The events of a namespace.
    Events,
    /// What is broken, in a namespace or anywhere.
    Diagnose,
    /// A read of a place: `top`, `images`, `who-can`, `changes`.
    Look { tool: &'static str, fields: Fields },
    /// Objects to apply or create: given as JSON, or made from the sentence.
    Make { tool: &'static str, objects: Vec<Value> },
    /// Talk: no tool is needed to answer.
    Talk(Talk),
    /// A request with a part missing; asked back.
    Incomplete(Missing),
}

/// What is done with one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    Get,
    Describe,
    Logs {
        container: Option<String>,
        previous: bool,
        lines: Option<u32>,
    },
    Events,
    Diagnose,
    Scale(Amount),
    SetImage {
        image: String,
        container: Option<String>,
    },
    Restart,
    Delete,
    /// Any other operation with one object.
    Do(Deed),
}

/// How many replicas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Amount {
    To(u32),
    More(u32),
    Fewer(u32),
    Times(u32),
    Half,
}

/// One object, as it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) kind: Option<String>,
    pub(crate) namespace: Option<String>,
    pub(crate) name: Name,
}

/// What an object is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Name {
    Said(String),
    /// `it`, `that deployment`: what the turn or clause before was about.
    Previous,
    /// `the second one`: a row of what the turn before showed, from 0; the last one is [`usize::MAX`].
    Nth(usize),
}

/// Where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Place {
    pub(crate) namespace: Where,
    pub(crate) cluster: Option<String>,
    /// Two different places were said.
    pub(crate) conflict: bool,
}

/// A namespace, as it was said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Where {
    #[default]
    Unsaid,
    /// "here": the context's.
    Here,
    /// "there": the one the turn before was about.
    There,
    Named(String),
    /// "in the cluster": anywhere, for what has no one place.
    Cluster,
    /// "in all namespaces".
    Everywhere,
}

/// Questions that need no tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Talk {
    Help,
    Hello,
    Thanks,
    /// "undo that": there is a command for it.
    Undo,
    /// "yes", "run it": plans are run by the person.
    Run,
    /// "which clusters are there".
    Place,
    /// "fix it": nothing is repaired by guess.
    Fix,
    /// "stop web": there is scaling to zero.
    Stop,
    /// "delete everything".
    Everything,
}

/// What is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Missing {
    /// How many replicas.
    Count { object: Object },
    /// Not a number that can be used.
    BadCount { said: String, max: u32 },
    /// Which image or tag.
    Image { object: Object },
    /// A version that may be a tag, an image or a number.
    BadVersion { said: String },
    /// Not a value that can be used, and what would be one.
    BadValue { said: String, wanted: &'static str },
    /// Another part.
    Part { need: Need, object: Option<Object> },
}

/// Parts of a request that are asked back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// A request or a limit?
    Bound,
    /// An environment variable or a label?
    EnvOrLabel,
    /// On which workload?
    EnvOfWhat,
    /// Which labels?
    Pairs,
    /// Which port?
    Port,
    /// Between which numbers?
    Bounds,
    /// Which taint?
    Taint,
    /// Which patch?
    Patch,
    /// The rollout, or the replicas?
    Pause,
}

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// How long it is, if that was said.
    pub(crate) minutes: Option<u32>,
    /// The time of day it begins at instead, in minutes after midnight UTC.
    pub(crate) clock: Option<u32>,
}

impl Span {
    /// How far it reaches back from a time of day; an hour still to come was yesterday's.
    pub(crate) fn back(self, now: Option<u32>) -> Option<u32> {
        let from_clock = || {
            let day = crate::spans::MINUTES_A_DAY;
            Some((now? + day - self.clock? % day) % day).map(|back| if back == 0 { 1 } else { back })
        };
        self.minutes.or_else(from_clock)
    }
}

/// A sentence, understood one way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    pub(crate) intent: Intent,
    pub(crate) place: Place,
    /// A span of time, if one was named.
    pub(crate) span: Option<Span>,
}

impl Action {
    /// The tool, and the operation's wire name.
    pub(crate) fn tool(&self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Describe => "describe",
            Self::Logs { .. } => "logs",
            Self::Events => "events",
            Self::Diagnose => "diagnose",
            Self::Scale(_) => "scale",
            Self::SetImage { .. } => "set-image",
            Self::Restart => "restart",
            Self::Delete => "delete",
            Self::Do(deed) => deed.tool,
        }
    }

    /// Whether it changes something.
    pub(crate) fn writes(&self) -> bool {
        match self {
            Self::Scale(_) | Self::SetImage { .. } | Self::Restart | Self::Delete => true,
            Self::Do(deed) => deed.writes(),
            Self::Get | Self::Describe | Self::Logs { .. } | Self::Events | Self::Diagnose => false,
        }
    }
}

impl Intent {
    /// Whether it would change something if it were complete.
    pub(crate) fn writes(&self) -> bool {
        match self {
            Self::Object { action, .. } => action.writes(),
            Self::Make { .. } | Self::Incomplete(_) | Self::Talk(Talk::Everything | Talk::Fix) => true,
            Self::List { .. } | Self::Events | Self::Diagnose | Self::Look { .. } | Self::Talk(_) => false,
        }
    }

    /// In words a person can say again.
    pub(crate) fn plain(&self) -> String {
        match self {
            Self::Object { action, object } => sentence(action, &object.plain()),
            Self::List { kind, sort: Some(sort), .. } => format!("show {} by {sort}", crate::kinds::plural(kind)),
            Self::List { kind, .. } => format!("show {}", crate::kinds::plural(kind)),
            Self::Events => "show events".to_owned(),
            Self::Diagnose => "what is broken?".to_owned(),
            Self::Look { tool, fields } => deed::look_words(tool, fields),
            Self::Make { tool, objects } => deed::make_words(tool, objects),
            Self::Talk(_) => "help".to_owned(),
            Self::Incomplete(missing) => missing.example(),
        }
    }
}

impl Missing {
    /// A complete request of that sort.
    fn example(&self) -> String {
        match self {
            Self::Count { object } => format!("scale {} to 5", object.plain()),
            Self::BadCount { .. } => "scale web to 5".to_owned(),
            Self::Image { object } => format!("set image of {} to nginx:1.27", object.plain()),
            Self::BadVersion { .. } => "set image of web to nginx:1.27".to_owned(),
            Self::BadValue { wanted, .. } => format!("say it with {wanted}"),
            Self::Part { need, object } => {
                let object = object.as_ref().map_or_else(|| "web".to_owned(), Object::plain);
                need.example().replace("{}", &object)
            }
        }
    }
}

impl Need {
    /// A complete request of that sort; `{}` stands for the object.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::Bound => "set the memory limit of {} to 1Gi",
            Self::EnvOrLabel => "set env NAME=VALUE on {}",
            Self::EnvOfWhat => "set NAME=VALUE on {}",
            Self::Pairs => "label {} team=shop",
            Self::Port => "expose {} on port 80",
            Self::Bounds => "autoscale {} between 2 and 10",
            Self::Taint => "taint {} with dedicated=gpu:NoSchedule",
            Self::Patch => "patch {} with [{\"op\":\"remove\",\"path\":\"/spec/paused\"}]",
            Self::Pause => "pause the rollout of {}",
        }
    }
}

/// An action on an object, in words a person can say again.
pub(crate) fn sentence(action: &Action, object: &str) -> String {
    match action {
        Action::Get => format!("show {object}"),
        Action::Describe => format!("describe {object}"),
        Action::Logs { container: Some(container), .. } => format!("logs of container {container} in {object}"),
        Action::Logs { previous: true, .. } => format!("previous logs of {object}"),
        Action::Logs { .. } => format!("logs of {object}"),
        Action::Events => format!("events of {object}"),
        Action::Diagnose => format!("what is wrong with {object}?"),
        Action::Scale(Amount::To(count)) => format!("scale {object} to {count}"),
        Action::Scale(Amount::More(count)) => format!("scale {object} up by {count}"),
        Action::Scale(Amount::Fewer(count)) => format!("scale {object} down by {count}"),
        Action::Scale(Amount::Times(2)) => format!("double {object}"),
        Action::Scale(Amount::Times(_)) => format!("triple {object}"),
        Action::Scale(Amount::Half) => format!("halve {object}"),
        Action::SetImage { image, container: Some(container) } => {
            format!("set image of container {container} in {object} to {image}")
        }
        Action::SetImage { image, container: None } => format!("set image of {object} to {image}"),
        Action::Restart => format!("restart {object}"),
        Action::Delete => format!("delete {object}"),
        Action::Do(deed) => deed.words(object),
    }
}

impl Object {
    /// Of this kind, where none was said with a name.
    pub(crate) fn or_kind(self, kind: Option<&str>) -> Self {
        match (&self.kind, &self.name) {
            (None, Name::Said(_)) => Self { kind: kind.map(str::to_owned), ..self },
            _ => self,
        }
    }

    /// Whether it is `it` or `that`, without a kind.
    pub(crate) fn is_pronoun(&self) -> bool {
        self.kind.is_none() && self.name == Name::Previous
    }

    /// Whether it is a namespace, called by its kind and name.
    pub(crate) fn is_namespace(&self) -> bool {
        self.kind.as_deref() == Some("namespace") && matches!(self.name, Name::Said(_))
    }

    /// As it was said.
    pub(crate) fn plain(&self) -> String {
        let name = match (&self.name, &self.kind) {
            (Name::Said(name), _) => name.as_str(),
            (Name::Previous, Some(kind)) => return format!("that {kind}"),
            (Name::Previous, None) => return "it".to_owned(),
            (Name::Nth(usize::MAX), _) => return "the last one".to_owned(),
            (Name::Nth(index), _) => return format!("number {}", index + 1),
        };
        let place = self.namespace.as_ref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        match &self.kind {
            Some(kind) => format!("{kind} {place}{name}"),
            None => format!("{place}{name}"),
        }
    }
}

impl Place {
    /// Both together; two different ones are a conflict.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let (namespace, one) = merge(&self.namespace, &other.namespace, &Where::Unsaid);
        let (cluster, two) = merge(&self.cluster, &other.cluster, &None);
        Self { namespace, cluster, conflict: self.conflict || other.conflict || one || two }
    }
}

fn merge<T: Clone + PartialEq>(one: &T, other: &T, unsaid: &T) -> (T, bool) {
    if one == unsaid || one == other { (other.clone(), false) } else { (one.clone(), other != unsaid) }
}
