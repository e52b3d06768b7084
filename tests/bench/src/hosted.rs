//! A host in this process, wired as in its own program, on the shared plane as its editor.

use std::net::SocketAddr;

use kubechat_harness::Plane;
use kubechat_plugin::Compiler;
use kubechat_server::config::{Config, Surroundings};
use kubechat_server::wiring::Host;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::start::Home;
use crate::{Places, Trouble};

/// A running host; [`Hosted::end`] stops it in order.
pub(crate) struct Hosted {
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    stop: CancellationToken,
    serving: JoinHandle<()>,
    _home: Home,
}

impl Hosted {
    /// Starts one whose folder is called after `name`.
    pub(crate) async fn start(places: &Places, plane: &Plane, name: &str) -> Result<Self, Trouble> {
        let home = Home::make(name)?;
        let variables = [("HOME", home.dir().to_owned()), ("KUBECHAT_COMPONENTS_DIR", places.components.clone())];
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let around = Surroundings { variables, program: None };
        let config = Config::load(Some(&home.config(plane, "127.0.0.1:0")?), Default::default(), &around)?;
        let compiler = Compiler::this_program().map_err(|failure| format!("{failure:?}"))?;
        let host = Host::open(&config, &around, compiler).await?;
        let (address, stop) = (host.app().listen, host.app().stop.clone());
        let serving = tokio::spawn(host.serve());
        Ok(Self { address, token: home.token(address)?, stop, serving, _home: home })
    }

    /// Stops it and waits for its end.
    pub(crate) async fn end(self) -> Result<(), Trouble> {
        self.stop.cancel();
        Ok(self.serving.await?)
    }
}
