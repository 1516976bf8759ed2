//! What every manifest has.

use super::{Finding, Key, Package, Rule, Value, Workspace};

/// Lints from the workspace, targets that leave `cargo bench -- ARGS` alone, and what publishing needs.
pub(super) const RULE: Rule = Rule { name: "manifest", check };

fn check(workspace: &Workspace) -> Vec<Finding> {
    let members = workspace.packages.iter().flat_map(|package| check_package(workspace, package));
    check_shared(workspace).into_iter().chain(members).collect()
}

/// Our packages among the shared dependencies: publishing needs the version, building here the path.
fn check_shared(workspace: &Workspace) -> Vec<Finding> {
    let version = workspace.manifest.text(&["workspace", "package", "version"]);
    let shared = workspace.manifest.children(&["workspace", "dependencies"]);
    shared
        .filter(|(_, key)| key.at(&["path"]).is_some() && key.text(&["version"]) != version)
        .map(|(name, key)| {
            let expected = version.unwrap_or("a workspace.package.version");
            let message = format!("{name} has a path; expected version = {expected:?} beside it");
            Finding::failure(RULE.name, "Cargo.toml", key.line, message)
        })
        .collect()
}

fn check_package(workspace: &Workspace, package: &Package) -> Vec<Finding> {
    let manifest = &package.manifest;
    let own = if package.is_published() { lacks_of_published(manifest) } else { lacks_of_program(manifest) };
    let file = package.manifest_file();
    let lacks = lacks_of_any(workspace, package).into_iter().chain(own);
    let lacks = lacks.map(|lack| Finding::failure(RULE.name, &file, 1, format!("lacks {lack}")));
    lacks.chain(check_inheritance(workspace, package)).collect()
}

fn lacks_of_any(workspace: &Workspace, package: &Package) -> Vec<&'static str> {
    let manifest = &package.manifest;
    let has_file = |inner: &str| workspace.file(&format!("{}/{inner}", package.folder)).is_some();
    let has_library = has_file("src/lib.rs") || manifest.at(&["lib"]).is_some();
    let has_program = has_file("src/main.rs") || manifest.at(&["bin"]).is_some();
    let mut lacks = Vec::new();
    if !manifest.is_flag(&["lints", "workspace"], true) {
        lacks.push("[lints] workspace = true");
    }
    if has_library && !manifest.is_flag(&["lib", "bench"], false) {
        lacks.push("bench = false under [lib], for cargo bench to leave it alone");
    }
    if has_program && !programs_are_no_benches(manifest) {
        lacks.push("[[bin]] with bench = false, for cargo bench to leave it alone");
    }
    lacks
}

fn programs_are_no_benches(manifest: &Key) -> bool {
    let programs = manifest.at(&["bin"]).map_or(&[][..], |key| key.value.list());
    let is_no_bench = |program: &Value| {
        program.table().and_then(|keys| keys.get("bench")).is_some_and(|key| key.value == Value::Flag(false))
    };
    !programs.is_empty() && programs.iter().all(is_no_bench)
}

fn lacks_of_published(manifest: &Key) -> Vec<&'static str> {
    let is_shared = |name| manifest.is_flag(&["package", name, "workspace"], true);
    let facts = [
        (manifest.text(&["package", "description"]).is_some(), "package.description"),
        (is_shared("license"), "license.workspace = true"),
        (is_shared("categories"), "categories.workspace = true"),
        (is_shared("version"), "version.workspace = true"),
        (is_shared("rust-version"), "rust-version.workspace = true"),
        (manifest.at(&["package", "metadata", "docs", "rs"]).is_some(), "[package.metadata.docs.rs]"),
    ];
    facts.into_iter().filter(|(has, _)| !has).map(|(_, lack)| lack).collect()
}

fn lacks_of_program(manifest: &Key) -> Vec<&'static str> {
    let is_private = manifest.is_flag(&["package", "publish"], false);
    if is_private { Vec::new() } else { vec!["publish = false; only the crates are published"] }
}

/// Our packages come from the workspace, which has their version and their path. A package that names itself
/// cannot: it would have to be published before itself.
fn check_inheritance(workspace: &Workspace, package: &Package) -> Vec<Finding> {
    let is_ours = |name: &str| workspace.packages.iter().any(|package| package.name == name);
    let file = package.manifest_file();
    let own = package.dependencies.iter().filter(|dependency| is_ours(&dependency.package));
    own.filter(|dependency| !dependency.is_inherited && dependency.package != package.name)
        .map(|dependency| {
            let message = format!("{} is not taken from the workspace", dependency.package);
            Finding::failure(RULE.name, &file, dependency.line, message)
        })
        .collect()
}
