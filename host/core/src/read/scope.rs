//! Where a read looks, when it looks everywhere: all namespaces at once, else one by one, else the context's own.
//!
//! Somebody with rights in one namespace must see what is there, and what he could not see must be said: an empty answer
//! to "what is broken?" would be a lie. So a refused cluster-wide list becomes a list in each namespace the user can
//! name, at most [`NAMESPACES_MAX`]; the rest stands in `unseen`.

use serde_json::Value;

use crate::facts::{Fact, FactQuery, Snapshot, Unseen, unseen};
use crate::kept::Likeness;
use crate::names::Namespace;
use crate::object::{ApiType, name};

/// Most namespaces asked one by one: with a dozen types each it stays under `FACT_QUERIES_MAX`.
pub(crate) const NAMESPACES_MAX: usize = 100;
/// Most namespaces named in one `unseen` line.
const NAMED_MAX: usize = 10;

/// Where to look.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope<'a> {
    /// In one namespace.
    One(&'a Namespace),
    /// Wherever the user may look.
    Everywhere {
        /// Where, if nothing else may be listed.
        fallback: Option<&'a Namespace>,
    },
    /// Everywhere at once if that is allowed, else in these.
    Each(&'a [Namespace]),
}

/// What was seen of a type.
#[derive(Debug, Default)]
pub(crate) struct Seen<'a> {
    /// The objects.
    pub(crate) items: Vec<&'a Value>,
    /// Beside them the pods that are well, where they come from memory.
    pub(crate) alike: Vec<&'a Likeness>,
    /// Whether at least one list was answered.
    pub(crate) any: bool,
    /// Whether a list was cut: then an absence proves nothing.
    pub(crate) gaps: bool,
    /// The namespaces answered one by one; empty when one list covered all.
    pub(crate) namespaces: Vec<Namespace>,
    /// What was not seen.
    pub(crate) unseen: Vec<Unseen>,
    /// The first refusal, for those who were refused everything.
    pub(crate) refusal: Option<&'a Fact>,
}

/// A list of a type, in a namespace or in all.
pub(crate) fn list(api: &ApiType, namespace: Option<&Namespace>) -> FactQuery {
    FactQuery::List { api: api.clone(), namespace: namespace.cloned(), selector: None }
}

impl<'a> Scope<'a> {
    /// What to ask next to see a type; empty when all is known.
    pub(crate) fn needs(self, api: &ApiType, selector: Option<&str>, known: &Snapshot) -> Vec<FactQuery> {
        match self.queries(api, selector, known) {
            Ok(queries) => known.missing(queries),
            Err(first) => vec![*first],
        }
    }

    /// What was seen of a type.
    pub(crate) fn seen<'s>(self, api: &ApiType, selector: Option<&str>, known: &'s Snapshot) -> Seen<'s> {
        let mut seen = seen_of(&self.queries(api, selector, known).unwrap_or_default(), known);
        if let Some(hidden) = self.hidden(api, selector, known) {
            seen.unseen.push(hidden);
        }
        seen
    }

    /// The lists that show a type; or the one question that must be answered first.
    fn queries(
        self,
        api: &ApiType,
        selector: Option<&str>,
        known: &Snapshot,
    ) -> Result<Vec<FactQuery>, Box<FactQuery>> {
        let ask = |namespace: Option<&Namespace>| FactQuery::List {
            api: api.clone(),
            namespace: namespace.cloned(),
            selector: selector.map(str::to_owned),
        };
        let fallback = match self {
            Self::One(namespace) if api.namespaced => return Ok(vec![ask(Some(namespace))]),
            Self::One(_) => return Ok(vec![ask(None)]),
            Self::Each(namespaces) => {
                let whole = ask(None);
                let allowed = known.get(&whole).is_some_and(|fact| !matches!(fact, Fact::Denied { .. }));
                return Ok(if allowed { vec![whole] } else { namespaces.iter().map(|n| ask(Some(n))).collect() });
            }
            Self::Everywhere { fallback } => fallback,
        };
        let whole = ask(None);
        match known.get(&whole) {
            None => return Err(Box::new(whole)),
            Some(Fact::Denied { .. }) if api.namespaced => {}
            Some(_) => return Ok(vec![whole]),
        }
        let names = list(&ApiType::namespaces(), None);
        let found = match known.get(&names) {
            None => return Err(Box::new(names)),
            Some(fact @ (Fact::List { .. } | Fact::Kept(_))) => {
                namespaces(fact).take(NAMESPACES_MAX).map(|n| ask(Some(&n))).collect()
            }
            Some(_) => fallback.into_iter().map(|n| ask(Some(n))).collect::<Vec<_>>(),
        };
        // Nothing to ask one by one: the refusal of the whole is the answer.
        Ok(if found.is_empty() { vec![whole] } else { found })
    }

    /// What lies beyond the namespaces that were asked one by one.
    fn hidden(self, api: &ApiType, selector: Option<&str>, known: &Snapshot) -> Option<Unseen> {
        let Self::Everywhere { .. } = self else { return None };
        let one_by_one = self.queries(api, selector, known).ok()?.iter().any(is_in_namespace);
        if !one_by_one {
            return None;
        }
        let (names, what) = (list(&ApiType::namespaces(), None), "list namespaces, so what other namespaces hold");
        let fact = known.get(&names)?;
        let more = namespaces(fact).count().saturating_sub(NAMESPACES_MAX);
        if more > 0 {
            let why = format!("only {NAMESPACES_MAX} namespaces are asked one by one");
            return Some(Unseen { what: format!("list {} in {more} more namespaces", api.resource()), why });
        }
        let why = match (unseen(&names, fact), fact) {
            (Some(gap), _) => gap.why,
            (None, Fact::List { .. } | Fact::Kept(_)) => return None,
            (None, _) => Unseen::FORBIDDEN.to_owned(),
        };
        Some(Unseen { what: what.to_owned(), why })
    }
}

/// What was seen by these lists, all of one type.
pub(crate) fn seen_of<'s>(queries: &[FactQuery], known: &'s Snapshot) -> Seen<'s> {
    let mut seen = Seen::default();
    let (mut refused, mut what) = (Vec::new(), String::new());
    for query in queries {
        let (FactQuery::List { api, namespace, .. } | FactQuery::Outline { api, namespace, .. }) = query else {
            continue;
        };
        match known.get(query) {
            Some(fact @ Fact::List { items, truncated }) => {
                seen.any = true;
                seen.items.extend(items);
                seen.namespaces.extend(namespace.clone());
                seen.gaps |= *truncated;
                seen.unseen.extend(unseen(query, fact));
            }
            Some(fact @ Fact::Kept(list)) => {
                seen.any = true;
                seen.items.extend(list.whole());
                seen.alike.extend(list.alike());
                seen.namespaces.extend(namespace.clone());
                seen.unseen.extend(unseen(query, fact));
            }
            Some(fact @ Fact::Denied { .. }) => {
                seen.refusal.get_or_insert(fact);
                what = api.resource();
                let everywhere = if api.namespaced { "all namespaces" } else { "the cluster" };
                refused.push(namespace.as_ref().map_or(everywhere, Namespace::as_str));
            }
            Some(fact @ Fact::Failed { .. }) => {
                seen.refusal.get_or_insert(fact);
                seen.unseen.extend(unseen(query, fact));
            }
            _ => {}
        }
    }
    if !refused.is_empty() {
        let what = format!("list {what} in {}", named(&refused));
        seen.unseen.push(Unseen { what, why: Unseen::FORBIDDEN.to_owned() });
    }
    seen
}

fn is_in_namespace(query: &FactQuery) -> bool {
    matches!(query, FactQuery::List { namespace: Some(_), .. })
}

fn namespaces(fact: &Fact) -> impl Iterator<Item = Namespace> {
    fact.items().into_iter().filter_map(|item| Namespace::parse(name(item)).ok())
}

/// `a, b and 3 more`.
pub(crate) fn named(names: &[&str]) -> String {
    let shown = names.iter().take(NAMED_MAX).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED_MAX) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use serde_json::json;

    fn ns(name: &str) -> Namespace {
        Namespace::parse(name).unwrap()
    }

    fn denied(resource: &str) -> Fact {
        Fact::Denied { verb: "list".to_owned(), resource: resource.to_owned(), namespace: None }
    }

    fn items(names: &[&str]) -> Fact {
        let items = names.iter().map(|name| json!({"metadata": {"name": name}})).collect();
        Fact::List { items, truncated: false }
    }

    #[test]
    fn a_user_of_some_namespaces_sees_them_and_is_told_of_the_others() {
        let mut known = Snapshot::new(Timestamp(0));
        let (scope, pods) = (Scope::Everywhere { fallback: None }, ApiType::pods());
        known.insert(scope.needs(&pods, None, &known).remove(0), denied("pods"));
        known.insert(scope.needs(&pods, None, &known).remove(0), items(&["kube-system", "shop"]));
        let each = scope.needs(&pods, None, &known);
        assert_eq!(each, [list(&pods, Some(&ns("kube-system"))), list(&pods, Some(&ns("shop")))]);
        known.insert(each[0].clone(), denied("pods"));
        known.insert(each[1].clone(), items(&["web-1"]));
        assert!(scope.needs(&pods, None, &known).is_empty());
        let seen = scope.seen(&pods, None, &known);
        assert_eq!((seen.items.len(), seen.namespaces), (1, vec![ns("shop")]));
        assert_eq!(seen.unseen[0].what, "list pods in kube-system");
    }

    #[test]
    fn who_may_not_list_namespaces_is_shown_his_own() {
        let mut known = Snapshot::new(Timestamp(0));
        let shop = ns("shop");
        let (scope, pods) = (Scope::Everywhere { fallback: Some(&shop) }, ApiType::pods());
        known.insert(scope.needs(&pods, None, &known).remove(0), denied("pods"));
        known.insert(scope.needs(&pods, None, &known).remove(0), denied("namespaces"));
        known.insert(list(&pods, Some(&shop)), items(&["web-1"]));
        assert!(scope.needs(&pods, None, &known).is_empty());
        let seen = scope.seen(&pods, None, &known);
        assert!(seen.any && seen.items.len() == 1);
        assert!(seen.unseen[0].what.contains("other namespaces"), "{:?}", seen.unseen);
    }

    #[test]
    fn that_namespaces_could_not_all_be_listed_is_told_from_that_they_may_not_be() {
        let shop = ns("shop");
        let (scope, pods) = (Scope::Everywhere { fallback: Some(&shop) }, ApiType::pods());
        let cut = Fact::List { items: vec![json!({"metadata": {"name": "shop"}})], truncated: true };
        for (names, why) in [
            (denied("namespaces"), "forbidden"),
            (Fact::Failed { reason: "timed out".to_owned() }, "failed: timed out"),
            (cut, "list cut at 1"),
        ] {
            let mut known = Snapshot::new(Timestamp(0));
            known.insert(list(&pods, None), denied("pods"));
            known.insert(list(&ApiType::namespaces(), None), names);
            known.insert(list(&pods, Some(&shop)), items(&["web-1"]));
            let seen = scope.seen(&pods, None, &known);
            assert_eq!(seen.unseen.iter().map(|gap| gap.why.as_str()).collect::<Vec<_>>(), [why]);
        }
    }

    #[test]
    fn who_may_see_nothing_has_seen_nothing() {
        let mut known = Snapshot::new(Timestamp(0));
        let (scope, pods) = (Scope::Everywhere { fallback: None }, ApiType::pods());
        known.insert(list(&pods, None), denied("pods"));
        known.insert(list(&ApiType::namespaces(), None), denied("namespaces"));
        let seen = scope.seen(&pods, None, &known);
        assert!(!seen.any && seen.refusal.is_some() && seen.unseen.len() == 1);
    }
}
