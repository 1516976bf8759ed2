//! Stored results: one, or all of a folder as one set.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use plimsoll::model::{Analysis, Caveat, Set, Verdict, slug};
use plimsoll::report::{LATEST_FILE, analyze};
use plimsoll_cli::read_set;

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Stored {
    /// One result.
    One(Box<Set>),
    /// Several results, joined into one set.
    Many(Box<Set>),
}

impl Stored {
    /// The set, whichever it is.
    #[must_use]
    pub fn set(&self) -> &Set {
        match self {
            Stored::One(set) | Stored::Many(set) => set,
        }
    }
}

/// Reads a result, or all results of a folder and of the folders right in it. What is there under two names, as
/// `latest.json` is, counts once. Findings and advice are there whether they were stored or not.
///
/// # Errors
/// When the file cannot be read, or the folder holds no result.
pub fn read(path: &Path) -> anyhow::Result<Stored> {
    if !path.is_dir() {
        return Ok(Stored::One(Box::new(analysed(read_set(path)?))));
    }
    let (mut sets, left_out) = each(path)?;
    let reasons = left_out.iter().map(|caveat| format!("; {}", caveat.message)).collect::<String>();
    ensure!(!sets.is_empty(), "{} holds no result{reasons}; expected {LATEST_FILE}", path.display());
    if sets.len() == 1 && left_out.is_empty() {
        return Ok(Stored::One(Box::new(analysed(sets.remove(0)))));
    }
    let name = fs::canonicalize(path)?.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut joined = join(&name, sets);
    joined.caveats.extend(left_out);
    Ok(Stored::Many(Box::new(analysed(joined))))
}

/// All results of a folder and of the folders right in it, oldest first, each once; and what could not be read.
///
/// # Errors
/// When the folder cannot be read.
pub fn each(folder: &Path) -> anyhow::Result<(Vec<Set>, Vec<Caveat>)> {
    let mut ids = BTreeSet::new();
    let mut sets: Vec<Set> = Vec::new();
    let mut left_out: Vec<Caveat> = Vec::new();
    for file in files(folder)? {
        match read_set(&file) {
            Ok(set) if ids.insert(set.id.clone()) => sets.push(set),
            Ok(_) => {}
            Err(error) => left_out.push(Caveat::new("left_out", format!("{error:#}"))),
        }
    }
    sets.sort_by(|a, b| (a.started_at, &a.name).cmp(&(b.started_at, &b.name)));
    Ok((sets, left_out))
}

/// The JSON files of a folder, then the newest results of the folders in it.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    let is_json =
        |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "json") && !path.is_dir();
    let own = paths.iter().filter(is_json).cloned();
    let below = paths.iter().map(|path| path.join(LATEST_FILE)).filter(|path| path.is_file());
    Ok(own.chain(below).collect())
}

/// One set with the runs of all. The runs of a workload are numbered anew; averages over them are left out, since the
/// results are of different times.
pub(crate) fn join(name: &str, sets: Vec<Set>) -> Set {
    let differing = differing(&sets);
    let mut sets = sets.into_iter();
    let first = sets.next().expect("there is one at least");
    let verdict = verdict_of(&first);
    let mut joined = Set { id: slug(name), name: name.to_owned(), verdict, ..first };
    for set in sets {
        joined.verdict = joined.verdict.and(verdict_of(&set));
        joined.started_at = joined.started_at.min(set.started_at);
        joined.completed_at = joined.completed_at.max(set.completed_at);
        joined.runs.extend(set.runs);
        joined.comparisons.extend(set.comparisons);
        joined.caveats.extend(set.caveats);
        joined.protocol = joined.protocol.or(set.protocol);
        joined.analysis = together(joined.analysis, set.analysis);
    }
    joined.aggregates.clear();
    joined.config.clear();
    joined.derived_config.clear();
    number(&mut joined);
    joined.caveats.extend(differing);
    joined.caveats.dedup();
    joined
}

/// The verdict of a set, its reasons marked with its name.
fn verdict_of(set: &Set) -> Verdict {
    let mark = |reason: &String| format!("{}: {reason}", set.name);
    Verdict { status: set.verdict.status, reasons: set.verdict.reasons.iter().map(mark).collect() }
}

/// What estimators stored in both; findings are made anew.
fn together(one: Option<Analysis>, other: Option<Analysis>) -> Option<Analysis> {
    let (mut one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
    one.leaks.extend(other.leaks);
    one.scaling = one.scaling.or(other.scaling);
    Some(one)
}

/// Numbers the runs of each workload, step and side from 1.
fn number(set: &mut Set) {
    for index in 0..set.runs.len() {
        let (before, rest) = set.runs.split_at_mut(index);
        let place = &mut rest[0];
        let is_same = |other: &&plimsoll::model::SetRun| {
            (&other.workload, &other.step, other.side) == (&place.workload, &place.step, place.side)
        };
        place.iteration = before.iter().filter(is_same).count() as u64 + 1;
    }
}

/// The doubt about results of different machines.
fn differing(sets: &[Set]) -> Option<Caveat> {
    let machine = |set: &Set| {
        let it = &set.environment;
        (it.label.clone(), it.os.clone(), it.cpu_model.clone(), it.cores, it.memory_bytes)
    };
    let is_one = sets.windows(2).all(|pair| machine(&pair[0]) == machine(&pair[1]));
    let message = "the results come from different machines; only the first is named";
    (!is_one).then(|| Caveat::new("several_machines", message))
}

/// With what the figures say, if nobody has looked yet.
fn analysed(mut set: Set) -> Set {
    set.analysis = Some(analyze(&set));
    set
}
