//! Facts of a diagnosis from watches: what is asked again and again is kept, slimmed, and answered without a request.
//!
//! A whole list (a type in a namespace or in all) and the outline of Secrets or ConfigMaps have a watch behind them, begun
//! when they are first asked for; the first answer waits for its first list, all later ones take what is there. Of Secrets
//! and ConfigMaps only outlines are ever kept. An answer of a watch that has lost its cluster says since when.
//!
//! Where there is no watch (refused, more than [`WARM_QUERIES_MAX`] asked for at once, beyond [`WARM_BYTES_OF_LINE_MAX`]
//! or a watch's own limits), the API server is asked directly, as it always is for what is planned from: logs, single
//! objects, readings, rights.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::join;
use kubechat_core::facts::{Fact, FactQuery};
use kubechat_core::kept::{Kept, KeptList, Shapes};
use kubechat_core::object::ApiType;
use kubechat_core::problem::Problem;
use kubechat_flow::ports::table::TableColumn;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::projection::{Projection, Shape};
use super::shelf::{Shelf, State};
use super::which::Which;
use crate::json::Managed;
use crate::limits::{WARM_BYTES_OF_LINE_MAX, WARM_QUERIES_MAX};
use crate::link::JSON;
use crate::pool::Line;

/// Objects, slimmed as core says.
pub(crate) struct Slimmed {
    api: ApiType,
    shapes: Mutex<Shapes>,
}

impl Slimmed {
    fn of(api: &ApiType) -> Self {
        Self { api: api.clone(), shapes: Mutex::default() }
    }
}

/// Whether more than an outline of it must never be kept.
fn only_outlined(api: &ApiType) -> bool {
    api.is("", "Secret") || api.is("", "ConfigMap")
}

impl Projection for Slimmed {
    type Kept = Kept;

    fn shape(&self) -> Shape {
        Shape::Objects
    }

    fn accept(&self) -> &'static str {
        JSON
    }

    fn managed(&self) -> Managed {
        if only_outlined(&self.api) { Managed::Outline } else { Managed::Skip }
    }

    fn keep(&self, _: &[TableColumn], mut item: Value) -> Option<Kept> {
        let object = item.as_object_mut()?;
        object.insert("apiVersion".to_owned(), Value::String(self.api.api_version()));
        object.insert("kind".to_owned(), Value::String(self.api.kind.clone()));
        let mut shapes = self.shapes.lock().unwrap_or_else(PoisonError::into_inner);
        Some(shapes.keep(&self.api, item))
    }

    fn bytes(&self, kept: &Kept) -> usize {
        kept.bytes()
    }
}

fn is_old(fact: &Fact) -> bool {
    matches!(fact, Fact::Kept(list) if list.old().is_some())
}

/// How a question is answered from a watch.
struct Warm {
    which: Which,
    /// Only the object of this name.
    named: Option<String>,
    /// As a list of its own, copied: outlines that analyzers look single objects up in.
    copied: bool,
}

/// The watch that answers a question, if one can.
fn warm(query: &FactQuery) -> Option<Warm> {
    let which = |api: &ApiType, namespace: &Option<_>, fields: Option<&str>| Which {
        api: api.clone(),
        namespace: namespace.clone(),
        labels: None,
        fields: fields.map(str::to_owned),
    };
    match query {
        // Readings can't be watched.
        FactQuery::List { api, .. } if api.group == "metrics.k8s.io" || only_outlined(api) => None,
        FactQuery::List { api, namespace, selector: None } => {
            Some(Warm { which: which(api, namespace, None), named: None, copied: false })
        }
        FactQuery::Outline { api, namespace, selector: None, fields, .. } if only_outlined(api) => {
            match fields.as_deref().and_then(|fields| fields.split_once('=')) {
                Some(("metadata.name", name)) => {
                    Some(Warm { which: which(api, namespace, None), named: Some(name.to_owned()), copied: true })
                }
                Some(_) => Some(Warm { which: which(api, namespace, fields.as_deref()), named: None, copied: false }),
                None => Some(Warm { which: which(api, namespace, None), named: None, copied: true }),
            }
        }
        _ => None,
    }
}

impl Warm {
    /// What is there; nothing when the watch has ended.
    fn fact(&self, state: &State<Kept>) -> Option<Fact> {
        if state.ended.is_some() {
            return None;
        }
        let rows = state.rows.values().map(|held| held.kept.clone());
        let here = rows.filter(|kept| self.named.as_ref().is_none_or(|name| kept.name() == name));
        let old = state.lost.as_ref().map(|lost| format!("as of {}: {}", lost.since, lost.why));
        if self.copied {
            // A copy can't say that it is old, so an old one is no answer.
            return Some(match old {
                Some(reason) => Fact::Failed { reason },
                None => Fact::List { items: here.map(|kept| kept.object()).collect(), truncated: false },
            });
        }
        Some(Fact::Kept(KeptList::of(here, old)))
    }

    /// Waits for the first list; nothing when there will be none.
    async fn taken(&self, shelf: &Shelf<Kept>, until: Instant) -> Option<Fact> {
        loop {
            let news = shelf.news();
            shelf.use_now();
            {
                let state = shelf.lock();
                match (state.filled, &state.lost) {
                    (true, _) => return self.fact(&state),
                    (false, Some(_)) => return None,
                    (false, None) if state.ended.is_some() => return None,
                    (false, None) => {}
                }
            }
            timeout_at(until, news).await.ok()?;
        }
    }
}

impl Line {
    /// Answers questions, from watches where that can be. In no particular order.
    pub(crate) async fn views(&self, queries: Vec<FactQuery>) -> Result<Vec<(FactQuery, Fact)>, Problem> {
        if queries.iter().filter_map(warm).count() > WARM_QUERIES_MAX {
            return self.link.answers(queries).await;
        }
        let (mut watched, mut direct) = (Vec::new(), Vec::new());
        for query in queries {
            match warm(&query).and_then(|warm| Some((self.warmed(&warm)?, warm))) {
                Some((shelf, warm)) => watched.push((query, warm, shelf)),
                None => direct.push(query),
            }
        }
        let (taken, mut answers) = join(self.taken(watched), self.link.answers(direct.clone())).await;
        let (mut facts, left) = taken;
        self.watches.facts.weigh_at_most(WARM_BYTES_OF_LINE_MAX, "WARM_BYTES_OF_LINE_MAX");
        if !left.is_empty()
            && let Ok(known) = &mut answers
        {
            match self.link.answers(left.clone()).await {
                Ok(more) => known.extend(more),
                Err(problem) => answers = Err(problem),
            }
        }
        match answers {
            Ok(known) => facts.extend(known),
            // The cluster is lost, and what was known of it is still worth more than nothing: it says how old it is.
            Err(problem) if facts.iter().any(|(_, fact)| is_old(fact)) => {
                let failed = |query| (query, Fact::Failed { reason: problem.detail.clone() });
                facts.extend(direct.into_iter().chain(left).map(failed));
            }
            Err(problem) => return Err(problem),
        }
        Ok(facts)
    }

    fn warmed(&self, warm: &Warm) -> Option<Arc<Shelf<Kept>>> {
        self.watches.facts.preferred(|| self.ground(), &warm.which, || Slimmed::of(&warm.which.api))
    }

    /// The facts of these watches, and the questions that must be asked directly after all.
    async fn taken(
        &self,
        watched: Vec<(FactQuery, Warm, Arc<Shelf<Kept>>)>,
    ) -> (Vec<(FactQuery, Fact)>, Vec<FactQuery>) {
        let until = Instant::now() + self.link.waits.list;
        let (mut facts, mut left) = (Vec::new(), Vec::new());
        for (query, warm, shelf) in watched {
            match warm.taken(&shelf, until).await {
                Some(fact) => facts.push((query, fact)),
                None => left.push(query),
            }
        }
        (facts, left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_lists_and_outlines_are_watched_and_nothing_else_is() {
        let list = |api: ApiType, selector: Option<&str>| FactQuery::List {
            api,
            namespace: None,
            selector: selector.map(str::to_owned),
        };
        assert!(warm(&list(ApiType::pods(), None)).is_some());
        assert!(warm(&list(ApiType::pods(), Some("app=web"))).is_none());
        assert!(warm(&list(ApiType::secrets(), None)).is_none(), "a list of Secrets carries their values");
        assert!(warm(&FactQuery::NamespacedTypes).is_none());
        let outline = |fields: &str| FactQuery::Outline {
            api: ApiType::secrets(),
            namespace: None,
            selector: None,
            fields: Some(fields.to_owned()),
            keys: true,
        };
        let named = warm(&outline("metadata.name=tls")).expect("watched");
        assert_eq!((named.which.fields, named.named.as_deref()), (None, Some("tls")));
        assert!(warm(&outline("type=kubernetes.io/tls")).expect("watched").which.fields.is_some());
    }

    #[test]
    fn of_a_secret_nothing_is_read_but_its_outline() {
        assert_eq!(Slimmed::of(&ApiType::secrets()).managed(), Managed::Outline);
        assert_eq!(Slimmed::of(&ApiType::config_maps()).managed(), Managed::Outline);
        assert_eq!(Slimmed::of(&ApiType::pods()).managed(), Managed::Skip);
    }
}
