//! How containers are.

use std::process::ExitCode;

use plimsoll::Container;
use plimsoll::resources::Health;
use plimsoll_cli::{Color, Streams};

use crate::Configured;

/// What the command line accepts.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Containers by name or id [default: those of the compose project]
    #[arg(value_name = "CONTAINER")]
    containers: Vec<String>,

    #[command(flatten)]
    configured: Configured,
}

/// A line for each container; the code is that of the first that is worst.
pub(crate) async fn check(args: &Args) -> anyhow::Result<ExitCode> {
    let config = args.configured.read()?;
    let compose = config.compose();
    let mut containers: Vec<(String, String)> =
        args.containers.iter().map(|name| (name.clone(), name.clone())).collect();
    if containers.is_empty() {
        let found = compose.containers().await?;
        containers.extend(found.into_iter().map(|found| (found.service, found.container)));
    }
    let mut streams = Streams::standard(Color::Never);
    let mut worst: Option<Health> = None;
    for (label, container) in &containers {
        let health = Container::named(container).health().await?;
        streams.print(|out| writeln!(out, "{label}: {health}"))?;
        worst = Some(worst.map_or(health, |worst| worse(worst, health)));
    }
    if worst.is_none() {
        streams.print(|out| {
            writeln!(out, "project {}: {}, it has no container", compose.name(), Health::Missing)
        })?;
    }
    Ok(ExitCode::from(worst.unwrap_or(Health::Missing).exit_code()))
}

/// The one that asks for more attention.
fn worse(one: Health, other: Health) -> Health {
    let gravity = |health: Health| match health {
        Health::Healthy => 0,
        Health::Unchecked => 1,
        Health::Starting => 2,
        Health::Missing => 3,
        Health::Exited { .. } => 4,
        Health::Unhealthy => 5,
    };
    if gravity(other) > gravity(one) { other } else { one }
}
