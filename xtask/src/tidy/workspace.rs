//! The workspace as the rules see it.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::{Dependency, Key, TextFile, Value, dependency, files};

/// Everything that the rules look at, read once.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The manifest at the root.
    pub manifest: Key,
    /// The members, by folder.
    pub packages: Vec<Package>,
    /// Every text file that git does not ignore, by path.
    pub files: Vec<TextFile>,
}

/// A member of the workspace.
#[derive(Debug, Clone)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its folder, from the root of the workspace.
    pub folder: String,
    /// Its manifest.
    pub manifest: Key,
    /// Its dependencies in all sections.
    pub dependencies: Vec<Dependency>,
}

const MANIFEST: &str = "Cargo.toml";

impl Workspace {
    /// The root of the workspace that a folder lies in.
    ///
    /// # Errors
    /// When no folder above has a manifest with `[workspace]`.
    pub fn root_around(folder: &Path) -> anyhow::Result<PathBuf> {
        let is_root = |folder: &&Path| {
            let text = std::fs::read_to_string(folder.join(MANIFEST)).unwrap_or_default();
            Key::parse(&text).is_ok_and(|top| top.at(&["workspace"]).is_some())
        };
        let root = folder.ancestors().find(is_root);
        root.map(Path::to_owned).with_context(|| format!("no workspace around {}", folder.display()))
    }

    /// Reads the workspace at a folder.
    ///
    /// # Errors
    /// When a file cannot be read, or a manifest is none.
    pub fn load(root: &Path) -> anyhow::Result<Workspace> {
        Workspace::of(files::read(root)?)
    }

    /// The workspace that some files make, in the order of their paths.
    ///
    /// # Errors
    /// When there is no manifest at the root, or a manifest is none.
    pub fn of(files: Vec<TextFile>) -> anyhow::Result<Workspace> {
        let Some(root) = files.iter().find(|file| file.path == MANIFEST) else {
            bail!("no {MANIFEST} at the root of the workspace");
        };
        let manifest = root.manifest()?;
        let packages = packages(&files, &manifest)?;
        Ok(Workspace { manifest, packages, files })
    }

    /// The file at a path from the root.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&TextFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

impl Package {
    /// The path of its manifest.
    #[must_use]
    pub fn manifest_file(&self) -> String {
        format!("{}/{MANIFEST}", self.folder)
    }

    /// Whether it is one of the libraries that others use, and not a program of our own.
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.folder.starts_with("crates/")
    }
}

fn packages(files: &[TextFile], root: &Key) -> anyhow::Result<Vec<Package>> {
    let members = root.at(&["workspace", "members"]).map_or(&[][..], |key| key.value.list());
    let shared = root.at(&["workspace", "dependencies"]);
    files
        .iter()
        .filter_map(|file| Some((file.path.strip_suffix(MANIFEST)?.strip_suffix('/')?, file)))
        .filter(|(folder, _)| members.iter().any(|member| names_folder(member, folder)))
        .map(|(folder, file)| package(folder, file, shared))
        .collect()
}

/// Whether a member's pattern, in which the last part may be `*`, names the folder.
fn names_folder(member: &Value, folder: &str) -> bool {
    let Value::Text(pattern) = member else { return false };
    match pattern.strip_suffix('*') {
        Some(start) => folder.strip_prefix(start).is_some_and(|rest| !rest.contains('/')),
        None => pattern == folder,
    }
}

fn package(folder: &str, file: &TextFile, shared: Option<&Key>) -> anyhow::Result<Package> {
    let manifest = file.manifest()?;
    let name = manifest.text(&["package", "name"]);
    let name = name.with_context(|| format!("{} has no package.name", file.path))?.to_owned();
    let dependencies = dependency::dependencies(&manifest, shared);
    Ok(Package { name, folder: folder.to_owned(), manifest, dependencies })
}
