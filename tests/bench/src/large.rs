//! A cluster of thousands of pods: what plans, findings and completion cost there.
//!
//! One plane of its own, filled with few pods, measured, filled on to many, measured again, with the same host as a
//! child process beside it all the time. Requests are counted by the API server's own audit log, memory and CPU of the host
//! by `/proc`. A few faults are planted through the API, as people plant them.

use std::time::{Duration, Instant};

use kubechat_harness::{Plane, PrivatePlane, User};
use serde::Serialize;

use crate::direct::Direct;
use crate::host::{Home, Running, cpu_of};
use crate::lists::{self, Door};
use crate::{Places, Trouble, completion, findings, plans, sentence};

/// Over which the plane's own CPU time is looked at.
const CALM_OVER: Duration = Duration::from_secs(2);
/// What the plane may use of a core when it has nothing to do.
const CALM_SHARE: f64 = 0.3;
/// How long it may take to become calm.
const CALM_WITHIN: Duration = Duration::from_secs(120);

/// Rights of the editor, who sees everything and edits the namespace that is talked about; and workloads that don't work: in one namespace a dozen
/// that crash, one whose image is missing, and a Service that leads nowhere.
const PLANTED: &str = "
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: editor, namespace: fill-00}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: editor}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: editor}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: editor}]
---
apiVersion: v1
kind: Service
metadata: {name: astray, namespace: fill-01}
spec: {selector: {app.kubernetes.io/name: no-such-app}, ports: [{port: 80}]}
";
/// How many workloads crash: more than logs are read of.
const CRASHING: u32 = 12;

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    nodes: u32,
    filled: Vec<Filled>,
    plans: Vec<plans::Figures>,
    findings: findings::Figures,
    completion: completion::Figures,
}

/// A plane that was filled.
#[derive(Debug, Serialize)]
struct Filled {
    pods: u32,
    /// Writing them.
    took_ms: u128,
    /// Until its controllers had nothing to do any more.
    calm_ms: u128,
}

pub(crate) async fn measure(places: &Places) -> Result<(Figures, sentence::Figures, lists::Figures), Trouble> {
    let Places { small, large, nodes, .. } = *places;
    let mut plane = PrivatePlane::start_filled(nodes, small).await?;
    let mut filled = vec![calm(&plane, small).await?];
    plant(&plane).await?;
    let home = Home::make("large")?;
    let config = home.config(&plane, "127.0.0.1:0", &[User::Editor, User::Admin])?;
    let host = Running::start(places, &home, &config).await?;
    let editor = host.client(&home, User::Editor)?;
    let mut plans = vec![plans::measure(&host, &editor, &plane, small).await?];
    eprintln!("plans: {plans:?}");
    let sentence = sentence::measure(places, &plane, small).await?;
    plane.fill_on(large).await?;
    filled.push(calm(&plane, large).await?);
    eprintln!("filled: {filled:?}");
    plans.push(plans::measure(&host, &editor, &plane, large).await?);
    eprintln!("plans: {plans:?}");
    let completion = completion::measure(&editor).await?;
    eprintln!("completion: {completion:?}");
    let door = Door { host: editor.host, token: editor.token.clone(), cluster: "bench" };
    let lists = lists::measure(&door, &Direct::of(&plane, User::Editor)?).await?;
    eprintln!("lists: {lists:?}");
    host.end()?;
    let findings = findings::measure(places, &home, &config, &plane).await?;
    Ok((Figures { nodes, filled, plans, findings, completion }, sentence, lists))
}

async fn plant(plane: &Plane) -> Result<(), Trouble> {
    let admin = plane.kubectl(User::Admin);
    let mut manifests = PLANTED.to_owned();
    for number in 0..=CRASHING {
        let tag = if number == CRASHING { "missing" } else { "crash" };
        manifests.push_str(&format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: faulty-{number}, namespace: fill-02}}\n\
             spec:\n  replicas: 2\n  selector: {{matchLabels: {{app: faulty-{number}}}}}\n  template:\n    \
             metadata: {{labels: {{app: faulty-{number}}}}}\n    \
             spec: {{containers: [{{name: app, image: 'registry.example/faulty:{tag}'}}]}}\n"
        ));
    }
    admin.run_with(&["apply", "-f", "-"], &manifests).await?;
    Ok(())
}

/// Waits until a plane has nothing to do but its heartbeats.
async fn calm(plane: &PrivatePlane, pods: u32) -> Result<Filled, Trouble> {
    let begun = Instant::now();
    loop {
        let before = cpu_of(plane.process())?;
        tokio::time::sleep(CALM_OVER).await;
        let used = cpu_of(plane.process())?.saturating_sub(before);
        let took = begun.elapsed();
        if used.as_secs_f64() / CALM_OVER.as_secs_f64() < CALM_SHARE || took > CALM_WITHIN {
            return Ok(Filled { pods, took_ms: plane.filled_in()?.as_millis(), calm_ms: took.as_millis() });
        }
    }
}
