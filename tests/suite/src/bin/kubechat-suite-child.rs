//! The process that may be killed (see `kubechat_suite::child`), and the compiling child of components.

use kubechat_flow::ports::ledger::Ledger as _;
use kubechat_harness::{User, wait_for};
use kubechat_suite::child::Order;
use kubechat_suite::machine::Machine;
use kubechat_suite::world::{Custom, Kit, Tested, assemble, who};

fn main() -> Tested {
    kubechat_plugin::run_compile_child_if_asked();
    let order: Order = serde_json::from_str(&std::env::args().nth(1).ok_or("an order as JSON")?)?;
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(obey(order))
}

async fn obey(order: Order) -> Tested {
    let cache: &'static str = order.cache.to_string_lossy().into_owned().leak();
    let kit = Kit { child: "/proc/self/exe", cache };
    let (flow, ledger) = assemble(kit, &order.data, &order.kubeconfigs, Custom::default(), &Machine::default()).await?;
    println!("ready");
    flow.resume().await?;
    if let Some(plan) = order.execute {
        flow.execute(&who(User::Editor), plan, None, None).await?;
    }
    wait_for("every run to end", kubechat_suite::world::ENDS_WITHIN, || async {
        match ledger.open_runs().await {
            Ok(open) if open.is_empty() => Ok(()),
            Ok(open) => Err(format!("{} runs are open", open.len())),
            Err(error) => Err(error.to_string()),
        }
    })
    .await?;
    ledger.close().await;
    Ok(())
}
