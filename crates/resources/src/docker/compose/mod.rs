//! A clean environment: the containers of a compose project, ended and started anew.

mod error;
mod readiness;
mod tool;

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use plimsoll_metrics::{Clock, Timeline};
use tokio::time::sleep;

pub use self::error::ComposeError;
use self::readiness::{Member, Readiness, judge};
use self::tool::Tool;
use super::engine::{Engine, Refusal};
use super::inspection;

/// What compose itself writes on each container and volume of a project.
const PROJECT: &str = "com.docker.compose.project";
const SERVICE: &str = "com.docker.compose.service";

/// What is written on each container that is started here: the process that did.
const STARTED_BY: &str = "plimsoll.started-by";

/// Whether the project had volumes before its containers were first started here.
const VOLUMES: &str = "plimsoll.volumes";
const OWN: &str = "own";
const FOUND: &str = "found";

/// How often containers are asked whether they are ready.
const LOOK: Duration = Duration::from_millis(500);

/// Last lines of the log of a container that failed.
const LOG_LINES: usize = 20;

/// A compose project that can be ended and started anew, by `docker compose` or by `docker-compose` 1.29.
///
/// Nothing is touched that was not started here: every container has a label, and a project with a container without it
/// is refused unless it was [adopted](Compose::adopt). Volumes stay unless their removal was asked for.
///
/// ```no_run
/// use plimsoll_resources::Compose;
///
/// # async fn example() -> Result<(), plimsoll_resources::ComposeError> {
/// let project = Compose::project("shop-under-load", "compose.yaml").profiles(["cache".to_owned()]);
/// for member in project.clean().await? {
///     println!("{} is container {}", member.service, member.container);
/// }
/// // … the load …
/// project.down().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Compose {
    project: String,
    file: PathBuf,
    profiles: Vec<String>,
    one_shot: Vec<String>,
    is_adopted: bool,
    removes_volumes: bool,
    address: Option<String>,
    patience: Duration,
    settle: Duration,
}

/// A container of a project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProjectContainer {
    /// Name of its service.
    pub service: String,
    /// Its own name, the same in each life of the project.
    pub container: String,
}

impl Compose {
    /// A project of that name from a compose file. The name should be one of its own, and not the folder's.
    pub fn project(name: impl Into<String>, file: impl Into<PathBuf>) -> Compose {
        Compose {
            project: name.into(),
            file: file.into(),
            profiles: Vec::new(),
            one_shot: Vec::new(),
            is_adopted: false,
            removes_volumes: false,
            address: None,
            patience: Duration::from_secs(120),
            settle: Duration::from_secs(3),
        }
    }

    /// With the services of these profiles.
    #[must_use]
    pub fn profiles(self, profiles: impl IntoIterator<Item = String>) -> Compose {
        Compose { profiles: profiles.into_iter().collect(), ..self }
    }

    /// Services that may end with 0, such as migrations. Any other that ends has failed.
    #[must_use]
    pub fn one_shot(self, services: impl IntoIterator<Item = String>) -> Compose {
        Compose { one_shot: services.into_iter().collect(), ..self }
    }

    /// Takes over a project that somebody else has started.
    #[must_use]
    pub fn adopt(self, is_adopted: bool) -> Compose {
        Compose { is_adopted, ..self }
    }

    /// Removes the volumes of the project with its containers: their data is lost.
    #[must_use]
    pub fn remove_volumes(self, removes_volumes: bool) -> Compose {
        Compose { removes_volumes, ..self }
    }

    /// Of another engine than the one that `DOCKER_HOST` names, or this machine's.
    #[must_use]
    pub fn of_engine(self, address: &str) -> Compose {
        Compose { address: Some(address.to_owned()), ..self }
    }

    /// How long containers have to become ready, two minutes unless said otherwise; and how long one without a health
    /// check must run, three seconds.
    #[must_use]
    pub fn patience(self, patience: Duration, settle: Duration) -> Compose {
        Compose { patience, settle, ..self }
    }

    /// The name of the project.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.project
    }

    /// The containers of the project that are there, running or not, by service.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn containers(&self) -> Result<Vec<ProjectContainer>, ComposeError> {
        let engine = self.engine().await?;
        let mut containers: Vec<_> =
            self.found(&engine).await?.into_iter().map(|found| found.container).collect();
        containers.sort();
        Ok(containers)
    }

    /// Ends the project and starts it anew; its containers when all of them are ready: healthy by their own check, or
    /// without one running for a while.
    ///
    /// # Errors
    /// When there is no compose, or it fails; when the project is somebody else's; when a container does not become ready,
    /// with the last lines of its log.
    pub async fn clean(&self) -> Result<Vec<ProjectContainer>, ComposeError> {
        // Whose its volumes are is written on the containers that go.
        let volumes = self.guard().await?;
        self.end().await?;
        self.begin(volumes).await
    }

    /// Ends the containers of the project and removes them.
    ///
    /// # Errors
    /// When there is no compose, or it fails; when the project is somebody else's, or its volumes should go and are.
    pub async fn down(&self) -> Result<(), ComposeError> {
        self.guard().await?;
        self.end().await
    }

    async fn end(&self) -> Result<(), ComposeError> {
        let tool = self.tool().await?;
        let volumes: &[&str] = if self.removes_volumes { &["--volumes"] } else { &[] };
        tool.run(&[&["down", "--remove-orphans", "--timeout", "5"], volumes].concat()).await?;
        Ok(())
    }

    /// Starts what is not there and waits until all is ready.
    ///
    /// # Errors
    /// As [`Compose::clean`].
    pub async fn up(&self) -> Result<Vec<ProjectContainer>, ComposeError> {
        let volumes = self.guard().await?;
        self.begin(volumes).await
    }

    async fn begin(&self, volumes: &str) -> Result<Vec<ProjectContainer>, ComposeError> {
        let tool = self.tool().await?;
        let services = tool.run(&["config", "--services"]).await?;
        let labels = [(STARTED_BY, std::process::id().to_string()), (VOLUMES, volumes.to_owned())];
        let labelled = tool.labelling(services.lines(), &labels)?;
        labelled.run(&["up", "--detach", "--remove-orphans"]).await?;
        self.wait().await?;
        self.containers().await
    }

    /// Refuses a project of somebody else. Otherwise whose its volumes are.
    async fn guard(&self) -> Result<&'static str, ComposeError> {
        let engine = self.engine().await?;
        let found = self.found(&engine).await?;
        let volumes = engine.volumes(&format!("{PROJECT}={}", self.project)).await.map_err(refused)?;
        let is_ours = |found: &Found| found.labels.contains_key(STARTED_BY);
        let foreign: Vec<String> =
            found.iter().filter(|it| !is_ours(it)).map(|it| it.container.container.clone()).collect();
        if !foreign.is_empty() && !self.is_adopted {
            return Err(ComposeError::Foreign { project: self.project.clone(), containers: foreign });
        }
        if let Some(process) = found.iter().find_map(Found::starter).filter(|_| !self.is_adopted) {
            return Err(ComposeError::InUse { project: self.project.clone(), process });
        }
        let were_found = |found: &Found| found.labels.get(VOLUMES).map(String::as_str) != Some(OWN);
        let are_own = volumes.is_empty() || (!found.is_empty() && !found.iter().any(were_found));
        if self.removes_volumes && !are_own && !self.is_adopted {
            return Err(ComposeError::Volumes { project: self.project.clone(), volumes });
        }
        Ok(if are_own { OWN } else { FOUND })
    }

    async fn wait(&self) -> Result<(), ComposeError> {
        let engine = self.engine().await?;
        let timeline = Timeline::start(Clock::System);
        loop {
            let waited = Duration::from_nanos(timeline.now());
            match judge(&self.members(&engine).await?, &self.one_shot, waited, self.settle) {
                Readiness::Ready => return Ok(()),
                Readiness::Failed { container, why } => {
                    let log = engine.log_tail(&container, LOG_LINES).await.unwrap_or_default();
                    return Err(ComposeError::NotReady { container, why, log });
                }
                Readiness::Waiting { container, why } if waited >= self.patience => {
                    let log = engine.log_tail(&container, LOG_LINES).await.unwrap_or_default();
                    let why = format!("{why} after {waited:.0?}");
                    return Err(ComposeError::NotReady { container, why, log });
                }
                Readiness::Waiting { .. } => sleep(LOOK).await,
            }
        }
    }

    async fn members(&self, engine: &Engine) -> Result<Vec<Member>, ComposeError> {
        let mut members = Vec::new();
        for Found { container, .. } in self.found(engine).await? {
            let answer = match engine.inspect(&container.container).await {
                Ok(answer) => answer,
                // Removed between the two questions.
                Err(Refusal::Unknown) => continue,
                Err(refusal) => return Err(refused(refusal)),
            };
            members.push(Member {
                service: container.service,
                container: container.container,
                health: inspection::health(&answer),
                restarts: answer.restart_count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0),
            });
        }
        Ok(members)
    }

    async fn found(&self, engine: &Engine) -> Result<Vec<Found>, ComposeError> {
        let label = format!("{PROJECT}={}", self.project);
        let listed = engine.containers(&label).await.map_err(refused)?;
        let found = listed.into_iter().map(|(name, labels)| {
            let service = labels.get(SERVICE).cloned().unwrap_or_else(|| name.clone());
            Found { container: ProjectContainer { service, container: name }, labels }
        });
        Ok(found.collect())
    }

    async fn engine(&self) -> Result<Engine, ComposeError> {
        Engine::connect(self.address.as_deref()).await.map_err(refused)
    }

    async fn tool(&self) -> Result<Tool, ComposeError> {
        Tool::find(&self.project, &self.file, &self.profiles, self.address.as_deref()).await
    }
}

/// A container as the engine lists it.
#[derive(Debug, Clone)]
struct Found {
    container: ProjectContainer,
    labels: HashMap<String, String>,
}

impl Found {
    /// Another process of ours that has started it and still runs.
    fn starter(&self) -> Option<u32> {
        let process: u32 = self.labels.get(STARTED_BY)?.parse().ok()?;
        (process != std::process::id() && is_same_program(process)).then_some(process)
    }
}

/// Whether a process runs the program that this one runs: an id alone may long be somebody else's.
fn is_same_program(process: u32) -> bool {
    let program = |process: &str| std::fs::read_link(format!("/proc/{process}/exe")).ok();
    program(&process.to_string()).is_some_and(|theirs| program("self") == Some(theirs))
}

fn refused(refusal: Refusal) -> ComposeError {
    match refusal {
        Refusal::Unknown => ComposeError::Engine("the container is gone".to_owned()),
        Refusal::Unavailable(detail) => ComposeError::Engine(detail),
    }
}
