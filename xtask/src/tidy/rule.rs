//! The list of rules, and applying them.

use std::fs;
use std::path::Path;

use anyhow::Context;

use super::{Finding, Workspace, code, documented, edges, length, manifests, map, places, schemas};
use crate::schema;

/// A rule of the house.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// One word, shown with each finding.
    pub name: &'static str,
    /// What it finds in a workspace.
    pub check: fn(&Workspace) -> Vec<Finding>,
}

/// All rules.
pub const RULES: [Rule; 8] = [
    edges::RULE,
    documented::RULE,
    schemas::RULE,
    manifests::RULE,
    map::RULE,
    code::RULE,
    places::RULE,
    length::RULE,
];

/// Applies all rules. The findings are sorted.
#[must_use]
pub fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings: Vec<_> = RULES.iter().flat_map(|rule| (rule.check)(workspace)).collect();
    findings.sort();
    findings
}

/// Writes the generated files that are stale, and gives their names.
///
/// # Errors
/// When one cannot be written.
pub fn renew(root: &Path) -> anyhow::Result<Vec<String>> {
    fs::create_dir_all(root.join(schema::FOLDER)).with_context(|| format!("creating {}", schema::FOLDER))?;
    let mut renewed = Vec::new();
    for document in schema::documents() {
        let file = document.file();
        let path = root.join(&file);
        if fs::read_to_string(&path).is_ok_and(|text| text == document.text()) {
            continue;
        }
        fs::write(&path, document.text()).with_context(|| format!("writing {file}"))?;
        renewed.push(file);
    }
    Ok(renewed)
}
