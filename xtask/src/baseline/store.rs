//! Where the data of a baseline lies.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use plimsoll::model::{Set, Status, slug};
use plimsoll::report::{Json, Renderer};
use plimsoll_cli::{read_set, write_whole};

use super::Named;

/// The files of one baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Store {
    folder: PathBuf,
    name: String,
}

impl Store {
    pub(super) fn of(named: &Named) -> anyhow::Result<Store> {
        let Named { name, folder } = named;
        let is_plain = !name.is_empty() && slug(name) == name.to_ascii_lowercase();
        ensure!(is_plain, "{name:?} is no name for a baseline; expected letters, digits, - and _");
        Ok(Store { folder: folder.clone(), name: name.clone() })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The targets that people wrote.
    pub(super) fn targets(&self) -> PathBuf {
        self.folder.join(format!("{}.yaml", self.name))
    }

    /// What is compared with.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.join(format!("{}.data.json", self.name))
    }

    /// What was recorded and not promoted yet.
    pub(super) fn candidate(&self) -> PathBuf {
        self.folder.join(format!("{}.candidate.data.json", self.name))
    }

    /// Keeps a recording until it is promoted or recorded anew.
    pub(super) fn keep_candidate(&self, set: &Set) -> anyhow::Result<()> {
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("{} cannot be made", self.folder.display()))?;
        write(&self.candidate(), set)
    }

    /// Makes a set the baseline. The one before is renamed after the time at which it was measured, and its new
    /// path is given.
    ///
    /// # Errors
    /// When the set is no pass, which leaves everything as it was, or a file cannot be read or written.
    pub(super) fn promote(&self, set: &Set) -> anyhow::Result<Option<PathBuf>> {
        let status = set.verdict.status;
        ensure!(
            status == Status::Pass,
            "{} is {}, and only a pass becomes a baseline: {}",
            set.id,
            status.word(),
            set.verdict.reasons.join("; ")
        );
        let data = self.data();
        let kept = if data.exists() { Some(self.put_aside(&data)?) } else { None };
        write(&data, set)?;
        Ok(kept)
    }

    /// Copies the baseline to where the earlier ones are, under a name that is free.
    fn put_aside(&self, data: &Path) -> anyhow::Result<PathBuf> {
        let date = read_set(data)?.started_at.compact();
        let path = |number: u32| {
            let mark = if number == 0 { String::new() } else { format!("-{number}") };
            self.folder.join(format!("{}.{date}{mark}.data.json", self.name))
        };
        let kept =
            (0..1_000).map(path).find(|path| !path.exists()).context("there are too many baselines")?;
        let bytes = fs::read(data).with_context(|| format!("{} cannot be read", data.display()))?;
        write_whole(&kept, |out| out.write_all(&bytes))
            .with_context(|| format!("{} cannot be written", kept.display()))?;
        Ok(kept)
    }
}

fn write(path: &Path, set: &Set) -> anyhow::Result<()> {
    let json = Json { pretty: false };
    write_whole(path, |out| json.render(set, out))
        .with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use plimsoll::Sitting;
    use plimsoll::model::Verdict;

    use super::*;

    fn store(folder: &Path) -> Store {
        Store::of(&Named { name: "shop".into(), folder: folder.to_owned() }).unwrap()
    }

    fn set(id: &str, status: Status) -> Set {
        let set = Sitting::begin(id, crate::tool(), "dev").finish();
        Set { id: id.to_owned(), verdict: Verdict::because(status, "because"), ..set }
    }

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn a_baseline_is_never_overwritten_by_what_is_no_pass() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        store.promote(&set("good", Status::Pass)).unwrap();
        for status in [Status::Fail, Status::Invalid, Status::Inconclusive, Status::Interrupted] {
            let error = store.promote(&set("bad", status)).unwrap_err().to_string();
            assert!(error.contains(status.word()) && error.contains("because"), "{error}");
            assert_eq!(read_set(&store.data()).unwrap().id, "good");
        }
        assert_eq!(files(folder.path()), 1);
    }

    #[test]
    fn every_earlier_baseline_is_kept_even_of_the_same_moment() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let first = set("0", Status::Pass);
        assert_eq!(store.promote(&first).unwrap(), None);
        let mut kept = Vec::new();
        for id in ["1", "2", "3"] {
            let next = Set { id: id.to_owned(), ..first.clone() };
            kept.push(store.promote(&next).unwrap().unwrap());
        }
        let ids: Vec<String> = kept.iter().map(|path| read_set(path).unwrap().id).collect();
        assert_eq!(
            (ids, read_set(&store.data()).unwrap().id),
            (["0", "1", "2"].map(String::from).into(), "3".into())
        );
    }

    #[test]
    fn a_name_that_leaves_the_folder_is_refused() {
        for name in ["", "../up", "a/b", "a.b", "ä"] {
            assert!(Store::of(&Named { name: name.into(), folder: "f".into() }).is_err(), "{name:?}");
        }
    }
}
