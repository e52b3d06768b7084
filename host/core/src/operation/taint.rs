//! `taint`: set and remove taints of a node.
//!
//! The list of taints is one value to the API, so the whole new list is written, bound to the old one. Setting replaces a
//! taint of the same key and effect. Reversibility: exact; pods that a NoExecute taint drives away don't come back.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::cordon::node;
use super::{LowerError, Reversibility, Target, Write, qualified, shell_word};
use crate::facts::{FactQuery, Snapshot};
use crate::field::FieldPath;
use crate::mutation::{Action, Mutation};
use crate::object::{items, text};

/// Most taints one operation sets and removes.
pub const TAINTS_MAX: usize = 20;

/// What a taint does to pods that don't tolerate it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// None is placed there.
    NoSchedule,
    /// None is placed there if another node will do.
    PreferNoSchedule,
    /// None is placed there, and those that run there are evicted.
    NoExecute,
}

/// One taint to set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Its key.
    pub key: String,
    /// Its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What it does.
    pub effect: Effect,
}

/// Taints to remove: of a key, or of a key and effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unmark {
    /// Their key.
    pub key: String,
    /// Their effect; any when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
}

/// Set and remove taints of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taint {
    /// The node.
    pub target: Target,
    /// Taints to set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<Mark>,
    /// Taints to remove.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<Unmark>,
}

impl Effect {
    fn as_str(self) -> &'static str {
        match self {
            Self::NoSchedule => "NoSchedule",
            Self::PreferNoSchedule => "PreferNoSchedule",
            Self::NoExecute => "NoExecute",
        }
    }
}

impl Mark {
    fn is_same(&self, taint: &Value) -> bool {
        text(taint, "/key") == self.key && text(taint, "/effect") == self.effect.as_str()
    }

    /// `key=value:Effect`, as kubectl writes it.
    fn word(&self) -> String {
        match &self.value {
            Some(value) => format!("{}={value}:{}", self.key, self.effect.as_str()),
            None => format!("{}:{}", self.key, self.effect.as_str()),
        }
    }

    fn taint(&self) -> Value {
        let mut taint = json!({"key": self.key, "effect": self.effect.as_str()});
        if let Some(value) = &self.value {
            taint["value"] = json!(value);
        }
        taint
    }
}

impl Unmark {
    fn fits(&self, taint: &Value) -> bool {
        text(taint, "/key") == self.key && self.effect.is_none_or(|effect| text(taint, "/effect") == effect.as_str())
    }

    fn word(&self) -> String {
        self.effect.map_or_else(|| self.key.clone(), |effect| format!("{}:{}", self.key, effect.as_str()))
    }
}

impl Taint {
    fn check(&self) -> Result<(), LowerError> {
        let count = self.set.len() + self.remove.len();
        if count == 0 {
            return Err(LowerError::BadValue("no taint is named to set or remove".to_owned()));
        }
        if count > TAINTS_MAX {
            let what = "the number of taints";
            return Err(LowerError::Limit { what, actual: count, limit: "TAINTS_MAX", max: TAINTS_MAX });
        }
        for mark in &self.set {
            qualified::key(&mark.key)?;
            qualified::value(mark.value.as_deref().unwrap_or_default())?;
        }
        self.remove.iter().try_for_each(|unmark| qualified::key(&unmark.key))?;
        let twice = |(at, mark): (usize, &Mark)| self.set[..at].iter().any(|other| other.is_same(&mark.taint()));
        let both = |mark: &Mark| self.remove.iter().any(|unmark| unmark.fits(&mark.taint()));
        match self.set.iter().enumerate().find(|(at, mark)| twice((*at, *mark)) || both(mark)) {
            Some((_, mark)) => Err(LowerError::BadValue(format!("{} is named twice", mark.word()))),
            None => Ok(()),
        }
    }

    /// The list afterwards: what stays in its order, then what is new.
    fn after(&self, object: &str, present: &[Value]) -> Result<Vec<Value>, LowerError> {
        if let Some(absent) = self.remove.iter().find(|unmark| !present.iter().any(|taint| unmark.fits(taint))) {
            return Err(LowerError::BadValue(format!("{object} has no taint {}", absent.word())));
        }
        let mut after: Vec<Value> = Vec::new();
        for taint in present.iter().filter(|taint| !self.remove.iter().any(|unmark| unmark.fits(taint))) {
            let replaced = self.set.iter().find(|mark| mark.is_same(taint));
            let same = replaced.is_none_or(|mark| text(taint, "/value") == mark.value.as_deref().unwrap_or_default());
            after.push(if same { taint.clone() } else { replaced.map_or(Value::Null, Mark::taint) });
        }
        let new = self.set.iter().filter(|mark| !present.iter().any(|taint| mark.is_same(taint)));
        after.extend(new.map(Mark::taint));
        Ok(after)
    }
}

impl Write for Taint {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        self.check()?;
        let (target, object) = node("taint", &self.target, known)?;
        let present = items(object, "/spec/taints");
        let after = self.after(&target.to_string(), present)?;
        if after == present {
            return Err(LowerError::NothingToDo(format!("{target} has these taints already")));
        }
        let after = if after.is_empty() { Value::Null } else { Value::Array(after) };
        let body = json!({"spec": {"taints": after}});
        let touches = vec![FieldPath::of(&["spec", "taints"])];
        Ok(vec![Mutation { target, action: Action::MergePatch { body }, touches }])
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        match self.set.iter().find(|mark| mark.effect == Effect::NoExecute) {
            Some(mark) => {
                Reversibility::Partial { lost: vec![format!("the pods that taint {} drives away", mark.key)] }
            }
            None => Reversibility::Exact,
        }
    }

    fn sentence(&self) -> String {
        let named =
            |verb: &str, words: Vec<String>| (!words.is_empty()).then(|| format!("{verb} taint {}", words.join(", ")));
        let set = named("set", self.set.iter().map(Mark::word).collect());
        let remove = named("remove", self.remove.iter().map(Unmark::word).collect());
        let both: Vec<_> = set.into_iter().chain(remove).collect();
        format!("{} of {}", both.join(" and "), self.target.plain())
    }

    fn kubectl(&self) -> String {
        let set = self.set.iter().map(|mark| shell_word(&mark.word()));
        let remove = self.remove.iter().map(|unmark| shell_word(&format!("{}-", unmark.word())));
        let words: Vec<_> = set.chain(remove).collect();
        format!("kubectl taint node {} {} --overwrite", shell_word(self.target.name.as_str()), words.join(" "))
    }
}
