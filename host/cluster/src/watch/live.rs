//! The live port over the pool: joins or begins watches on the principal's line.

use kubechat_core::names::ClusterName;
use kubechat_core::object::ObjectRef;
use kubechat_core::principal::Principal;
use kubechat_core::problem::Problem;
use kubechat_flow::ports::live::{Clean, Live, Mask, Reader, RowsAsk, Statuses, WarmTable};
use kubechat_flow::resources::ResourceRow;
use serde_json::Value;

use super::kinds::{Masked, Tables};
use super::reader::ShelfReader;
use super::statuses::AllStatuses;
use super::which::Which;
use crate::pool::ClusterPool;

fn of_rows(ask: &RowsAsk) -> Which {
    let (api, namespace, labels) = (ask.api.clone(), ask.namespace.clone(), ask.selector.clone());
    Which { api, namespace, labels, fields: None }
}

impl Live for ClusterPool {
    fn rows(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        ask: &RowsAsk,
        clean: Clean,
    ) -> Result<Box<dyn Reader<ResourceRow>>, Problem> {
        let line = self.lined(who, cluster)?;
        let tables = || Tables { api: ask.api.clone(), clean };
        let shelf = line.watches.tables.begun(|| line.ground(), &of_rows(ask), tables)?;
        Ok(Box::new(ShelfReader::at(shelf)?))
    }

    fn object(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        object: &ObjectRef,
        mask: Mask,
    ) -> Result<Box<dyn Reader<Value>>, Problem> {
        let line = self.lined(who, cluster)?;
        let fields = Some(format!("metadata.name={}", object.name));
        let (api, namespace) = (object.api.clone(), object.namespace.clone());
        let which = Which { api: api.clone(), namespace, labels: None, fields };
        let shelf = line.watches.objects.begun(|| line.ground(), &which, || Masked { api, mask })?;
        Ok(Box::new(ShelfReader::at(shelf)?))
    }

    fn warm(&self, who: &Principal, cluster: &ClusterName, ask: &RowsAsk) -> Option<WarmTable> {
        let shelf = self.lined(who, cluster).ok()?.watches.tables.known(&of_rows(ask))?;
        shelf.use_now();
        let state = shelf.lock();
        if !state.is_warm() {
            return None;
        }
        let rows = state.rows.values().map(|held| held.kept.clone()).collect();
        Some(WarmTable { columns: state.columns.clone(), rows, resource_version: state.version.clone() })
    }

    fn warm_up(&self, who: &Principal, cluster: &ClusterName, ask: &RowsAsk, clean: Clean) {
        if let Ok(line) = self.lined(who, cluster) {
            let tables = || Tables { api: ask.api.clone(), clean };
            line.watches.tables.preferred(|| line.ground(), &of_rows(ask), tables);
        }
    }

    fn statuses(&self, who: &Principal) -> Box<dyn Statuses> {
        Box::new(AllStatuses::of(self.slots(who)))
    }
}
