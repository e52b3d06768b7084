//! `expose`: put a Service in front of a workload or pod.
//!
//! The selector is the workload's own, so the Service reaches exactly its pods; one that a Service can't say (expressions)
//! is refused. Reversibility: exact (the Service is deleted again, by UID).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::apply::leaves;
use super::qualified::shortened;
use super::{LowerError, Reversibility, Target, Write, fact_error, shell_word};
use crate::facts::{Fact, FactQuery, Snapshot};
use crate::field::FieldPath;
use crate::mutation::{Action, Mutation};
use crate::names::ObjectName;
use crate::object::{ApiType, ObjectRef, integer, items, text};

/// Longest name of a Service or of a named port's label, characters (RFC 1035).
const SERVICE_NAME_CHARS_MAX: usize = 63;
/// Longest name of a port, characters.
const PORT_NAME_CHARS_MAX: usize = 15;
const WORKS_FOR: &str = "Deployment, StatefulSet, DaemonSet, ReplicaSet and Pod";

/// Where the Service can be reached from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ServiceType {
    /// Inside the cluster.
    #[default]
    ClusterIP,
    /// At a port of every node.
    NodePort,
    /// At a load balancer of the cluster's provider.
    LoadBalancer,
}

/// A container's port, by number or by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PortRef {
    /// By number.
    Number(u16),
    /// By the name the container gives it.
    Name(String),
}

/// Put a Service in front of a workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expose {
    /// The workload or pod.
    pub target: Target,
    /// The Service's port.
    pub port: u16,
    /// The container's port; the same when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_port: Option<PortRef>,
    /// The Service's name; the workload's when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it can be reached from.
    #[serde(default, rename = "type")]
    pub kind: ServiceType,
}

impl ServiceType {
    fn as_str(self) -> &'static str {
        match self {
            Self::ClusterIP => "ClusterIP",
            Self::NodePort => "NodePort",
            Self::LoadBalancer => "LoadBalancer",
        }
    }
}

/// A DNS label that begins with a letter.
fn is_service_name(name: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    name.len() <= SERVICE_NAME_CHARS_MAX
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('-')
        && name.bytes().all(inner)
}

impl Expose {
    fn service_name(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.target.name.as_str())
    }

    /// The Service's address, once the target's is known.
    fn service(&self, target: &ObjectRef) -> Result<ObjectRef, LowerError> {
        let name = self.service_name();
        let bad = || {
            let rule = "at most 63 of a-z, 0-9 and '-', a letter first";
            LowerError::BadValue(format!("{:?} is no name of a Service: {rule}", shortened(name)))
        };
        let parsed = ObjectName::parse(name).ok().filter(|_| is_service_name(name)).ok_or_else(bad)?;
        Ok(ObjectRef { api: ApiType::services(), namespace: target.namespace.clone(), name: parsed })
    }

    /// The labels that pick the pods, and the containers behind them.
    fn pods<'a>(
        &self,
        target: &ObjectRef,
        object: &'a Value,
    ) -> Result<(&'a Map<String, Value>, &'a [Value]), LowerError> {
        let bad = |why: &str| LowerError::BadValue(format!("{target} {why}"));
        let (selector, containers) = match (target.api.group.as_str(), target.api.kind.as_str()) {
            ("", "Pod") => (object.pointer("/metadata/labels"), items(object, "/spec/containers")),
            ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") => {
                if !items(object, "/spec/selector/matchExpressions").is_empty() {
                    return Err(bad("selects its pods by expressions, which a Service can't"));
                }
                (object.pointer("/spec/selector/matchLabels"), items(object, "/spec/template/spec/containers"))
            }
            _ => {
                let kind = target.api.kind.clone();
                return Err(LowerError::WrongKind { what: "expose", kind, works_for: WORKS_FOR });
            }
        };
        let selector = selector.and_then(Value::as_object).filter(|labels| !labels.is_empty());
        Ok((selector.ok_or_else(|| bad("has no labels a Service could select by"))?, containers))
    }

    /// The port entry; the protocol is the one the container declares.
    fn port(&self, target: &ObjectRef, containers: &[Value]) -> Result<Value, LowerError> {
        let wanted = self.target_port.clone().unwrap_or(PortRef::Number(self.port));
        let declared: Vec<&Value> = containers.iter().flat_map(|container| items(container, "/ports")).collect();
        let found = match &wanted {
            PortRef::Number(0) => return Err(LowerError::BadValue("a port is a number from 1 to 65535".to_owned())),
            PortRef::Number(number) => {
                declared.iter().find(|port| integer(port, "/containerPort") == Some(i64::from(*number)))
            }
            PortRef::Name(name) => {
                let found = declared.iter().find(|port| text(port, "/name") == name);
                if found.is_none() || name.len() > PORT_NAME_CHARS_MAX {
                    let shown = shortened(name);
                    return Err(LowerError::BadValue(format!("no container of {target} has a port named {shown:?}")));
                }
                found
            }
        };
        let protocol = found.map(|port| text(port, "/protocol")).filter(|p| !p.is_empty()).unwrap_or("TCP");
        Ok(json!({"port": self.port, "protocol": protocol, "targetPort": wanted}))
    }
}

impl Write for Expose {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        let mut needs = self.target.needs_object(known)?;
        if let Some(target) = self.target.address(known)? {
            needs.push(FactQuery::Object { object: self.service(&target)? });
        }
        Ok(known.missing(needs))
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        if self.port == 0 {
            return Err(LowerError::BadValue("a port is a number from 1 to 65535".to_owned()));
        }
        let (target, object) = self.target.object(known)?;
        let (selector, containers) = self.pods(&target, object)?;
        let service = self.service(&target)?;
        match known.get(&FactQuery::Object { object: service.clone() }) {
            Some(Fact::Absent) => {}
            Some(Fact::Object { .. }) => return Err(LowerError::Exists(service.to_string())),
            Some(other) => return Err(fact_error(other, &service.to_string())),
            None => return Err(LowerError::FactFailed(format!("{service} was not looked up"))),
        }
        // Only what the selector says: other labels may mark the workload as a GitOps tool's or a release's own.
        let metadata = json!({"name": service.name, "namespace": service.namespace, "labels": selector});
        let spec = json!({"selector": selector, "ports": [self.port(&target, containers)?], "type": self.kind});
        let mut touches = Vec::new();
        leaves(&spec, &FieldPath::of(&["spec"]), &mut touches);
        let body = json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec});
        Ok(vec![Mutation { target: service, action: Action::Create { body }, touches }])
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        let reach = match self.kind {
            ServiceType::ClusterIP => String::new(),
            other => format!(" ({})", other.as_str()),
        };
        format!("expose {} at port {} as service {}{reach}", self.target.plain(), self.port, self.service_name())
    }

    fn kubectl(&self) -> String {
        let mut words = vec![format!("kubectl expose {} --port={}", self.target.kubectl(), self.port)];
        match &self.target_port {
            Some(PortRef::Number(number)) => words.push(format!("--target-port={number}")),
            Some(PortRef::Name(name)) => words.push(shell_word(&format!("--target-port={name}"))),
            None => {}
        }
        if let Some(name) = &self.name {
            words.push(shell_word(&format!("--name={name}")));
        }
        if self.kind != ServiceType::ClusterIP {
            words.push(format!("--type={}", self.kind.as_str()));
        }
        words.join(" ")
    }
}
