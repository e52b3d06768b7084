//! What was asked for: an operation, the cluster it is for, and which others have to succeed first.
//!
//! On the wire it is the operation's own object with two fields more: `{"op": "scale", …, "cluster": "eu", "after": [0]}`.
//! Where a request names a cluster for all its operations, each may leave its own out ([`Wanted`]). `after` counts from 0
//! and points backwards only, so nothing can wait for itself; on one cluster the order of asking counts anyway.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use crate::names::ClusterName;
use crate::operation::Operation;
use crate::problem::{Code, Problem};

/// An operation as a request has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The cluster; absent means the request's.
    pub cluster: Option<ClusterName>,
    /// What.
    pub operation: Operation,
    /// Which earlier operations of the request have to succeed first.
    pub after: Vec<u32>,
}

/// An operation of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Wanted", into = "Wanted")]
pub struct Asked {
    /// The cluster.
    pub cluster: ClusterName,
    /// What.
    pub operation: Operation,
    /// Which earlier operations of the plan, on other clusters, have to succeed first.
    pub after: Vec<u32>,
}

impl Wanted {
    /// The same, on this cluster where none was named.
    pub fn on(self, cluster: &ClusterName) -> Asked {
        let cluster = self.cluster.unwrap_or_else(|| cluster.clone());
        Asked { cluster, operation: self.operation, after: self.after }
    }
}

impl From<Asked> for Wanted {
    fn from(asked: Asked) -> Self {
        Self { cluster: Some(asked.cluster), operation: asked.operation, after: asked.after }
    }
}

impl TryFrom<Wanted> for Asked {
    type Error = &'static str;

    fn try_from(wanted: Wanted) -> Result<Self, Self::Error> {
        let cluster = wanted.cluster.ok_or("an operation of a plan names its cluster")?;
        Ok(Self { cluster, operation: wanted.operation, after: wanted.after })
    }
}

impl Asked {
    /// An operation that waits for none on another cluster.
    pub fn on(cluster: &ClusterName, operation: Operation) -> Self {
        Self { cluster: cluster.clone(), operation, after: Vec::new() }
    }

    /// It as people are shown it, masked.
    pub fn shown(&self) -> Value {
        let mut shown = self.operation.shown();
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("cluster".to_owned(), json!(self.cluster));
            if !self.after.is_empty() {
                fields.insert("after".to_owned(), json!(self.after));
            }
        }
        shown
    }
}

/// Refuses an `after` that does not point backwards.
pub fn check_order(operations: &[Asked]) -> Result<(), Problem> {
    let forward = |(at, asked): (usize, &Asked)| asked.after.iter().find(|&&on| on as usize >= at).map(|on| (at, *on));
    match operations.iter().enumerate().find_map(forward) {
        None => Ok(()),
        Some((at, on)) => {
            let detail = format!("operation {at} can't come after operation {on}");
            Err(Problem::new(Code::BadInput, detail).hint("`after` names earlier operations, counted from 0"))
        }
    }
}

impl Serialize for Wanted {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut value = serde_json::to_value(&self.operation).map_err(serde::ser::Error::custom)?;
        if let Some(fields) = value.as_object_mut() {
            if let Some(cluster) = &self.cluster {
                fields.insert("cluster".to_owned(), json!(cluster));
            }
            if !self.after.is_empty() {
                fields.insert("after".to_owned(), json!(self.after));
            }
        }
        value.serialize(out)
    }
}

impl<'de> Deserialize<'de> for Wanted {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let bad = |error: serde_json::Error| serde::de::Error::custom(error);
        let mut value = Value::deserialize(from)?;
        let mut take = |name: &str| value.as_object_mut().and_then(|fields| fields.remove(name));
        let (cluster, after) = (take("cluster"), take("after"));
        Ok(Self {
            cluster: cluster.map(serde_json::from_value).transpose().map_err(bad)?,
            after: after.map(serde_json::from_value).transpose().map_err(bad)?.unwrap_or_default(),
            operation: serde_json::from_value(value).map_err(bad)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale() -> Value {
        json!({"op": "scale", "target": {"kind": "deployment", "name": "web"}, "replicas": 5})
    }

    #[test]
    fn an_operation_reads_with_and_without_a_cluster_and_back_as_it_was() {
        let bare: Wanted = serde_json::from_value(scale()).unwrap();
        let eu: ClusterName = "eu".parse().unwrap();
        assert_eq!((&bare.cluster, bare.after.len()), (&None, 0));
        assert_eq!(serde_json::to_value(&bare).unwrap(), scale());
        let mut said = scale();
        said["cluster"] = json!("us");
        said["after"] = json!([0]);
        let asked = serde_json::from_value::<Wanted>(said.clone()).unwrap().on(&eu);
        assert_eq!((asked.cluster.as_str(), asked.after.as_slice()), ("us", &[0][..]));
        assert_eq!(serde_json::from_value::<Asked>(serde_json::to_value(&asked).unwrap()).unwrap(), asked);
        assert_eq!(bare.on(&eu).cluster, eu);
        assert!(serde_json::from_value::<Asked>(scale()).is_err(), "in a plan each names its cluster");
    }

    #[test]
    fn an_unknown_field_and_a_bad_cluster_are_refused() {
        for (field, value) in
            [("clustre", json!("eu")), ("cluster", json!("")), ("cluster", json!(["eu"])), ("after", json!(-1))]
        {
            let mut said = scale();
            said[field] = value.clone();
            assert!(serde_json::from_value::<Wanted>(said).is_err(), "{field} {value}");
        }
    }

    #[test]
    fn nothing_waits_for_itself_or_for_what_comes_later() {
        let asked = |after: Vec<u32>| {
            serde_json::from_value::<Wanted>(scale()).map(|one| Asked { after, ..one.on(&"eu".parse().unwrap()) })
        };
        let all = |afters: [Vec<u32>; 2]| afters.map(|after| asked(after).unwrap());
        assert!(check_order(&all([vec![], vec![0]])).is_ok());
        assert_eq!(check_order(&all([vec![], vec![1]])).unwrap_err().code, Code::BadInput);
        assert_eq!(check_order(&all([vec![1], vec![]])).unwrap_err().code, Code::BadInput);
    }
}
