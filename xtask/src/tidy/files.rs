//! The text files of a folder.

use std::fs;
use std::path::Path;

use anyhow::Context;

use super::Key;

/// A text file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// Its path from the root of the workspace, with `/` on every platform.
    pub path: String,
    /// Its content.
    pub text: String,
}

impl TextFile {
    /// Whether it is Rust.
    #[must_use]
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Its lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    pub(super) fn manifest(&self) -> anyhow::Result<Key> {
        Key::parse(&self.text).with_context(|| self.path.clone())
    }
}

/// Reads every file below a folder that is UTF-8 and that `.gitignore` at its top does not name, by path.
///
/// Git itself is not asked: a file that is not added yet counts as well, and planted trees have no repository.
pub(super) fn read(root: &Path) -> anyhow::Result<Vec<TextFile>> {
    let ignored = Ignored::parse(&fs::read_to_string(root.join(".gitignore")).unwrap_or_default());
    let mut files = Vec::new();
    read_folder(root, "", &ignored, &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn read_folder(root: &Path, inner: &str, ignored: &Ignored, files: &mut Vec<TextFile>) -> anyhow::Result<()> {
    let folder = root.join(inner);
    let context = || format!("reading {}", folder.display());
    for entry in fs::read_dir(&folder).with_context(context)? {
        let entry = entry.with_context(context)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = if inner.is_empty() { name } else { format!("{inner}/{name}") };
        if ignored.names(&path) {
            continue;
        }
        // A link is neither: what it points to is read where it lies.
        let kind = entry.file_type().with_context(context)?;
        if kind.is_dir() {
            read_folder(root, &path, ignored, files)?;
        } else if kind.is_file() {
            let bytes = fs::read(entry.path()).with_context(|| format!("reading {path}"))?;
            files.extend(String::from_utf8(bytes).ok().map(|text| TextFile { path, text }));
        }
    }
    Ok(())
}

/// The lines of `.gitignore`, of the three forms that ours has: `/path`, `*ending` and `name`.
struct Ignored(Vec<String>);

impl Ignored {
    fn parse(text: &str) -> Ignored {
        let patterns = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Ignored(patterns.map(|line| line.trim_end_matches('/').to_owned()).collect())
    }

    fn names(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        name == ".git"
            || self.0.iter().any(|pattern| match (pattern.strip_prefix('/'), pattern.strip_prefix('*')) {
                (Some(whole), _) => path == whole,
                (None, Some(ending)) => name.ends_with(ending),
                (None, None) => name == pattern,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_pattern_names_its_files() {
        let ignored = Ignored::parse("# built\n/target\n*.snap.new\nnotes/\n");
        let named = ["target", "a/b.snap.new", "a/notes", ".git", "a/.git"];
        let kept = ["a/target", "b.snap", "a/notes.md", "# built", ".github"];
        assert!(named.iter().all(|path| ignored.names(path)));
        assert!(!kept.iter().any(|path| ignored.names(path)));
    }
}
