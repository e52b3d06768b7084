//! Where canaries are planted: fourteen shapes in a Deployment, a ConfigMap, a pod's log and events.
//!
//! A canary is either *held*, by a Secret that the conversation reads first, and then stands bare in all shapes; or *named*:
//! nobody reads it beforehand, and a name, a scheme or its own shape tells what it is. Each planting has a tag beside it,
//! which must reach the model: a shape that was cut off would show nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::secret::Canary;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    Env,
    Arg,
    Flag,
    Annotation,
    ConfigValue,
    Docker,
    Kubeconfig,
    UrlValue,
    LogWord,
    LogScheme,
    LogJson,
    LogUrl,
    EventWord,
    EventJson,
}

use Shape::*;

const SHAPES: [Shape; 14] = [
    Env,
    Arg,
    Flag,
    Annotation,
    ConfigValue,
    Docker,
    Kubeconfig,
    UrlValue,
    LogWord,
    LogScheme,
    LogJson,
    LogUrl,
    EventWord,
    EventJson,
];

/// One written form of one canary, in its place.
pub(super) struct Planting {
    pub(super) tag: String,
    shape: Shape,
    /// Whether something beside it tells that it is secret.
    named: bool,
    form: String,
}

/// Canaries that one conversation meets.
pub(super) struct Parcel {
    pub(super) name: String,
    pub(super) held: bool,
    pub(super) canaries: Vec<Canary>,
    pub(super) plantings: Vec<Planting>,
}

impl Parcel {
    pub(super) fn of(number: usize, canaries: Vec<Canary>, held: bool) -> Self {
        let mut plantings = Vec::new();
        for canary in &canaries {
            for (encoding, form) in canary.forms().into_iter().enumerate() {
                let tag = format!("c{:05}e{encoding}", canary.number);
                let mut shapes = (0..SHAPES.len()).map(|at| SHAPES[(plantings.len() + at) % SHAPES.len()]);
                let shape = shapes.find(|shape| fits(*shape, &form)).unwrap();
                let bare = held || (canary.vendor && encoding == 0);
                plantings.push(Planting { tag, shape, named: !bare, form });
            }
        }
        Self { name: format!("parcel-{number}"), held, canaries, plantings }
    }

    /// Its objects: the Secret of those that are held, a Deployment, a ConfigMap, a pod that logs, events.
    pub(super) fn objects(&self, namespace: &str) -> Vec<Value> {
        let about = json!({"apiVersion": "apps/v1", "kind": "Deployment", "namespace": namespace, "name": self.name});
        let mut objects = vec![self.deployment(), self.config_map(), self.pod()];
        objects.extend(self.of_shape(&[EventWord, EventJson]).map(|planting| {
            json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": planting.tag}, "reason": "Failed",
                "type": "Warning", "message": planting.line(), "involvedObject": about})
        }));
        if self.held {
            let key = |canary: &Canary| format!("password-{}", canary.number);
            let data = self.canaries.iter().map(|canary| (key(canary), json!(STANDARD.encode(&canary.secret))));
            objects.push(json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": self.name},
                "data": data.collect::<Map<_, _>>()}));
        }
        objects
    }

    fn of_shape<'a>(&'a self, shapes: &'a [Shape]) -> impl Iterator<Item = &'a Planting> {
        self.plantings.iter().filter(|planting| shapes.contains(&planting.shape))
    }

    fn deployment(&self) -> Value {
        let env = self.of_shape(&[Env]).map(|planting| {
            let name = if planting.named { "PASSWORD" } else { "NOTE" };
            json!({"name": format!("{}_{name}", planting.tag.to_uppercase()), "value": planting.form})
        });
        let args = self.of_shape(&[Arg, Flag]).flat_map(Planting::arguments);
        let annotations = self.of_shape(&[Annotation]).map(|planting| {
            let name = if planting.named { "token" } else { "note" };
            (format!("example.com/{}-{name}", planting.tag), json!(planting.form))
        });
        let container = json!({"name": "main", "image": "main:1", "env": env.collect::<Vec<_>>(), "args": args.collect::<Vec<_>>()});
        json!({"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": self.name, "annotations": annotations.collect::<Map<_, _>>()},
            "spec": {"replicas": 0, "selector": {"matchLabels": {"app": self.name}}, "template": {
                "metadata": {"labels": {"app": self.name}}, "spec": {"containers": [container]}}}})
    }

    fn config_map(&self) -> Value {
        let shapes = [ConfigValue, Docker, Kubeconfig, UrlValue];
        let data = self.of_shape(&shapes).map(|planting| (planting.key(), json!(planting.line())));
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": self.name},
            "data": data.collect::<Map<_, _>>()})
    }

    fn pod(&self) -> Value {
        let lines = self.of_shape(&[LogWord, LogScheme, LogJson, LogUrl]).map(Planting::line);
        let lines = lines.collect::<Vec<_>>().join("\n");
        json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": self.name, "annotations": {"kubechat.dev/logs": lines}},
            "spec": {"containers": [{"name": "main", "image": "main:1"}]}})
    }
}

impl Planting {
    fn arguments(&self) -> Vec<String> {
        let name = if self.named { "token" } else { "note" };
        match self.shape {
            Arg => vec![format!("--{}-{name}={}", self.tag, self.form)],
            _ => vec![format!("--{}-{name}", self.tag), self.form.clone()],
        }
    }

    /// A ConfigMap's key.
    fn key(&self) -> String {
        match self.shape {
            ConfigValue if self.named => format!("{}.password", self.tag),
            ConfigValue => format!("{}.note", self.tag),
            Docker => format!("{}.json", self.tag),
            _ => format!("{}.conf", self.tag),
        }
    }

    /// A line of a log, an event's message, a ConfigMap's value.
    fn line(&self) -> String {
        let (tag, form, quoted) = (&self.tag, &self.form, json!(self.form));
        if !self.named {
            return self.bare();
        }
        let word = if is_word(form) { form.clone() } else { quoted.to_string() };
        let auth = if is_word(form) { "auth" } else { "password" };
        match self.shape {
            Docker => format!(r#"{{"auths":{{"{tag}.example.com":{{"{auth}":{quoted}}}}}}}"#),
            Kubeconfig => format!(
                "apiVersion: v1\nkind: Config\nusers:\n- name: {tag}\n  user:\n    token: {word}\n\
                 current-context: {tag}\n"
            ),
            UrlValue => format!("postgres://app:{form}@{tag}.db:5432/shop?sslmode=require"),
            LogUrl => format!("dial amqp://app:{form}@{tag}.mq:5672: connection refused"),
            LogWord => format!("level=warn req={tag} retrying with password={form} in 3s"),
            LogScheme => format!("GET /v1/{tag} 401 Authorization: Bearer {form}"),
            EventWord => format!("Error: {tag}: login with password={form} was refused"),
            LogJson | EventJson => format!(r#"{{"level":"warn","req":"{tag}","clientSecret":{quoted},"try":3}}"#),
            _ => form.clone(),
        }
    }

    /// Nothing beside it tells what it is.
    fn bare(&self) -> String {
        let (tag, form, quoted) = (&self.tag, &self.form, json!(self.form));
        match self.shape {
            Docker => format!(r#"{{"notes":{{"{tag}.example.com":{{"note":{quoted}}}}}}}"#),
            Kubeconfig => format!("notes:\n- name: {tag}\n  note: {quoted}\n"),
            UrlValue | LogUrl => format!("https://{tag}.shop.svc/login?next=%2F&state={form}&x=1"),
            LogJson | EventJson => format!(r#"{{"level":"warn","req":"{tag}","note":{quoted},"try":3}}"#),
            _ => format!("{tag} see {form} after 3 tries"),
        }
    }
}

/// Whether a form can stand there: words end at blanks and quotation marks, URLs at more.
fn fits(shape: Shape, form: &str) -> bool {
    match shape {
        LogWord | LogScheme | EventWord => is_word(form),
        UrlValue | LogUrl => is_word(form) && !form.contains('/'),
        _ => true,
    }
}

fn is_word(form: &str) -> bool {
    form.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%+=/".contains(&byte))
}
