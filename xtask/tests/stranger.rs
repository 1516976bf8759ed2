//! A crate of a stranger, outside of this workspace: it depends on plimsoll by path, with default features, writes
//! the first test of the design, and gets the short report when the service is too slow.

#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

/// Most packages that plimsoll may bring with it.
const MOST_PACKAGES: usize = 60;

const MANIFEST: &str = r#"
[package]
name = "stranger"
version = "0.1.0"
edition = "2024"

[dependencies]
tokio = { version = "1", features = ["macros", "rt-multi-thread", "time"] }

[dev-dependencies]
plimsoll = { path = "PLIMSOLL" }

[workspace]
"#;

const SERVICE: &str = r#"
use std::time::Duration;

pub struct TestService;

impl TestService {
    pub async fn start() -> TestService {
        TestService
    }

    pub async fn read(&self, _tenant: u64) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    pub async fn write(&self, _row: u64) {
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}
"#;

const TEST: &str = r#"
use std::sync::Arc;

use plimsoll::{Expect, Host, Load, Overload, Profile, Sample, op, secs};
use stranger::TestService;

#[tokio::test]
async fn checkout_holds_500_per_second() {
    let service = Arc::new(TestService::start().await);
    let (reads, writes) = (service.clone(), service);
    let run = Load::new("checkout")
        .warm_up(Profile::ramp(0, 500, secs(1)))
        .measure(Profile::hold(500, secs(2)))
        .mix([
            (8, op("read", move |cx| { let service = reads.clone(); async move { service.read(cx.user() % 4).await } })),
            (2, op("write", move |cx| { let service = writes.clone(); async move { service.write(cx.seed()).await } })),
        ])
        .in_flight(256).overload(Overload::Drop).timeout(secs(2)).seed(42)
        .sample([Box::new(Host::new()) as _])
        .run().await.unwrap();
    run.expect("p99(write) < 20ms").expect("error_rate < 0.1%").verify();
}
"#;

fn cargo(folder: &Path, target: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).arg("--offline").current_dir(folder);
    command.env("CARGO_TARGET_DIR", target).env("CARGO_TERM_COLOR", "never").env("RUST_BACKTRACE", "0");
    command.output().unwrap()
}

#[test]
fn a_strangers_crate_gets_the_short_report_when_its_service_is_too_slow() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    for name in ["src", "tests"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    let plimsoll = root.join("crates/plimsoll").display().to_string();
    write("Cargo.toml", &MANIFEST.replace("PLIMSOLL", &plimsoll));
    write("src/lib.rs", SERVICE);
    write("tests/load.rs", TEST);
    // The versions that are here anyway, so that nothing has to be fetched.
    std::fs::copy(root.join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    let target = root.join("target/stranger");

    let output = cargo(folder.path(), &target, &["test", "--test", "load"]);
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "the service is too slow: {said}");
    let lines: Vec<&str> = said
        .lines()
        .skip_while(|line| !line.starts_with("checkout: "))
        .take_while(|line| !line.starts_with("note:"))
        .collect();
    let report = lines.join("\n");
    assert!(report.starts_with("checkout: 1 of 2 expectations not met after 2 s"), "{said}");
    for part in ["✗ p99(write) < 20ms", "✓ error_rate < 0.1%", "warm-up 0/s to 500/s", "repeat     seed 42"]
    {
        assert!(report.contains(part), "{part} is not in {report}");
    }
    assert!(lines.iter().filter(|line| !line.is_empty()).count() <= 15, "{report}");

    let tree = ["tree", "--edges", "normal", "--package", "plimsoll", "--prefix", "none", "--no-dedupe"];
    let tree = String::from_utf8(cargo(root, &root.join("target"), &tree).stdout).unwrap();
    let packages: BTreeSet<String> =
        tree.lines().map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")).collect();
    let found = packages.iter().filter(|package| !package.is_empty()).count();
    let told = format!(
        "{found} packages with default features, goal {MOST_PACKAGES}; the time of a check: cargo xtask ci --long --only taking\n"
    );
    drop(std::io::Write::write_all(&mut std::io::stdout(), told.as_bytes()));
    assert!((1..=MOST_PACKAGES).contains(&found), "{found} packages, goal {MOST_PACKAGES}: {packages:#?}");
}
