//! All protocols on a deployment.

use anyhow::{Context, ensure};
use containers::config::Config;
use containers::system::Deployment;
use plimsoll::http::Client;
use plimsoll::metrics::{Clock, Timeline};
use plimsoll::model::{Caveat, ResourceSeries, Secret, Status, Timestamp, Unit, Verdict, human};
use plimsoll::protocols::{Conducted, SampledWatcher, Standing, standing};
use plimsoll::resources::{Compose, ProjectContainer, Source};
use plimsoll::{Cadvisor, Container, Sitting, Watch};
use plimsoll_cli::{Exit, Flags, OutputFlags, Program, Session};

use crate::Configured;

/// What the command line accepts.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    configured: Configured,

    /// Begins each protocol with containers that are ended and started anew
    #[arg(long, help_heading = "Containers")]
    clean: bool,

    /// With --clean: the volumes of the project go as well, and what is in them is lost
    #[arg(long, requires = "clean", help_heading = "Containers")]
    remove_volumes: bool,

    /// With --clean: takes over a project that was not started here
    #[arg(long, requires = "clean", help_heading = "Containers")]
    adopt: bool,

    #[command(flatten)]
    kept: Kept,
}

/// What becomes of the results.
#[derive(Debug, clap::Args)]
pub(crate) struct Kept {
    /// No pictures and pages of charts
    #[arg(long, help_heading = "Output")]
    no_charts: bool,

    /// What kind of environment this is: dev, staging, ...
    #[arg(long, value_name = "NAME", default_value = "dev", help_heading = "Output")]
    environment: String,

    #[command(flatten)]
    output: OutputFlags,
}

impl Kept {
    /// Begins a sitting, in a folder of its own by its time.
    pub(crate) async fn begin(self) -> Session {
        let Kept { no_charts, environment, output } = self;
        let out = output.out.join(Clock::System.wall().compact());
        let flags = Flags { environment, output: OutputFlags { out, ..output }, ..Flags::default() };
        let mut session =
            Session::begin(&Program::new("containers", env!("CARGO_PKG_VERSION")), &flags).await;
        session.sum_up();
        if !no_charts {
            session.draw_charts();
        }
        session
    }
}

/// Runs, reports, writes the files, and says how it ends.
pub(crate) async fn run(args: Args) -> Exit {
    let Args { configured, clean, remove_volumes, adopt, kept } = args;
    let mut session = kept.begin().await;
    let config = match configured.read() {
        Ok(config) => config,
        Err(error) => {
            session.fail(&error);
            return session.finish();
        }
    };
    let compose = config.compose().adopt(adopt).remove_volumes(remove_volumes);
    let project = clean.then_some(compose.clone());
    describe(session.sitting(), &config, project.as_ref());
    if let Err(error) = measure(&mut session, &config, &compose, project).await {
        session.fail(&error);
    }
    session.finish()
}

fn describe(sitting: &mut Sitting, config: &Config, clean: Option<&Compose>) {
    for (name, value) in config.given() {
        sitting.config(name, value);
    }
    sitting.config("clean", clean.is_some());
    if clean.is_none() {
        let message =
            "containers were not started anew: each protocol began with what the one before left (--clean)";
        sitting.caveat(Caveat::new("state_carried_over", message));
    }
}

async fn measure(
    session: &mut Session,
    config: &Config,
    compose: &Compose,
    clean: Option<Compose>,
) -> anyhow::Result<()> {
    let deployment = Deployment::new(client(config)?, config.timeout(), clean.clone());
    let outcome = protocols(session, config, compose, deployment, clean.is_some()).await;
    // What was started here ends here, also after what went wrong.
    match clean {
        Some(project) => outcome.and(project.down().await.context("the containers were not ended")),
        None => outcome,
    }
}

async fn protocols(
    session: &mut Session,
    config: &Config,
    compose: &Compose,
    deployment: Deployment,
    is_clean: bool,
) -> anyhow::Result<()> {
    let containers = if is_clean { compose.clean().await? } else { compose.containers().await? };
    ensure!(
        !containers.is_empty(),
        "compose project {} has no containers; start it, or let this program do so with --clean",
        compose.name()
    );
    let mut deployment = if is_clean { deployment.fresh() } else { deployment };
    deployment.answers().await?;
    let (mut watcher, zero) = watch(session, config, &containers)?;
    let log = session.log().clone();
    let mut trouble = None;
    let all = standing(config.plan(), &mut deployment, &mut watcher, |all| {
        if let Some(last) = all.last() {
            log.say(told(last));
        }
        let kept = session.keep(|sitting| partial(sitting, config, all, zero));
        trouble = trouble.take().or(kept.err());
    })
    .await;
    let sampled = watcher.stop();
    for caveat in sampled.caveats {
        session.sitting().caveat(caveat);
    }
    add(session.sitting(), config, &all, zero);
    trouble.map_or(Ok(()), Err)
}

pub(crate) fn client(config: &Config) -> anyhow::Result<Client> {
    let client = Client::builder(config.url());
    let Some(name) = &config.api.token_env else { return Ok(client.build()?) };
    let token = std::env::var(name).with_context(|| format!("the token cannot be read from {name}"))?;
    Ok(client.bearer(&Secret::new(token)).build()?)
}

/// Begins to watch containers, and gives the wall time at which the watcher's own begins.
pub(crate) fn watch(
    session: &Session,
    config: &Config,
    containers: &[ProjectContainer],
) -> anyhow::Result<(SampledWatcher, Timestamp)> {
    let (timeline, zero) = (Timeline::start(Clock::System), Clock::System.wall());
    let interrupts = session.interrupts();
    let watcher = SampledWatcher::start(sources(config, containers), limits(config, containers), timeline)?;
    Ok((watcher.interrupted_by(move || interrupts.is_interrupted()), zero))
}

/// The containers under the names of their services, which are the same in every run.
fn sources(config: &Config, containers: &[ProjectContainer]) -> Vec<Box<dyn Source>> {
    let engine = |it: &ProjectContainer| Box::new(Container::named(&it.container).labelled(&it.service)) as _;
    let mut sources: Vec<Box<dyn Source>> = containers.iter().map(engine).collect();
    if let Some(url) = &config.docker.cadvisor_url {
        let beside = |it: &ProjectContainer| {
            let label = format!("{}@cadvisor", it.service);
            Box::new(Cadvisor::at(url, &it.container).labelled(&label)) as _
        };
        sources.extend(containers.iter().map(beside));
    }
    sources
}

/// Shares of what each container may use, which the watch knows while it runs.
fn limits(config: &Config, containers: &[ProjectContainer]) -> Vec<Watch> {
    let of_container = |it: &ProjectContainer| {
        let target = format!("container:{}", it.service);
        let memory = Watch::share(&target, config.memory_metric(), config.memory_share());
        [Watch::share(target, "cpu", config.cpu_share()), memory]
    };
    containers.iter().flat_map(of_container).collect()
}

/// What there is while protocols are still to come, for a program that never comes to its end.
fn partial(sitting: &mut Sitting, config: &Config, all: &[Conducted], zero: Timestamp) {
    add(sitting, config, all, zero);
    let last = all.last().map_or("its start", |last| last.name);
    let reason = format!("this was written after {last}, and nothing since");
    sitting.concluded(Verdict::because(Status::Interrupted, reason));
}

fn add(sitting: &mut Sitting, config: &Config, all: &[Conducted], zero: Timestamp) {
    let left = Standing::of(all);
    sitting.protocol(left.protocol(), left.verdict());
    for run in left.runs(zero) {
        sitting.add_step(run);
    }
    for (name, value) in left.derived() {
        sitting.derived(name, value);
    }
    for (name, value) in thresholds(config, all) {
        sitting.derived(&name, value);
    }
}

/// What the shares come to for each container: 90 % of one and a half cores are 135 %.
fn thresholds(config: &Config, all: &[Conducted]) -> Vec<(String, String)> {
    let limits = [
        ("cpu", "cpu_limit", Unit::Ratio, config.cpu_share()),
        ("memory", "memory_limit", Unit::Bytes, config.memory_share()),
    ];
    let series = all.iter().flat_map(|conducted| &conducted.sampled.series);
    let of_series = |series: &ResourceSeries| {
        let (name, _, unit, share) = limits.iter().find(|limit| limit.1 == series.metric)?;
        let limit = human::value(series.summary.peak? * share, *unit);
        Some((format!("threshold_{name}({})", series.target), limit))
    };
    series.filter_map(of_series).collect()
}

/// What a protocol came to, in a line.
pub(crate) fn told(conducted: &Conducted) -> String {
    let Conducted { name, findings, .. } = conducted;
    let word = |key: &str| findings.metadata.get(key).and_then(|value| value.as_str());
    let outcome = match (&findings.aborted, *name) {
        (Some(why), _) => format!("aborted: {why}"),
        (None, "stress") => format!("a load of {} held", findings.held.unwrap_or(0)),
        (None, "speed") => {
            let speed = findings.metadata.get("max_speed_achieved").map(ToString::to_string);
            let speed = format!("{}x its own speed", speed.unwrap_or_default());
            word("conclusion").map_or(speed.clone(), |conclusion| format!("{speed}, {conclusion}"))
        }
        (None, _) => "done".to_owned(),
    };
    let stop = conducted.last.trigger.as_ref().filter(|_| findings.metadata.contains_key("trigger"));
    let stop = stop.and_then(|stop| {
        let (target, metric) = (stop.target.as_deref()?, stop.metric.as_deref()?);
        let unit = if metric == "cpu" { Unit::Ratio } else { Unit::Bytes };
        let (value, limit) = (human::value(stop.value?, unit), human::value(stop.limit?, unit));
        Some(format!("; {metric} of {target} was {value}, the limit is {limit}"))
    });
    format!("{name}: {outcome}{}", stop.unwrap_or_default())
}
