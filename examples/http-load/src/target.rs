//! What is put under load, made ready for it.

use std::time::Duration;

use http_load::clinic;
use http_load::request;
use http_load::service::Service;
use plimsoll::{Load, Profile};
use plimsoll_cli::LoadFlags;

use crate::Cli;

/// An address, and the service behind it where it is ours.
pub(crate) struct Target {
    url: String,
    is_clinic: bool,
    _service: Option<Service>,
}

/// Users of a light load.
const FEW: u64 = 5;

impl Target {
    /// What was asked for; a service of this process is started.
    pub(crate) fn ready(cli: &Cli) -> anyhow::Result<Target> {
        if let Some(url) = cli.url() {
            let is_clinic = cli.service.is_some();
            return Ok(Target { url: url.to_owned(), is_clinic, _service: None });
        }
        let service = Service::start(cli.inject.unwrap_or_default())?;
        Ok(Target { url: service.url(), is_clinic: true, _service: Some(service) })
    }

    /// The load that the flags say.
    pub(crate) async fn load(&self, cli: &Cli) -> anyhow::Result<Load> {
        self.with(cli, &cli.flags.load).await
    }

    /// Five users for so long, whatever the flags say of load and conditions.
    pub(crate) async fn light(&self, cli: &Cli, length: Duration) -> anyhow::Result<Load> {
        let LoadFlags { seed, dedicated_threads, sample, sample_every, .. } = cli.flags.load.clone();
        let own = LoadFlags { seed, dedicated_threads, sample, sample_every, ..LoadFlags::default() };
        self.with(cli, &LoadFlags { users: Some(FEW), duration: Some(length), ..own }).await
    }

    async fn with(&self, cli: &Cli, flags: &LoadFlags) -> anyhow::Result<Load> {
        let own = self.offered()?;
        let is_open = flags.profile(own.clone())?.is_open();
        let load = if self.is_clinic {
            let client = cli.request.client(&self.url, is_open)?;
            // A service of this process has threads of its own, and so has the load.
            clinic::load(&client, is_open).await?.dedicated_threads(1)
        } else {
            cli.request.load(&self.url, is_open)?
        };
        flags.apply(load.timeout(cli.timeout), own)
    }

    fn offered(&self) -> anyhow::Result<Profile> {
        Ok(if self.is_clinic { clinic::offered()? } else { request::offered()? })
    }
}
