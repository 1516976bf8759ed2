//! The dependencies that a manifest declares.

use std::fmt::{self, Display};

use super::Key;

/// One dependency of one package, in one section.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependency {
    /// Name of the package, whatever the manifest calls it.
    pub package: String,
    /// The section it stands in.
    pub section: Section,
    /// Its line, from 1.
    pub line: usize,
    /// Whether it is taken from the workspace.
    pub is_inherited: bool,
}

/// A section of dependencies, of all targets or of some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What the package itself needs.
    Normal,
    /// What its tests, examples and benches need.
    Dev,
    /// What its build script needs.
    Build,
}

impl Section {
    const ALL: [Section; 3] = [Section::Normal, Section::Dev, Section::Build];

    fn key(self) -> &'static str {
        match self {
            Section::Normal => "dependencies",
            Section::Dev => "dev-dependencies",
            Section::Build => "build-dependencies",
        }
    }
}

impl Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// The dependencies of a manifest in all sections; `shared` are those of the workspace, by key.
pub(super) fn dependencies(manifest: &Key, shared: Option<&Key>) -> Vec<Dependency> {
    let targets = manifest.children(&["target"]).map(|(_, target)| target);
    let mut found = Vec::new();
    for holder in std::iter::once(manifest).chain(targets) {
        for section in Section::ALL {
            let declared = holder.children(&[section.key()]);
            found.extend(declared.map(|(name, key)| dependency(name, key, section, shared)));
        }
    }
    found
}

fn dependency(name: &str, key: &Key, section: Section, shared: Option<&Key>) -> Dependency {
    let is_inherited = key.is_flag(&["workspace"], true);
    let declared = if is_inherited { shared.and_then(|shared| shared.at(&[name])) } else { Some(key) };
    let package = declared.and_then(|key| key.text(&["package"])).unwrap_or(name);
    Dependency { package: package.to_owned(), section, line: key.line, is_inherited }
}
