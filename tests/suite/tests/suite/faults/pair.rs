//! One host over two clusters, each a control plane of its own.

use kubechat_core::analyze::Findings;
use kubechat_core::names::{ClusterName, Namespace as Name};
use kubechat_core::principal::Principal;
use kubechat_core::read::Answer;
use kubechat_flow::Answered;
use kubechat_flow::ask::Place;
use kubechat_flow::turn::Turn;
use kubechat_harness::{Namespace, PrivatePlane, User};
use kubechat_suite::machine::Machine;
use kubechat_suite::world::{Custom, Folder, PEOPLE, assemble_on, who};
use kubechat_suite::{Tested, World};

use crate::KIT;

/// One of the two clusters.
pub(super) struct Side {
    pub(super) cluster: ClusterName,
    pub(super) namespace: Namespace,
}

/// Both, and the host; the world's own namespace is the one in the east.
pub(super) struct Pair {
    pub(super) east: Side,
    pub(super) west: Side,
    pub(super) world: World,
    pub(super) west_plane: PrivatePlane,
    _east_plane: PrivatePlane,
}

impl Pair {
    pub(super) async fn start() -> Tested<Self> {
        let (east_plane, west_plane) = (PrivatePlane::start().await?, PrivatePlane::start().await?);
        let side = async |name: &str, plane: &PrivatePlane, space: &str| -> Tested<Side> {
            Ok(Side { cluster: ClusterName::parse(name)?, namespace: plane.namespace(space).await? })
        };
        let (east, west) = (side("east", &east_plane, "shop").await?, side("west", &west_plane, "pay").await?);
        let entry = |side: &Side, user: User| (side.cluster.clone(), side.namespace.kubeconfig(user));
        let person = |user: User| (user.name().to_owned(), vec![entry(&east, user), entry(&west, user)]);
        let data = Folder::of(&format!("{}-and-{}", east.namespace.name(), west.namespace.name()));
        let clock = Machine::default();
        let people = PEOPLE.map(person).into();
        let (flow, ledger) = assemble_on(KIT, &data, &people, Custom::default(), &clock).await?;
        let world = World { namespace: east.namespace.clone(), flow, ledger, clock, data };
        Ok(Self { east, west, world, west_plane, _east_plane: east_plane })
    }

    pub(super) fn who(&self, user: User) -> Principal {
        who(user)
    }

    /// What is broken, to this person: everywhere, to who may see everything; else in the side's namespace.
    pub(super) async fn findings(&self, user: User, side: &Side) -> Tested<Findings> {
        let namespace = if user == User::Admin { None } else { Some(Name::parse(side.namespace.name())?) };
        match self.world.flow.findings(&who(user), &side.cluster, namespace).await.map_err(|problem| problem.detail)? {
            Answer::Findings(findings) => Ok(findings),
            other => Err(format!("{other:?}").into()),
        }
    }

    pub(super) async fn ask(&self, user: User, side: &Side, sentence: &str) -> Answered<Turn> {
        let place = Place { cluster: Some(side.cluster.clone()), ..Place::default() };
        self.world.ask_at(user, sentence, place).await
    }
}
