//! The folder of results.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use plimsoll::model::{Set, slug};
use plimsoll::report::{
    ChartPage, ComparisonText, Csv, Dashboard, ExecutionSummary, Gallery, Html, Json, LATEST_FILE, Markdown,
    MemoryPage, Pictures, Prometheus, Renderer, ValidationText,
};

/// The folder that a program leaves its results in.
///
/// A file appears under its name only when it is complete: it is written beside, made durable, and renamed.
/// Whoever reads meanwhile finds the earlier one.
#[derive(Debug, Clone)]
pub struct Results {
    folder: PathBuf,
}

/// The file that collects what went to the standard error.
pub const LOG_FILE: &str = "run.log";

/// The folder of charts in the folder of results.
pub const CHARTS_FOLDER: &str = "charts";

/// The file that a line is added to for each set.
pub const HISTORY_FILE: &str = "history.jsonl";

impl Results {
    /// The folder, made with all above it where it is not there.
    ///
    /// # Errors
    /// When it cannot be made; the error names it.
    pub fn create(folder: impl Into<PathBuf>) -> anyhow::Result<Results> {
        let folder = folder.into();
        fs::create_dir_all(&folder)
            .with_context(|| format!("the folder of results {} cannot be made", folder.display()))?;
        Ok(Results { folder })
    }

    /// Whether results could be written there, without leaving anything: better said before a run than after.
    ///
    /// # Errors
    /// When the folder, or the nearest one above it that is there, is a file or cannot be written to.
    pub fn probe(folder: &Path) -> anyhow::Result<()> {
        let absolute = std::path::absolute(folder)?;
        let nearest = absolute.ancestors().find(|path| path.exists()).unwrap_or(&absolute);
        anyhow::ensure!(
            nearest.is_dir(),
            "results cannot be written to {}: {} is a file; expected a folder",
            folder.display(),
            nearest.display()
        );
        let probe = nearest.join(format!(".plimsoll-probe-{}", std::process::id()));
        let written = File::create(&probe).and_then(|_| fs::remove_file(&probe));
        written.with_context(|| format!("results cannot be written to {}", folder.display()))
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a set in every format, and gives the paths. The JSON documents come first: all else can be made
    /// from them.
    ///
    /// # Errors
    /// For the first file that cannot be written; the error names it.
    pub fn write_set(&self, set: &Set) -> anyhow::Result<Vec<PathBuf>> {
        let json = Json { pretty: true };
        let latest = self.write(LATEST_FILE, |out| json.render(set, out))?;
        let html = Html::default();
        let renderers: [&dyn Renderer; 6] =
            [&json, &Csv, &ComparisonText::default(), &Prometheus, &Markdown, &html];
        let others = renderers.iter().map(|renderer| self.render(*renderer, set));
        let mut written: Vec<PathBuf> =
            std::iter::once(Ok(latest)).chain(others).collect::<anyhow::Result<_>>()?;
        if set.runs.iter().any(|place| place.side.is_some()) {
            written.extend(self.write_sides(set)?);
        }
        Ok(written)
    }

    /// Writes what a comparison of two sides has besides: what passed, what became worse, a dashboard, the latencies of
    /// the candidate as a picture, memory, and the whole in a few figures.
    fn write_sides(&self, set: &Set) -> anyhow::Result<Vec<PathBuf>> {
        let (validation, dashboard) = (ValidationText::default(), Dashboard::default());
        let renderers: [&dyn Renderer; 4] = [&validation, &dashboard, &MemoryPage, &ExecutionSummary];
        let written = renderers.iter().map(|renderer| self.render(*renderer, set));
        let mut written: Vec<PathBuf> = written.collect::<anyhow::Result<_>>()?;
        let regressions = ComparisonText::default();
        written.push(self.write("regression_report.txt", |out| regressions.render(set, out))?);
        let charts = Gallery::standard().charts(set);
        // The last is the candidate's: sides take their turns from the baseline on.
        let heatmap = charts.iter().rev().find(|chart| chart.name.ends_with("latency_heatmap"));
        if let Some(heatmap) = heatmap {
            let png = Pictures::new().png(heatmap)?;
            written.push(self.write("latency_heatmap.png", |out| out.write_all(&png))?);
        }
        Ok(written)
    }

    /// Writes a set in one format, under the name that the renderer gives it.
    ///
    /// # Errors
    /// When the file cannot be written, or the format cannot show the set; the error names the file.
    pub fn render(&self, renderer: &dyn Renderer, set: &Set) -> anyhow::Result<PathBuf> {
        self.write(&renderer.file_name(set), |out| renderer.render(set, out))
    }

    /// Writes every chart of a set into the folder `charts` below, each as a picture and as a page, and gives the
    /// folder.
    ///
    /// # Errors
    /// For the first file that cannot be written, and for a chart that cannot be drawn; the error names it.
    pub fn write_charts(&self, set: &Set, gallery: &Gallery) -> anyhow::Result<PathBuf> {
        let folder = self.folder.join(CHARTS_FOLDER);
        write_charts(&folder, set, gallery)?;
        Ok(folder)
    }

    /// Writes one file. Of the name only what is safe for a file remains.
    ///
    /// # Errors
    /// When the file cannot be written; the error names it, and nothing is left of it.
    pub fn write(
        &self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<PathBuf> {
        let path = self.folder.join(safe(name));
        write_whole(&path, content).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(path)
    }
}

/// Writes every chart of a set into a folder, each as a picture (`.png`) and as a page (`.html`), and gives their
/// paths.
///
/// # Errors
/// For the first file or folder that cannot be written, and for a chart that cannot be drawn; the error names it.
pub fn write_charts(folder: &Path, set: &Set, gallery: &Gallery) -> anyhow::Result<Vec<PathBuf>> {
    let pictures = Pictures::new();
    let mut written = Vec::new();
    for chart in gallery.charts(set) {
        // The name of a chart is safe as a path.
        let stem = folder.join(chart.file());
        let parent = stem.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .with_context(|| format!("the folder {} cannot be made", parent.display()))?;
        let png = pictures.png(&chart)?;
        let files: [(&str, &Content<'_>); 2] =
            [("png", &|out| out.write_all(&png)), ("html", &|out| ChartPage.render(&chart, out))];
        for (extension, content) in files {
            let path = PathBuf::from(format!("{}.{extension}", stem.display()));
            write_whole(&path, content).with_context(|| format!("{} cannot be written", path.display()))?;
            written.push(path);
        }
    }
    Ok(written)
}

/// Writes what a file holds.
type Content<'a> = dyn Fn(&mut dyn Write) -> io::Result<()> + 'a;

/// Writes a file so that it is either all there or not at all.
///
/// # Errors
/// When it cannot be written; nothing is left of it then, and an earlier file of that name is untouched.
pub fn write_whole(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    replace(path, content, |_| Ok(()))
}

/// Writes a file as [`write_whole`] does, for every user of the machine to read, whatever this one keeps to itself:
/// a collector mostly has a user of its own.
///
/// # Errors
/// As [`write_whole`].
pub fn publish_whole(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    replace(path, content, make_readable)
}

#[cfg(unix)]
fn make_readable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Writes beside, does what is left to do there, and takes the place of what was there.
fn replace(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    last: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let (beside, file) = create_beside(path)?;
    let written = fill(file, content).and_then(|()| last(&beside)).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The first error is the one to report; what is left behind is only a hidden file.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Adds a line to a file that only ever grows, made where it is not there.
///
/// The line is written at once and made durable. A process that is killed meanwhile loses at most this line: what
/// a killed one left of its own is ended first, so that it takes nothing else with it.
///
/// # Errors
/// When the file cannot be opened or written; the folder must be there.
pub fn append_line(path: &Path, line: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    let end = if is_cut(&mut file)? { "\n" } else { "" };
    file.write_all(format!("{end}{}\n", line.trim_end_matches('\n')).as_bytes())?;
    file.sync_data()
}

/// Whether the last line has no end.
fn is_cut(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

fn fill(file: File, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    content(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()
}

/// A new hidden file in the same folder, since a rename is atomic only within one file system.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    const ATTEMPTS: u32 = 100;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for attempt in 0..ATTEMPTS {
        let beside = path.with_file_name(format!(".{name}.{}-{attempt}.partial", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Ok(file) => return Ok((beside, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// A file name that stays in its folder: slugs of what stands before and after the last dot. The name of a
/// result keeps its capitals where they are ours: `_20261120T180000123Z`.
fn safe(name: &str) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_plain = name.len() <= 128 && !name.starts_with('.') && !name.is_empty();
    if is_plain && name.chars().all(is_safe) {
        return name.to_owned();
    }
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{}.{}", slug(stem), slug(extension)),
        None => slug(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_written_file_is_whole_and_alone() {
        let folder = tempfile::tempdir().unwrap();
        let results = Results::create(folder.path().join("a/b")).unwrap();
        let path = results.write("report.md", |out| out.write_all(b"# Report\n")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "# Report\n");
        assert_eq!(names(results.folder()), ["report.md"]);
    }

    #[test]
    fn a_line_that_was_cut_takes_no_other_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.jsonl");
        append_line(&path, "one").unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"tw").unwrap();
        append_line(&path, "three\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntw\nthree\n");
    }

    #[test]
    fn a_failed_write_leaves_the_earlier_file() {
        let folder = tempfile::tempdir().unwrap();
        let results = Results::create(folder.path()).unwrap();
        results.write("latest.json", |out| out.write_all(b"{}")).unwrap();
        let error = results
            .write("latest.json", |out| {
                out.write_all(b"{ half")?;
                Err(io::Error::other("no more"))
            })
            .unwrap_err();
        assert!(error.to_string().ends_with("latest.json cannot be written"), "{error}");
        assert_eq!(names(folder.path()), ["latest.json"]);
        assert_eq!(fs::read_to_string(folder.path().join("latest.json")).unwrap(), "{}");
    }

    #[test]
    fn what_a_crash_left_beside_is_no_hindrance() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.log");
        let (beside, file) = create_beside(&path).unwrap();
        drop(file);
        write_whole(&path, |out| out.write_all(b"line\n")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "line\n");
        assert!(beside.exists());
    }

    #[test]
    fn odd_names_stay_in_their_folder() {
        let folder = tempfile::tempdir().unwrap();
        let results = Results::create(folder.path()).unwrap();
        for name in ["../../up.json", "a/b\\c.txt", ".hidden", "", "..", "\u{202e}\0.csv", &"x".repeat(9_000)]
        {
            let path = results.write(name, |out| out.write_all(b"x")).unwrap();
            assert_eq!(path.parent(), Some(folder.path()), "{name:?}");
            assert!(path.is_file(), "{name:?}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        fs::write(&taken, "").unwrap();
        let error = Results::create(taken.join("results")).unwrap_err().to_string();
        assert!(error.contains("taken"), "{error}");
    }
}
