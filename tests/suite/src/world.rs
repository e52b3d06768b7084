//! A test's world: a namespace, five people, and a `Flow` over real adapters with a database of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use kubechat_cluster::{ClusterConfig, ClusterPool, Deadlines, PoolConfig, PrincipalConfig};
use kubechat_core::approval::{Choice, Tally};
use kubechat_core::audit::EntryKind;
use kubechat_core::ids::{PlanId, RunId};
use kubechat_core::names::ClusterName;
use kubechat_core::plan::{Origin, Plan, PlanState, Wanted};
use kubechat_core::principal::Principal;
use kubechat_core::problem::Problem;
use kubechat_core::run::Run;
use kubechat_flow::ask::Place;
use kubechat_flow::ports::Ports;
use kubechat_flow::ports::cluster::{Mode, NamespaceMode};
use kubechat_flow::ports::ledger::{AuditFilter, AuditRow, Ledger as _, Page};
use kubechat_flow::turn::{Part, Turn, TurnState};
use kubechat_flow::{Answered, Flow, Settings};
use kubechat_harness::{Namespace, Plane, User, wait_for};
use kubechat_plugin::{BoundPacks, PackBinding, PluginProvider};
use kubechat_store::{DataDir, Options, SqliteLedger};
use serde_json::Value;

use crate::components;
use crate::machine::Machine;

/// What a test gives back.
pub type Tested<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How long a turn, and a run with its rollout, may take beside other tests on two cores.
pub const ENDS_WITHIN: Duration = Duration::from_secs(60);
/// How long a run of the tests watches a rollout, ms.
const SETTLE_MS: i64 = 30_000;
/// How long an eviction of the tests waits for a disruption budget, ms.
const BUDGET_WAIT_MS: i64 = 30_000;
/// Everybody of the test plane.
pub const PEOPLE: [User; 5] = [User::Admin, User::Editor, User::Second, User::Viewer, User::Nobody];

/// What only the test's own build knows.
#[derive(Debug, Clone, Copy)]
pub struct Kit {
    /// The program `kubechat-suite-child`.
    pub child: &'static str,
    /// Where compiled components are kept.
    pub cache: &'static str,
}

/// How a world differs from the usual one.
#[derive(Debug, Clone)]
pub struct Custom {
    /// Whether writes run.
    pub mode: Mode,
    /// Rules for namespaces.
    pub namespaces: Vec<NamespaceMode>,
    /// One person is alone.
    pub confirm_only: bool,
    /// The database's options.
    pub store: Options,
    /// How long calls to the API server may take.
    pub deadlines: Deadlines,
    /// How long an eviction waits for a disruption budget, ms.
    pub budget_wait_ms: i64,
}

impl Default for Custom {
    fn default() -> Self {
        let store = Options::default();
        let deadlines = Deadlines::default();
        Self {
            mode: Mode::Guarded,
            namespaces: Vec::new(),
            confirm_only: false,
            store,
            deadlines,
            budget_wait_ms: BUDGET_WAIT_MS,
        }
    }
}

/// One test's world.
pub struct World {
    /// Its namespace.
    pub namespace: Namespace,
    /// All use cases.
    pub flow: Flow,
    /// Its database.
    pub ledger: SqliteLedger,
    /// Its clock.
    pub clock: Machine,
    /// Its data folder.
    pub data: Folder,
}

/// A folder that is removed when this is dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The one for this name.
    pub fn of(name: &str) -> Self {
        Self(std::env::temp_dir().join("kubechat-suite").join(name))
    }
}

impl std::ops::Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays is only disk space.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Kit {
    /// A world in a fresh namespace of the shared control plane.
    pub async fn world(self, name: &str) -> Tested<World> {
        self.custom(name, &[], Custom::default()).await
    }

    /// The same in a namespace labelled as production.
    pub async fn production(self, name: &str) -> Tested<World> {
        self.custom(name, &[("environment", "production")], Custom::default()).await
    }

    /// The same with labels and settings of its own.
    pub async fn custom(self, name: &str, labels: &[(&str, &str)], custom: Custom) -> Tested<World> {
        let namespace = Plane::shared().await?.namespace_labelled(name, labels).await?;
        self.within(namespace, custom).await
    }

    /// A world in this namespace.
    pub async fn within(self, namespace: Namespace, custom: Custom) -> Tested<World> {
        let data = Folder::of(namespace.name());
        let kubeconfigs = PEOPLE.map(|user| (user.name().to_owned(), namespace.kubeconfig(user))).into();
        let clock = Machine::default();
        let (flow, ledger) = assemble(self, &data, &kubeconfigs, custom, &clock).await?;
        Ok(World { namespace, flow, ledger, clock, data })
    }
}

/// Somebody's clusters: a kubeconfig each.
pub type Clusters = Vec<(ClusterName, PathBuf)>;

/// A flow over the real adapters, for people with one cluster.
pub async fn assemble(
    kit: Kit,
    data: &Path,
    kubeconfigs: &BTreeMap<String, PathBuf>,
    custom: Custom,
    clock: &Machine,
) -> Tested<(Flow, SqliteLedger)> {
    let one = |(name, kubeconfig): (&String, &PathBuf)| (name.clone(), vec![(cluster(), kubeconfig.clone())]);
    assemble_on(kit, data, &kubeconfigs.iter().map(one).collect(), custom, clock).await
}

/// A flow over the real adapters, for people with clusters of their own.
pub async fn assemble_on(
    kit: Kit,
    data: &Path,
    kubeconfigs: &BTreeMap<String, Clusters>,
    custom: Custom,
    clock: &Machine,
) -> Tested<(Flow, SqliteLedger)> {
    // `RUST_LOG=kubechat_flow=debug` shows what happens; a second world finds it set up already.
    let filter = tracing_subscriber::EnvFilter::from_default_env();
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    let plugins =
        tokio::task::spawn_blocking(move || components::plugins(Path::new(kit.child), Path::new(kit.cache))).await?;
    let ledger = SqliteLedger::open(&DataDir::open(data)?, custom.store).await?;
    let principals = kubeconfigs.iter().map(|(name, clusters)| PrincipalConfig {
        principal: Principal::local(name, &[]),
        clusters: clusters
            .iter()
            .map(|(name, kubeconfig)| ClusterConfig {
                name: name.clone(),
                kubeconfig: kubeconfig.clone(),
                context: None,
                mode: custom.mode,
                mode_said: false,
                namespaces: custom.namespaces.clone(),
            })
            .collect(),
    });
    let (principals, deadlines) = (principals.collect(), custom.deadlines);
    let pool = PoolConfig { principals, deadlines, ..PoolConfig::default() };
    let pack = PackBinding { pack: "policy-baseline".to_owned(), settings_json: "{}".to_owned(), enforced: true };
    let machine = Arc::new(clock.clone());
    let pool = Arc::new(ClusterPool::new(pool, machine.clone()));
    let ports = Ports {
        cluster: pool.clone(),
        live: pool,
        ledger: Arc::new(ledger.clone()),
        models: Vec::new(),
        provider: Arc::new(PluginProvider::new(plugins.provider("provider-rules").map_err(said)?, true)),
        packs: Arc::new(BoundPacks::bind(plugins, vec![pack])),
        events: machine.clone(),
        work: machine.clone(),
        clock: machine.clone(),
        ids: machine,
    };
    let settings = Settings {
        confirm_only: custom.confirm_only,
        plan_life_ms: None,
        settle_ms: Some(SETTLE_MS),
        budget_wait_ms: Some(custom.budget_wait_ms),
    };
    Ok((Flow::new(ports, settings), ledger))
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// The cluster's configured name.
pub fn cluster() -> ClusterName {
    ClusterName::parse("testplane").expect("a name")
}

/// A person as the host knows them.
pub fn who(user: User) -> Principal {
    Principal::local(user.name(), &[])
}

impl World {
    /// Plans one operation given as JSON.
    pub async fn plan(&self, user: User, operation: Value) -> Answered<Plan> {
        self.plan_all(user, vec![operation]).await
    }

    /// Plans several.
    pub async fn plan_all(&self, user: User, operations: Vec<Value>) -> Answered<Plan> {
        let parsed = |operation| serde_json::from_value::<Wanted>(operation).expect("an operation").on(&cluster());
        let operations = operations.into_iter().map(parsed).collect();
        self.flow.plan(&who(user), operations, Origin::Api, Vec::new().into()).await
    }

    /// Lets `second` approve it where policy wants that; tells whether it did.
    pub async fn approved(&self, plan: &Plan) -> Answered<bool> {
        if plan.state != PlanState::NeedsApproval {
            return Ok(false);
        }
        let shown = self.flow.show(plan.id).await?;
        for (ballot, _) in shown.ballots.iter().zip(&shown.tallies).filter(|(_, tally)| **tally != Tally::Met) {
            let digest = Some(ballot.request.digest);
            self.flow.vote(&who(User::Second), plan.id, Choice::Approve, digest, None).await?;
        }
        Ok(true)
    }

    /// Executes it as this person and waits for the end.
    pub async fn execute(&self, user: User, plan: PlanId) -> Answered<Run> {
        let run = self.flow.execute(&who(user), plan, None, None).await?;
        self.ended(run.id).await
    }

    /// Approves where wanted, then executes as the requester.
    pub async fn carry_out(&self, plan: &Plan) -> Answered<Run> {
        self.approved(plan).await?;
        let run = self.flow.execute(&plan.requester, plan.id, None, None).await?;
        self.ended(run.id).await
    }

    /// A run once it has ended.
    pub async fn ended(&self, run: RunId) -> Answered<Run> {
        self.run_where(run, "the run to end", |run| run.state.is_final()).await
    }

    /// A run once something holds.
    pub async fn run_where(&self, run: RunId, what: &str, holds: impl Fn(&Run) -> bool) -> Answered<Run> {
        let seen = wait_for(what, ENDS_WITHIN, || async {
            let run = self.flow.show_run(run).await.map_err(|problem| problem.detail)?;
            if holds(&run) { Ok(run) } else { Err(format!("{:?}, {:?}", run.state, run.steps)) }
        });
        seen.await.map_err(late)
    }

    /// Says a sentence and waits for what becomes of it.
    pub async fn ask(&self, user: User, sentence: &str) -> Answered<Turn> {
        self.ask_at(user, sentence, Place::default()).await
    }

    /// The same somewhere.
    pub async fn ask_at(&self, user: User, sentence: &str, place: Place) -> Answered<Turn> {
        let turn = self.flow.ask(&who(user), sentence, place).await?;
        let seen = wait_for("the answer", ENDS_WITHIN, || async {
            let turn = self.flow.show_turn(&who(user), turn.id).await.map_err(|problem| problem.detail)?;
            if turn.state == TurnState::Working { Err(format!("{:?}", turn.parts)) } else { Ok(turn) }
        });
        seen.await.map_err(late)
    }

    /// The audit log, oldest first.
    pub async fn entries(&self, filter: AuditFilter) -> Tested<Vec<AuditRow>> {
        let mut rows = self.ledger.audit(filter, Page { limit: 500, before: None }).await?;
        rows.reverse();
        Ok(rows)
    }

    /// The kinds of entries about one plan, oldest first.
    pub async fn kinds(&self, plan: PlanId) -> Tested<Vec<EntryKind>> {
        let rows = self.entries(AuditFilter { plan: Some(plan), ..AuditFilter::default() }).await?;
        Ok(rows.into_iter().map(|row| row.committed.entry.kind).collect())
    }
}

/// The plans that a turn led to.
pub fn plans_of(turn: &Turn) -> Vec<PlanId> {
    turn.parts.iter().filter_map(|part| if let Part::Plan { plan } = part { Some(*plan) } else { None }).collect()
}

fn late(error: kubechat_harness::HarnessError) -> Problem {
    Problem::new(kubechat_core::problem::Code::Fault, error.to_string())
}
