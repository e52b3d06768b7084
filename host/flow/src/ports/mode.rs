//! Modes: what may happen on a cluster, and in which of its namespaces something else.
//!
//! Three, from strict to free. The first rule for a namespace that fits counts instead of the cluster's own mode; whoever
//! builds a [`Modes`] has capped all of them by what the operator allows at most. Objects outside of namespaces follow the
//! cluster; a Namespace itself follows the stricter of the cluster and of what lives in it. A write counts by what it reaches
//! as well: driving a namespace's pods off their node is a change of that namespace.

use kubechat_core::object::ObjectRef;
use kubechat_core::radius::Spread;
use serde::{Deserialize, Serialize};

/// What may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Reads; nothing is planned.
    ReadOnly,
    /// Reads, plans and patches; nothing is executed.
    SuggestOnly,
    /// Writes go through the whole pipeline.
    Guarded,
}

impl Mode {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::SuggestOnly => "suggest-only",
            Self::Guarded => "guarded",
        }
    }
}

/// Another mode for some namespaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamespaceMode {
    /// A namespace, or a pattern in which `*` stands for any text.
    pub name: String,
    /// What may happen there.
    pub mode: Mode,
}

/// The modes of one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modes {
    /// Where no rule fits.
    pub cluster: Mode,
    /// Rules; the first that fits counts.
    pub namespaces: Vec<NamespaceMode>,
}

impl Modes {
    /// What may happen to this object.
    pub fn of(&self, target: &ObjectRef) -> Mode {
        match &target.namespace {
            Some(namespace) => self.within(namespace.as_str()),
            None if target.api.is("", "Namespace") => self.cluster.min(self.within(target.name.as_str())),
            None => self.cluster,
        }
    }

    /// What may happen in a namespace.
    pub fn within(&self, namespace: &str) -> Mode {
        self.rule(namespace).map_or(self.cluster, |rule| rule.mode)
    }

    /// The rule that counts for a namespace, where one fits.
    pub fn rule(&self, namespace: &str) -> Option<&NamespaceMode> {
        self.namespaces.iter().find(|rule| fits(&rule.name, namespace))
    }

    /// What may happen where least may.
    pub fn strictest(&self) -> Mode {
        self.namespaces.iter().map(|rule| rule.mode).fold(self.cluster, Mode::min)
    }

    /// What may happen with a write that reaches so far. One that may reach any namespace is held to the strictest word.
    pub fn over(&self, spread: &Spread) -> Mode {
        if spread.everywhere.is_some() || !spread.unseen.is_empty() {
            return self.strictest();
        }
        spread.namespaces.iter().map(|space| self.within(space.as_str())).min().unwrap_or(Mode::Guarded)
    }
}

/// Whether a text fits a pattern in which `*` stands for any text. Linear in both: each piece is taken where it first fits.
pub fn fits(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').map_or((None, rest), |(middle, last)| (Some(middle), last));
    for piece in middle.into_iter().flat_map(|middle| middle.split('*')) {
        match left.find(piece) {
            Some(at) => left = &left[at + piece.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubechat_core::object::ApiType;

    fn object(api: ApiType, namespace: Option<&str>, name: &str) -> ObjectRef {
        let namespace = namespace.map(|name| name.parse().unwrap());
        ObjectRef { api, namespace, name: name.parse().unwrap() }
    }

    #[test]
    fn the_first_rule_that_fits_counts_and_a_namespace_follows_the_stricter_word() {
        let rule = |name: &str, mode| NamespaceMode { name: name.to_owned(), mode };
        let namespaces = vec![rule("shop-test", Mode::Guarded), rule("shop-*", Mode::ReadOnly)];
        let modes = Modes { cluster: Mode::SuggestOnly, namespaces };
        let mode = |namespace: &str| modes.of(&object(ApiType::pods(), Some(namespace), "web"));
        assert_eq!(
            [mode("shop-test"), mode("shop-eu"), mode("web")],
            [Mode::Guarded, Mode::ReadOnly, Mode::SuggestOnly]
        );
        let itself = |name: &str| modes.of(&object(ApiType::namespaces(), None, name));
        assert_eq!([itself("shop-test"), itself("shop-eu")], [Mode::SuggestOnly, Mode::ReadOnly]);
        assert_eq!(modes.of(&object(ApiType::nodes(), None, "n1")), Mode::SuggestOnly);
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, fit) in [
            ("shop", "shop", true),
            ("shop", "shop2", false),
            ("*", "", true),
            ("shop-*", "shop-", true),
            ("*-prod", "eu-prod", true),
            ("*-prod", "prod", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXcYb", false),
            ("a*a", "a", false),
            ("*a*b", "aab", true),
        ] {
            assert_eq!(fits(pattern, text), fit, "{pattern} {text}");
        }
    }
}
