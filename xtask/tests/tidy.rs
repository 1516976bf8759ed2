//! The house rules: the real workspace keeps them, and a breach planted in a small one is found and named.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use xtask::schema;
use xtask::tidy::{Finding, Gravity, Workspace, check, renew};

#[test]
fn this_workspace_is_tidy() {
    let root = Workspace::root_around(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let findings = check(&Workspace::load(&root).unwrap());
    let failures = findings.iter().filter(|finding| finding.gravity == Gravity::Failure);
    assert_eq!(failures.map(ToString::to_string).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn a_planted_workspace_without_a_breach_is_tidy() {
    assert_eq!(Planted::new().findings(), [""; 0]);
}

#[test]
fn a_forbidden_edge_is_found_in_every_section() {
    for (section, name) in [
        ("dependencies", "dependencies"),
        ("dev-dependencies", "dev-dependencies"),
        ("build-dependencies", "build-dependencies"),
        ("target.'cfg(unix)'.dependencies", "dependencies"),
        ("target.'cfg(windows)'.dev-dependencies", "dev-dependencies"),
    ] {
        let planted = Planted::new();
        planted
            .append("crates/model/Cargo.toml", &format!("[{section}]\nplimsoll-metrics.workspace = true\n"));
        let message =
            format!("plimsoll-model -> plimsoll-metrics ({name}) is not an allowed edge; allowed: none");
        assert_eq!(planted.findings(), [format!("crates/model/Cargo.toml:15: edge: {message}")], "{section}");
    }
}

#[test]
fn a_renamed_dependency_is_still_that_package() {
    let planted = Planted::new();
    planted.append(
        "Cargo.toml",
        "m = { path = 'crates/metrics', version = '0.1.0', package = 'plimsoll-metrics' }\n",
    );
    planted.append("crates/model/Cargo.toml", "[dependencies]\nm.workspace = true\n");
    assert_eq!(planted.only_finding().rule, "edge");
}

#[test]
fn a_published_package_of_ours_is_an_edge_too() {
    let planted = Planted::new();
    planted.append("crates/model/Cargo.toml", "[dependencies]\nplimsoll-load = '0.1'\n");
    assert_eq!(planted.only_finding().rule, "edge");
}

#[test]
fn a_crate_may_name_itself() {
    let planted = Planted::new();
    planted.append(
        "crates/model/Cargo.toml",
        "[dev-dependencies]\nplimsoll-model = { path = '.', features = ['a'] }\n",
    );
    assert_eq!(planted.findings(), [""; 0]);
}

#[test]
fn a_new_crate_begins_with_a_decision() {
    let planted = Planted::new();
    planted.write("crates/extra/Cargo.toml", &published("plimsoll-extra"));
    planted.write("crates/extra/src/lib.rs", "//! Extra.\n");
    assert_eq!(planted.only_finding().message, "plimsoll-extra has no place in the list of allowed edges");
}

#[test]
fn packages_for_programs_stay_out_of_the_libraries() {
    let planted = Planted::new();
    planted.append("crates/metrics/Cargo.toml", "anyhow = '1'\n");
    assert_eq!(planted.only_finding().message, "anyhow (dependencies) is for plimsoll-cli and programs");
}

#[test]
fn an_undocumented_module_is_found() {
    for file in ["crates/model/src/a/b.rs", "examples/story/src/a.rs", "xtask/src/a.rs", "benches/a.rs"] {
        let planted = Planted::new();
        planted.write(file, "use std::fmt;\n");
        let line = format!("{file}:1: documented: does not begin with a module doc (//! …)");
        assert_eq!(planted.findings(), [line]);
    }
}

#[test]
fn a_stale_schema_is_found_with_the_command_that_renews_it() {
    let planted = Planted::new();
    let file = "docs/schema/run.schema.json";
    planted.write(file, &planted.read(file).replacen("duration_ns", "duration", 1));
    let finding = planted.only_finding();
    assert_eq!((finding.file.as_str(), finding.rule), (file, "schema"));
    assert_eq!(finding.message, "is stale; renew it with: cargo xtask tidy --fix");
}

#[test]
fn renewing_writes_only_what_is_stale() {
    let planted = Planted::new();
    planted.write("docs/schema/set.schema.json", "{}");
    assert_eq!(renew(planted.root()).unwrap(), ["docs/schema/set.schema.json"]);
    assert_eq!(planted.findings(), [""; 0]);
}

#[test]
fn a_manifest_without_the_lints_is_found() {
    let planted = Planted::new();
    planted.remove("crates/model/Cargo.toml", "[lints]\nworkspace = true\n");
    let line = "crates/model/Cargo.toml:1: manifest: lacks [lints] workspace = true";
    assert_eq!(planted.findings(), [line]);
}

#[test]
fn what_publishing_needs_is_found_missing() {
    for part in [
        "description = \"About.\"\n",
        "license.workspace = true\n",
        "categories.workspace = true\n",
        "[package.metadata.docs.rs]\nall-features = true\n",
    ] {
        let planted = Planted::new();
        planted.remove("crates/model/Cargo.toml", part);
        assert!(planted.only_finding().message.starts_with("lacks "), "{part}");
    }
}

#[test]
fn a_program_is_never_published() {
    let planted = Planted::new();
    planted.remove("examples/story/Cargo.toml", "publish = false\n");
    assert_eq!(planted.only_finding().message, "lacks publish = false; only the crates are published");
}

#[test]
fn targets_leave_the_arguments_of_benches_alone() {
    for manifest in ["crates/model/Cargo.toml", "examples/story/Cargo.toml"] {
        let planted = Planted::new();
        planted.remove(manifest, "bench = false\n");
        assert!(planted.only_finding().message.contains("bench = false"), "{manifest}");
    }
}

#[test]
fn a_shared_path_needs_its_version() {
    let planted = Planted::new();
    planted.append("Cargo.toml", "plimsoll-load = { path = 'crates/load', version = '0.0.9' }\n");
    let message = "plimsoll-load has a path; expected version = \"0.1.0\" beside it";
    assert_eq!(planted.findings(), [format!("Cargo.toml:11: manifest: {message}")]);
}

#[test]
fn our_packages_come_from_the_workspace() {
    let planted = Planted::new();
    planted.remove("crates/metrics/Cargo.toml", "plimsoll-model.workspace = true\n");
    planted
        .append("crates/metrics/Cargo.toml", "plimsoll-model = { path = '../model', version = '0.1.0' }\n");
    assert_eq!(planted.only_finding().message, "plimsoll-model is not taken from the workspace");
}

#[test]
fn a_path_of_one_machine_is_found_on_its_line() {
    let planted = Planted::new();
    planted.write("docs/a.md", &format!("first\nsee /{}/me\n", "home"));
    let finding = planted.only_finding();
    assert_eq!((finding.file.as_str(), finding.line, finding.rule), ("docs/a.md", 2, "place"));
}

#[test]
fn code_that_is_not_there_is_found_on_its_line() {
    let planted = Planted::new();
    let unfinished = "todo";
    planted.write("crates/model/src/a.rs", &format!("//! A.\nfn a() {{ {unfinished}!() }}\n"));
    let line = "crates/model/src/a.rs:2: code: ";
    let message = format!("{unfinished}! stands for code that is not there");
    assert_eq!(planted.findings(), [format!("{line}{message}")]);
}

#[test]
fn a_path_that_the_map_names_is_there() {
    let planted = Planted::new();
    planted
        .write("docs/ARCHITECTURE.md", "`xtask/src/main.rs` in `xtask/src/`\n`xtask/src/old.rs`, `a / b`\n");
    assert_eq!(planted.findings(), ["docs/ARCHITECTURE.md:2: map: xtask/src/old.rs is not there"]);
}

#[test]
fn what_git_ignores_is_not_looked_at() {
    let planted = Planted::new();
    planted.write(".gitignore", "/results\n");
    planted.write("results/latest.md", &format!("/{}/me\n", "home"));
    assert_eq!(planted.findings(), [""; 0]);
}

#[test]
fn a_long_file_is_only_a_note() {
    let planted = Planted::new();
    planted.write("crates/model/src/long.rs", &format!("//! Long.\n{}", "//\n".repeat(500)));
    let finding = planted.only_finding();
    assert_eq!((finding.rule, finding.gravity), ("length", Gravity::Note));
}

#[test]
fn the_exit_code_says_what_was_found() {
    let planted = Planted::new();
    assert_eq!(tidy_in(planted.root()).status.code(), Some(0));
    planted.write("xtask/src/a.rs", "\n");
    assert_eq!(tidy_in(planted.root()).status.code(), Some(1));
    planted.write("xtask/Cargo.toml", "not a manifest");
    assert_eq!(tidy_in(planted.root()).status.code(), Some(2));
}

#[test]
fn findings_go_to_standard_output_one_on_each_line() {
    let planted = Planted::new();
    planted.write("xtask/src/a.rs", "\n");
    let shown = String::from_utf8(tidy_in(planted.root()).stdout).unwrap();
    let lines: Vec<_> = shown.lines().collect();
    let finding = "xtask/src/a.rs:1: documented: does not begin with a module doc (//! …)";
    assert_eq!(lines, [finding, "tidy: findings 1, notes 0"]);
}

fn tidy_in(root: &Path) -> Output {
    let program = env!("CARGO_BIN_EXE_xtask");
    Command::new(program).arg("tidy").current_dir(root).output().expect("the program was built for this test")
}

/// A small workspace on disk that breaks no rule until a test plants a breach.
struct Planted(TempDir);

const ROOT: &str = r#"[workspace]
members = ["crates/*", "examples/*", "benches", "xtask"]

[workspace.package]
version = "0.1.0"

[workspace.dependencies]
plimsoll-metrics = { path = "crates/metrics", version = "0.1.0" }
plimsoll-model = { path = "crates/model", version = "0.1.0" }
anyhow = "1"
"#;

fn published(name: &str) -> String {
    let inherited =
        ["version", "rust-version", "license", "categories"].map(|key| format!("{key}.workspace = true\n"));
    format!(
        "[package]\nname = \"{name}\"\ndescription = \"About.\"\n{}[package.metadata.docs.rs]\nall-features = true\n\
         [lib]\nbench = false\n[lints]\nworkspace = true\n",
        inherited.concat()
    )
}

fn program(name: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\npublish = false\n[[bin]]\nname = \"{name}\"\nbench = false\n[lints]\nworkspace = true\n"
    )
}

impl Planted {
    fn new() -> Planted {
        let planted = Planted(TempDir::new().expect("a temporary folder can be made"));
        planted.write("Cargo.toml", ROOT);
        planted.write("crates/model/Cargo.toml", &published("plimsoll-model"));
        planted.write("crates/model/src/lib.rs", "//! Model.\n");
        let metrics = published("plimsoll-metrics") + "[dependencies]\nplimsoll-model.workspace = true\n";
        planted.write("crates/metrics/Cargo.toml", &metrics);
        planted.write("crates/metrics/src/lib.rs", "//! Metrics.\n");
        planted.write("examples/story/Cargo.toml", &program("story"));
        planted.write("examples/story/src/main.rs", "//! Story.\n");
        planted.write("xtask/Cargo.toml", &program("xtask"));
        planted.write("xtask/src/main.rs", "//! Commands.\n");
        for document in schema::documents() {
            planted.write(&document.file(), &document.text());
        }
        planted
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn path(&self, file: &str) -> PathBuf {
        self.root().join(file)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("it was planted before")
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("it lies below the root")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }

    fn append(&self, file: &str, text: &str) {
        self.write(file, &(self.read(file) + text));
    }

    fn remove(&self, file: &str, part: &str) {
        let text = self.read(file);
        assert!(text.contains(part), "{file} has no {part:?}");
        self.write(file, &text.replace(part, ""));
    }

    fn check(&self) -> Vec<Finding> {
        check(&Workspace::load(self.root()).expect("the planted workspace can be read"))
    }

    fn findings(&self) -> Vec<String> {
        self.check().iter().map(ToString::to_string).collect()
    }

    fn only_finding(&self) -> Finding {
        let findings = self.check();
        assert_eq!(findings.len(), 1, "{findings:#?}");
        findings.into_iter().next().expect("there is one")
    }
}
