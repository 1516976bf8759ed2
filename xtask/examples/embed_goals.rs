//! What it costs a project to take plimsoll in: packages of its default features, and the time of a clean
//! `cargo check` beside that of tokio and hdrhistogram alone, which it could hardly do without.
//!
//! Both are checked in turn, each time from nothing, with the versions of this workspace and without the network.
//! Prints a table in Markdown and fails when a goal is missed:
//!
//! ```sh
//! cargo run --release -p xtask --example embed_goals
//! ```

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, ensure};
use plimsoll::metrics::stats::median;
use plimsoll::metrics::{Clock, Timeline};

/// Most packages that the default features may bring with them.
const MOST_PACKAGES: usize = 60;
/// Most of a check, as a multiple of the bare one.
const MOST_TIMES: f64 = 2.5;
const ROUNDS: usize = 3;

/// What a project that measured by itself would have.
const BARE: &str = r#"tokio = { version = "1.45", features = ["macros", "net", "rt-multi-thread", "sync", "time"] }
hdrhistogram = "7.5""#;

fn main() -> anyhow::Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workspace is not there")?;
    let folder = tempfile::tempdir()?;
    let ours = format!("plimsoll = {{ path = {:?} }}", root.join("crates/plimsoll"));
    let ours = Project::new(folder.path(), "ours", &ours, root)?;
    let bare = Project::new(folder.path(), "bare", BARE, root)?;
    let packages = ours.packages()?;
    let (mut times, mut bare_times) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare_times.push(bare.check_s()?);
        times.push(ours.check_s()?);
    }
    let ratios: Vec<f64> = times.iter().zip(&bare_times).map(|(ours, bare)| ours / bare).collect();
    let middle = |figures: &[f64]| median(figures).context("no figure");
    let ratio = middle(&ratios)?;
    let rows = [
        (
            "packages of the default features",
            MOST_PACKAGES.to_string(),
            packages.to_string(),
            Some(packages <= MOST_PACKAGES),
        ),
        (
            "clean check of tokio and hdrhistogram alone",
            "–".to_owned(),
            format!("{:.1} s", middle(&bare_times)?),
            None,
        ),
        ("clean check of plimsoll", "–".to_owned(), format!("{:.1} s", middle(&times)?), None),
        (
            "the second over the first",
            MOST_TIMES.to_string(),
            format!("{ratio:.2}"),
            Some(ratio <= MOST_TIMES),
        ),
    ];
    let mut out = io::stdout().lock();
    writeln!(out, "| what | at most | found | met |\n|---|---|---|---|")?;
    for (what, most, found, is_met) in &rows {
        let met = is_met.map_or("–", |is_met| if is_met { "yes" } else { "**no**" });
        writeln!(out, "| {what} | {most} | {found} | {met} |")?;
    }
    let is_met = rows.iter().all(|(.., is_met)| *is_met != Some(false));
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A project of a stranger that has nothing but dependencies.
struct Project {
    folder: PathBuf,
}

impl Project {
    fn new(beside: &Path, name: &str, dependencies: &str, root: &Path) -> anyhow::Result<Project> {
        let folder = beside.join(name);
        std::fs::create_dir_all(folder.join("src"))?;
        let manifest = format!(
            "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n\n[workspace]\n"
        );
        std::fs::write(folder.join("Cargo.toml"), manifest)?;
        std::fs::write(folder.join("src/lib.rs"), "")?;
        std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(Project { folder })
    }

    /// Packages that plimsoll brings, itself included.
    fn packages(&self) -> anyhow::Result<usize> {
        let tree = self.cargo(&[
            "tree",
            "--edges",
            "normal",
            "--package",
            "plimsoll",
            "--prefix",
            "none",
            "--no-dedupe",
        ])?;
        let package = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        let packages: BTreeSet<String> =
            tree.lines().map(package).filter(|package| !package.is_empty()).collect();
        Ok(packages.len())
    }

    /// Seconds of a check of which nothing is there yet.
    fn check_s(&self) -> anyhow::Result<f64> {
        let target = self.folder.join("target");
        if target.exists() {
            std::fs::remove_dir_all(&target)?;
        }
        let timeline = Timeline::start(Clock::System);
        self.cargo(&["check", "--quiet"])?;
        Ok(timeline.now() as f64 / 1e9)
    }

    fn cargo(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).arg("--offline").current_dir(&self.folder);
        command.env("CARGO_TARGET_DIR", self.folder.join("target")).env("CARGO_TERM_COLOR", "never");
        let output = command.output().context("cargo cannot be started")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }
}
