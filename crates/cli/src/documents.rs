//! Documents and baselines from files.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use plimsoll::baseline::BaselineFile;
use plimsoll::baseline::history::History;
use plimsoll::harness::aggregates;
use plimsoll::metrics::contradiction;
use plimsoll::model::read::{self, MAX_JSON_BYTES, MAX_YAML_BYTES};
use plimsoll::model::{
    Caveat, Document, Environment, GeneratorMode, Isolation, Kind, Run, SCHEMA_VERSION, Set, SetRun, Tool,
};
use plimsoll::report::LATEST_FILE;

/// Reads a set; of a folder, its newest. A single run becomes a set of one.
///
/// # Errors
/// When the file is missing, empty, cut, or no set and no run; the error names the file.
pub fn read_set(path: &Path) -> anyhow::Result<Set> {
    let path = if path.is_dir() { path.join(LATEST_FILE) } else { path.to_owned() };
    let name = path.display().to_string();
    let file = File::open(&path).with_context(|| format!("{name} cannot be opened"))?;
    let reading = read::json(&name, file)?;
    let mut set = match reading.document {
        Document::Set(set) => set,
        Document::Run(run) => set_of(run),
        other => bail!("{name} holds a {}; expected a set or a run", other.kind().word()),
    };
    set.caveats.extend(reading.caveats);
    set.caveats.extend(contradictions(&set));
    Ok(set)
}

/// What in a stored set cannot be. Nothing of it is changed: whoever compares decides, whoever looks is told.
fn contradictions(set: &Set) -> Vec<Caveat> {
    let of_run = |place: &SetRun| {
        let what = contradiction(&place.run)?;
        let message = format!("run {} of {} contradicts itself: {what}", place.iteration, place.workload);
        Some(Caveat::new("contradiction", message))
    };
    let known = |caveat: &Caveat| set.caveats.contains(caveat);
    set.runs.iter().filter_map(of_run).filter(|caveat| !known(caveat)).collect()
}

/// Reads baseline files. The first is the one to judge by; the others lend it their groups of targets, an
/// earlier one before a later one.
///
/// # Errors
/// When there is none, or one is missing, or not what the format allows; the error names the file.
pub fn read_baseline(paths: &[PathBuf]) -> anyhow::Result<BaselineFile> {
    let (first, others) = paths.split_first().context("no baseline file was named")?;
    others.iter().try_fold(baseline(first)?, |file, other| Ok(file.with_groups_of(&baseline(other)?)))
}

/// Reads a history; one that is not there yet is empty. Of a file beyond 256 MiB only the newest part is read.
///
/// # Errors
/// When the file is there and cannot be read; the error names it.
pub fn read_history(path: &Path) -> anyhow::Result<History> {
    let name = path.display();
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(History::default()),
        Err(error) => return Err(error).with_context(|| format!("history {name} cannot be opened")),
    };
    let mut bytes = Vec::new();
    let length = file.seek(SeekFrom::End(0)).unwrap_or(0);
    file.seek(SeekFrom::Start(length.saturating_sub(MAX_JSON_BYTES)))
        .and_then(|_| file.take(MAX_JSON_BYTES).read_to_end(&mut bytes))
        .with_context(|| format!("history {name} cannot be read"))?;
    Ok(History::read(&bytes))
}

fn baseline(path: &Path) -> anyhow::Result<BaselineFile> {
    let name = path.display().to_string();
    let file = File::open(path).with_context(|| format!("baseline {name} cannot be opened"))?;
    let mut text = String::new();
    // One byte more than may be read, so that the reader refuses what is too large.
    let most = u64::try_from(MAX_YAML_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    file.take(most).read_to_string(&mut text).with_context(|| format!("baseline {name} cannot be read"))?;
    Ok(BaselineFile::from_yaml(&name, &text)?)
}

/// A set of one run. A run does not say where it was measured.
fn set_of(run: Run) -> Set {
    let is_virtual = run.generator.mode == GeneratorMode::Virtual;
    let message = "a single run does not say on which machine it was measured";
    let caveat = (!is_virtual).then(|| Caveat::new("environment_unknown", message));
    let runs = vec![SetRun {
        workload: run.name.clone(),
        iteration: 1,
        side: None,
        step: None,
        isolation: Isolation::InProcess,
        run: run.clone(),
    }];
    Set {
        schema_version: SCHEMA_VERSION,
        kind: Kind::Set,
        id: run.id,
        name: run.name,
        tool: Tool { name: "unknown".into(), version: "unknown".into(), git: None },
        started_at: run.started_at,
        completed_at: run.started_at.after(std::time::Duration::from_nanos(run.duration_ns)),
        config: std::collections::BTreeMap::new(),
        derived_config: std::collections::BTreeMap::new(),
        environment: if is_virtual { Environment::virtual_time() } else { unknown_environment() },
        aggregates: aggregates(&runs),
        runs,
        protocol: None,
        comparisons: Vec::new(),
        analysis: None,
        verdict: run.verdict,
        caveats: caveat.into_iter().collect(),
    }
}

fn unknown_environment() -> Environment {
    let word = || "unknown".to_owned();
    Environment {
        label: word(),
        os: word(),
        kernel: word(),
        cpu_model: word(),
        rustc: word(),
        ..Environment::default()
    }
}
