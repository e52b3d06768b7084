//! Topics that are watched: `rows:<cluster>/<gvr>/<namespace or *>[?labelSelector=…&fields=…]`,
//! `object:<cluster>/<gvr>/<namespace or ->/<name>`, and `clusters`.
//!
//! Read once, at the edge. `gvr` is written as kubectl takes it, and the query as `GET /resources` takes it. A topic of
//! another family is none of these and is left to others; one of these that can't be read is refused.

use axum::extract::Query;
use axum::http::Uri;
use kubechat_core::names::{ClusterName, KindWord, Namespace, ObjectName};
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::live::WatchAsk;
use serde::Deserialize;

/// What is watched.
#[derive(Debug, Clone, PartialEq)]
pub enum LiveTopic {
    /// Rows of a table.
    Rows(ClusterName, WatchAsk),
    /// One object.
    Object(ClusterName, KindWord, Option<Namespace>, ObjectName),
    /// How one's clusters are.
    Clusters,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Asked {
    label_selector: Option<String>,
    fields: Option<String>,
}

impl LiveTopic {
    /// Whether a topic is one of these, whatever stands in it.
    pub fn is_one(topic: &str) -> bool {
        topic == "clusters" || topic.starts_with("rows:") || topic.starts_with("object:")
    }

    /// Reads one.
    ///
    /// # Errors
    /// `bad-input` with the form it should have.
    pub fn parse(topic: &str) -> Result<Self, Problem> {
        if topic == "clusters" {
            return Ok(Self::Clusters);
        }
        let read = match topic.split_once(':') {
            Some(("rows", rest)) => rows(rest),
            Some(("object", rest)) => object(rest),
            _ => None,
        };
        read.ok_or_else(|| {
            let shown: String = topic.chars().filter(|c| !c.is_control()).take(80).collect();
            Problem::new(Code::BadInput, format!("{shown:?} is no topic")).hint(
                "rows:<cluster>/<gvr>/<namespace or *>[?labelSelector=…&fields=…], object:<cluster>/<gvr>/<namespace or ->/<name>, clusters",
            )
        })
    }
}

fn rows(text: &str) -> Option<LiveTopic> {
    let (place, query) = text.split_once('?').map_or((text, None), |(place, query)| (place, Some(query)));
    let [cluster, kind, namespace] = segments(place)?;
    let namespace = if namespace == "*" { None } else { Some(namespace.parse().ok()?) };
    let Asked { label_selector, fields } = match query {
        None => Asked::default(),
        Some(query) => Query::try_from_uri(&format!("/?{query}").parse::<Uri>().ok()?).ok()?.0,
    };
    let said = |text: Option<String>| text.filter(|text| !text.is_empty());
    let (selector, fields) = (said(label_selector), said(fields));
    Some(LiveTopic::Rows(cluster.parse().ok()?, WatchAsk { kind: kind.parse().ok()?, namespace, selector, fields }))
}

fn object(text: &str) -> Option<LiveTopic> {
    let [cluster, kind, namespace, name] = segments(text)?;
    let namespace = if namespace == "-" { None } else { Some(namespace.parse().ok()?) };
    Some(LiveTopic::Object(cluster.parse().ok()?, kind.parse().ok()?, namespace, name.parse().ok()?))
}

/// Exactly so many, separated by slashes.
fn segments<const N: usize>(text: &str) -> Option<[&str; N]> {
    let all: Vec<_> = text.split('/').collect();
    all.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_reads_as_the_list_or_object_it_names() {
        let Ok(LiveTopic::Rows(cluster, ask)) =
            LiveTopic::parse("rows:demo/deployments.v1.apps/shop?labelSelector=app%20in%20(a,b)&fields=*")
        else {
            panic!("no rows")
        };
        assert_eq!((cluster.as_str(), ask.kind.to_string().as_str()), ("demo", "deployments.v1.apps"));
        assert_eq!(ask.namespace.as_ref().map(Namespace::as_str), Some("shop"));
        assert_eq!((ask.selector.as_deref(), ask.fields.as_deref()), (Some("app in (a,b)"), Some("*")));
        assert!(
            matches!(LiveTopic::parse("rows:demo/nodes/*"), Ok(LiveTopic::Rows(_, ask)) if ask.namespace.is_none())
        );
        let object = LiveTopic::parse("object:demo/nodes/-/node-1");
        assert!(matches!(object, Ok(LiveTopic::Object(_, _, None, name)) if name.as_str() == "node-1"));
        assert_eq!(LiveTopic::parse("clusters"), Ok(LiveTopic::Clusters));
    }

    #[test]
    fn what_is_no_such_topic_is_refused() {
        for topic in [
            "rows:demo/pods",
            "rows:demo/pods/shop/web",
            "rows:demo/pods/Shop!",
            "rows:/pods/shop",
            "rows:demo/pods/shop?limit=3",
            "object:demo/pods/shop",
            "object:demo/pods/*/web",
            "object:demo/pods/shop/..",
            "cluster",
            "plan:p-1",
        ] {
            assert_eq!(LiveTopic::parse(topic).map_err(|p| p.code), Err(Code::BadInput), "{topic}");
        }
    }
}
