//! Which cluster this is, beyond its name: asked each time; kept only as what this very line was last seen to lead to.
//!
//! The UID of `kube-system` where the user may read it; where he may not, a digest of the server's URL and of the public
//! keys of the CA that vouches for it. An unreachable cluster has no pin: guessing one would let a write through. A write
//! leaves only through a line that was seen to lead where its permit says, because a kubeconfig may be changed between
//! the last look and the write, and a *create* has no UID that would hold it back.

use std::sync::PoisonError;

use http::StatusCode;
use kubechat_core::digest::Digest;
use kubechat_core::names::ObjectName;
use kubechat_core::object::{ApiType, ObjectRef, uid};
use kubechat_core::plan::ClusterPin;
use kubechat_core::problem::{Code, Problem};

use crate::address::Path;
use crate::json::{self, Managed};
use crate::link::{Call, Link};
use crate::production::by_labels;
use crate::status::{Doing, problem_of};

impl Link {
    /// Asks, and remembers the answer for [`Link::leads_to`].
    pub(crate) async fn pin(&self) -> Result<ClusterPin, Problem> {
        let pin = self.ask_pin().await?;
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(pin.clone());
        Ok(pin)
    }

    /// Whether this line was last seen to lead there; a line made since has been seen nowhere yet.
    pub(crate) fn leads_to(&self, pin: &ClusterPin) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).as_ref() == Some(pin)
    }

    /// Why its label says production, as far as was seen.
    pub(crate) fn labelled(&self) -> Option<String> {
        self.labelled.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn ask_pin(&self) -> Result<ClusterPin, Problem> {
        let name = ObjectName::parse("kube-system").map_err(|e| Problem::new(Code::Fault, e.to_string()))?;
        let object = ObjectRef { api: ApiType::namespaces(), namespace: None, name };
        let answer = self.read(&Call::get(Path::object(&object)?), self.waits.read).await?;
        match answer.status {
            status if status.is_success() => {
                let read = json::parse(&answer.body, Managed::Skip).unwrap_or_default();
                *self.labelled.lock().unwrap_or_else(PoisonError::into_inner) = by_labels(&read);
                match uid(&read) {
                    "" => Err(Problem::new(Code::ClusterUnreachable, format!("{} gave no namespace", self.server()))),
                    uid => Ok(ClusterPin::KubeSystem { uid: uid.to_owned() }),
                }
            }
            StatusCode::FORBIDDEN => Ok(ClusterPin::Authority { digest: self.authority()? }),
            _ => Err(problem_of(&answer, &Doing::to("get", &object, self.server()))),
        }
    }

    /// Server URL and the public keys trusted for it; without a CA of its own, the words that say so.
    pub(crate) fn authority(&self) -> Result<Digest, Problem> {
        let config = &self.resolved.config;
        let mut parts = vec![self.server()];
        // Behind one door, the name that is asked for may be what leads to one cluster or another.
        parts.extend(config.tls_server_name.iter().map(|name| format!("as {name}")));
        match &config.root_cert {
            _ if config.accept_invalid_certs => parts.push("any certificate".to_owned()),
            None => parts.push("the system's authorities".to_owned()),
            Some(certificates) => {
                let mut keys = certificates.iter().map(|der| public_key(der)).collect::<Result<Vec<_>, _>>()?;
                keys.sort();
                parts.extend(keys.iter().map(ToString::to_string));
            }
        }
        Ok(Digest::of("kubechat/cluster-authority/v1", parts.join("\n").as_bytes()))
    }
}

fn public_key(der: &[u8]) -> Result<Digest, Problem> {
    let mut store = rustls::RootCertStore::empty();
    store
        .add(der.to_vec().into())
        .map_err(|e| Problem::new(Code::Kubeconfig, format!("the certificate authority: {e}")))?;
    let key = store.roots.first().map(|root| Digest::plain(&[root.subject_public_key_info.as_ref()]));
    key.ok_or_else(|| Problem::new(Code::Kubeconfig, "the certificate authority holds no key"))
}
