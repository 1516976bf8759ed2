//! What a turn is compared with.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use plimsoll::model::Set;
use plimsoll::report::Json;
use plimsoll_cli::{Log, Results, read_set};

use super::keep::{entries, remove};
use crate::stored;

/// Good results that are compared with.
const MOST: usize = 10;

/// The newest results that gave no cause for an alert, at most ten, in the folder `reference` of the results.
///
/// The value of a metric is its median over them. So one lucky or unlucky result decides nothing, and a result that
/// is worse is never what the next one is held against. What changes slowly is seen in the trends, not here. To accept a
/// change that was meant, delete the folder.
#[derive(Debug)]
pub struct Reference {
    folder: PathBuf,
}

impl Reference {
    /// Those of a folder of results; there need not be any.
    #[must_use]
    pub fn of(results: &Path) -> Reference {
        Reference { folder: results.join("reference") }
    }

    /// All of them as one set; `None` where there are none. What cannot be read is said and left out.
    #[must_use]
    pub fn read(&self, log: &Log) -> Option<Set> {
        let read = |path: PathBuf| {
            let set = read_set(&path);
            set.map_err(|error| log.say(format!("warning: left out of the reference: {error:#}"))).ok()
        };
        let sets: Vec<Set> = self.files().ok()?.into_iter().filter_map(read).collect();
        (!sets.is_empty()).then(|| stored::join("reference", sets))
    }

    /// Takes a result in, and lets go of the oldest.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn add(&self, set: &Set) -> anyhow::Result<()> {
        let results = Results::create(&self.folder)?;
        // What earlier comparisons said is of no use here.
        let set = Set { comparisons: Vec::new(), analysis: None, ..set.clone() };
        results.render(&Json { pretty: false }, &set)?;
        let files = self.files()?;
        files.iter().take(files.len().saturating_sub(MOST)).try_for_each(|file| remove(file))
    }

    /// Lets go of all.
    ///
    /// # Errors
    /// When the folder cannot be removed.
    pub fn clear(&self) -> anyhow::Result<()> {
        if !self.folder.exists() {
            return Ok(());
        }
        fs::remove_dir_all(&self.folder)
            .with_context(|| format!("{} cannot be removed", self.folder.display()))
    }

    /// Oldest first, as their names say.
    fn files(&self) -> anyhow::Result<Vec<PathBuf>> {
        if !self.folder.exists() {
            return Ok(Vec::new());
        }
        let all = entries(&self.folder)?.into_iter().map(|(path, _)| path);
        Ok(all.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect())
    }
}
