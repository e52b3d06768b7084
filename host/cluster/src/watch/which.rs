//! Which objects a watch is of, and where their list and their events are asked for.

use kubechat_core::names::Namespace;
use kubechat_core::object::ApiType;
use kubechat_core::problem::Problem;
use kubechat_flow::ports::cluster::Review;

use crate::address::Path;
use crate::status::Doing;

/// A type in a place, perhaps less by selectors. Watches of equal ones are shared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Which {
    pub(crate) api: ApiType,
    /// Absent means everywhere.
    pub(crate) namespace: Option<Namespace>,
    /// A label selector in its text form.
    pub(crate) labels: Option<String>,
    /// A field selector in its text form.
    pub(crate) fields: Option<String>,
}

impl Which {
    /// Their collection, with the selectors.
    pub(crate) fn path(&self) -> Result<Path, Problem> {
        let mut path = Path::collection(&self.api, self.namespace.as_ref())?;
        if let Some(labels) = &self.labels {
            path = path.query("labelSelector", labels);
        }
        if let Some(fields) = &self.fields {
            path = path.query("fieldSelector", fields);
        }
        Ok(path)
    }

    /// The rights without which there is no watch, as the API server is asked about them.
    pub(crate) fn reviews(&self) -> [Review; 2] {
        let name = self.fields.as_deref().and_then(|fields| fields.strip_prefix("metadata.name=")?.parse().ok());
        ["list", "watch"].map(|verb| Review {
            verb: verb.to_owned(),
            api: self.api.clone(),
            subresource: String::new(),
            namespace: self.namespace.clone(),
            name: name.clone(),
        })
    }

    pub(crate) fn doing<'a>(&'a self, verb: &'a str, server: String) -> Doing<'a> {
        let resource = self.api.resource();
        Doing { verb, what: resource.clone(), resource, namespace: self.namespace.as_ref(), server }
    }
}
