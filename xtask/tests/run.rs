//! `cargo xtask run` refuses what cannot be meant before it builds anything. That its modes work is a step of `.ci/run`,
//! which has built the examples by then.

#![expect(clippy::unwrap_used, reason = "what cannot be started fails the test")]

use std::process::Command;

/// The exit code of `cargo xtask run`, and what it says.
fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("run").args(arguments).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    if arguments.len() > 1 {
        command.arg("--out").arg(folder.path().join("results"));
    }
    // Building would need it, and is not what is tested.
    let output = command.env("CARGO", "/nonexistent/cargo").output().unwrap();
    assert!(output.stdout.is_empty(), "{arguments:?}");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_expected() {
    for (arguments, expected) in [
        (&[][..], "warmup"),
        (&["walk"], "walk"),
        (&["steady", "--scale", "0"], "expected a number from 0.001 to 100"),
        (&["steady", "--scale", "NaN"], "expected a number from 0.001 to 100"),
        (&["steady", "--skip-sustained"], "--skip-sustained"),
        (&["peak", "--baseline", "nowhere.yaml"], "nowhere.yaml"),
        (&["stress", "--target", "localhost:80"], "is no address"),
        (&["stress", "--target", "ftp://localhost"], "is no address"),
        (&["components", "--target", "http://127.0.0.1:1"], "--target is for load scenarios"),
        (&["profile", "--scale", "1"], "--scale"),
    ] {
        let (code, said) = run(arguments);
        assert!(code == Some(2) && said.contains(expected), "{arguments:?} {code:?} {said}");
    }
}

#[test]
fn a_service_that_is_not_up_is_told_before_anything_is_built_and_without_its_password() {
    for mode in ["warmup", "steady", "peak", "stress", "sustained", "all"] {
        for target in ["http://127.0.0.1:1/health", "https://user:s3cret@127.0.0.1:1/"] {
            let (code, said) = run(&[mode, "--target", target]);
            assert!(code == Some(2) && said.contains("is not up: no connection"), "{mode} {code:?} {said}");
            assert!(!said.contains("s3cret"), "{said}");
        }
    }
}
