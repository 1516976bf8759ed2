//! An image of the simulation, without a registry: its program and what that needs to run.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

/// The image that `compose.yaml` names.
pub const NAME: &str = "plimsoll-simulation";

/// Makes the image, in the engine that `DOCKER_HOST` names or in this machine's, by `docker import`.
///
/// A program that is linked statically is all of it; otherwise the libraries that it is linked to come with it, as
/// `ldd` finds them on this machine.
///
/// # Errors
/// When there is no such program, or no Docker command, or the engine refuses.
pub fn make(program: &Path) -> anyhow::Result<()> {
    ensure!(program.is_file(), "there is no {}; build it: cargo build -p containers", program.display());
    let folder = Folder::new()?;
    add(&folder, program, Path::new("simulation"))?;
    for library in libraries(program)? {
        add(&folder, &library, library.strip_prefix("/").unwrap_or(&library))?;
    }
    let mut pack = Command::new("tar");
    pack.arg("--create")
        .arg("--directory")
        .arg(&folder.0)
        .arg(".")
        .stdout(Stdio::piped())
        .stdin(Stdio::null());
    let mut packing = pack.spawn().context("tar cannot be started")?;
    let archive = packing.stdout.take().context("its output was asked for")?;
    let import = Command::new("docker").args(["import", "-", NAME]).stdin(archive).output();
    let import = import.context("docker cannot be started")?;
    let packed = packing.wait()?;
    let said = String::from_utf8_lossy(&import.stderr).trim().to_owned();
    ensure!(import.status.success() && packed.success(), "the image {NAME} cannot be made: {said}");
    Ok(())
}

/// The libraries of a program, with the one that loads them; none of a static one.
fn libraries(program: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let output = Command::new("ldd").arg(program).output().context("ldd cannot be started")?;
    // Of a static program it says so and ends with 1.
    let text = String::from_utf8_lossy(&output.stdout);
    let words = text.lines().filter_map(|line| line.split_whitespace().find(|word| word.starts_with('/')));
    Ok(words.map(PathBuf::from).collect())
}

fn add(folder: &Folder, file: &Path, at: &Path) -> anyhow::Result<()> {
    let to = folder.0.join(at);
    fs::create_dir_all(to.parent().context("it lies in the folder")?)?;
    // Through symbolic links: what is copied is the library itself, by the name that it is asked for.
    fs::copy(file, &to).with_context(|| format!("{} cannot be copied", file.display()))?;
    Ok(())
}

/// A folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new() -> anyhow::Result<Folder> {
        let path = std::env::temp_dir().join(format!("{NAME}-{}", std::process::id()));
        fs::create_dir(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // It lies among temporary files; what is left of it goes with them.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The simulation beside this program, as cargo builds it.
///
/// # Errors
/// When the system does not say where this program is.
pub fn beside() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().context("where this program is")?;
    let folder = program.parent().unwrap_or(Path::new("."));
    // The programs of tests lie one folder below.
    let folder = if folder.file_name() == Some(OsStr::new("deps")) { folder.parent() } else { Some(folder) };
    Ok(folder.unwrap_or(Path::new(".")).join("simulation"))
}
