//! A Docker engine of the tests' own, with an image made of busybox.

use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};
use std::time::Duration;

use tempfile::TempDir;

const IMAGE: &str = "plimsoll-test";
const PROGRAMS: [&str; 11] =
    ["sh", "sleep", "tail", "dd", "cat", "timeout", "true", "seq", "nc", "httpd", "touch"];

/// The engine that tests share while any of them is running.
static SHARED: Mutex<Weak<Engine>> = Mutex::new(Weak::new());

/// An engine that was started here, and ends with its last user.
#[derive(Debug)]
pub(crate) struct Engine {
    folder: TempDir,
    daemon: Mutex<Child>,
}

/// The shared engine; `None` where there is no Docker, which is said, and an error where it is required.
pub(crate) fn shared() -> Option<Arc<Engine>> {
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(engine) = shared.upgrade() {
        return Some(engine);
    }
    let engine = Arc::new(own()?);
    *shared = Arc::downgrade(&engine);
    Some(engine)
}

/// An engine for one test alone, which may stop it.
pub(crate) fn own() -> Option<Engine> {
    present("docker", Engine::start())
}

/// A part that a test needs; `None` where it is missing, which is said, and an error where it is required.
pub(crate) fn present<T>(part: &str, found: Result<T, String>) -> Option<T> {
    let required = env::var("PLIMSOLL_REQUIRE").is_ok_and(|parts| parts.split(',').any(|one| one == part));
    match found {
        Ok(found) => Some(found),
        Err(why) if required => panic!("no {part}, which is required: {why}"),
        Err(why) => {
            crate::show(format_args!("skipped: no {part} ({why})"));
            None
        }
    }
}

impl Engine {
    fn start() -> Result<Engine, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let daemon = daemon(folder.path()).map_err(|error| format!("dockerd: {error}"))?;
        let engine = Engine { folder, daemon: Mutex::new(daemon) };
        engine.wait_until_up()?;
        engine.import_image()?;
        engine.favour();
        Ok(engine)
    }

    /// Its address, as `DOCKER_HOST` would hold it.
    pub(crate) fn address(&self) -> String {
        format!("unix://{}", self.folder.path().join("docker.sock").display())
    }

    /// Where it keeps what it has.
    #[cfg_attr(not(test), expect(dead_code, reason = "only tests of disks need it"))]
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The process of the engine.
    #[cfg_attr(test, expect(dead_code, reason = "only the measurement of costs needs it"))]
    pub(crate) fn daemon_pid(&self) -> u32 {
        self.daemon.lock().unwrap_or_else(PoisonError::into_inner).id()
    }

    /// What the Docker command line answers.
    pub(crate) fn docker(&self, arguments: &[&str]) -> String {
        let output = self.try_docker(arguments).expect("there is a docker command");
        assert!(output.status.success(), "docker {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Starts a container with options, in the background.
    pub(crate) fn run(&self, name: &str, options: &[&str], script: &str) {
        let mut arguments = vec!["run", "--detach", "--name", name];
        arguments.extend(options);
        arguments.extend([IMAGE, "sh", "-c", script]);
        self.docker(&arguments);
    }

    /// A field of what `docker inspect` says.
    pub(crate) fn inspect(&self, name: &str, field: &str) -> String {
        self.docker(&["inspect", "--format", &format!("{{{{{field}}}}}"), name])
    }

    /// The id of a container's first process.
    pub(crate) fn pid(&self, name: &str) -> u32 {
        self.inspect(name, ".State.Pid").parse().expect("it runs")
    }

    /// Stops the engine and all its containers.
    pub(crate) fn stop(&self) {
        let mut daemon = self.daemon.lock().unwrap_or_else(PoisonError::into_inner);
        // The signal that lets it end its containers; there is no safe call for it without a crate of its own.
        let _ = Command::new("kill").arg(daemon.id().to_string()).status();
        daemon.wait().expect("it is our child");
    }

    /// Starts it again with what it had.
    pub(crate) fn start_again(&self) {
        let mut daemon = self.daemon.lock().unwrap_or_else(PoisonError::into_inner);
        *daemon = self::daemon(self.folder.path()).expect("it was started before");
        drop(daemon);
        self.wait_until_up().expect("it was up before");
    }

    fn try_docker(&self, arguments: &[&str]) -> io::Result<Output> {
        Command::new("docker").arg("--host").arg(self.address()).args(arguments).output()
    }

    fn wait_until_up(&self) -> Result<(), String> {
        for _ in 0..60 {
            // The command itself tries for a while, so that this is no busy loop.
            let output = self.try_docker(&["version"]).map_err(|error| format!("docker: {error}"))?;
            if output.status.success() {
                return Ok(());
            }
            let mut daemon = self.daemon.lock().unwrap_or_else(PoisonError::into_inner);
            if let Ok(Some(status)) = daemon.try_wait() {
                return Err(format!("dockerd ended with {status}: {}", last_line(self.folder.path())));
            }
            drop(daemon);
            pause();
        }
        Err(format!("dockerd does not come up: {}", last_line(self.folder.path())))
    }

    /// Makes an image of the machine's busybox, which is linked statically.
    fn import_image(&self) -> Result<(), String> {
        let root = self.folder.path().join("image");
        let bin = root.join("bin");
        let made = || -> io::Result<()> {
            fs::create_dir_all(&bin)?;
            fs::copy("/bin/busybox", bin.join("busybox"))?;
            PROGRAMS.iter().try_for_each(|name| std::os::unix::fs::symlink("busybox", bin.join(name)))
        };
        made().map_err(|error| format!("busybox: {error}"))?;
        let archive = self.folder.path().join("image.tar");
        let packed = Command::new("tar").arg("-C").arg(&root).arg("-cf").arg(&archive).arg(".").status();
        packed.map_err(|error| format!("tar: {error}"))?;
        self.docker(&["import", &archive.display().to_string(), IMAGE]);
        Ok(())
    }

    /// Lets containers go before one process of the machine, so that most get what their limits give; no more,
    /// because engine and tests have to go on. Where the kernel has no such file, they have what is left.
    fn favour(&self) {
        self.docker(&["run", "--rm", IMAGE, "true"]);
        let _ = fs::write(format!("/sys/fs/cgroup/cpu{}/cpu.shares", group()), "4096");
        let _ = fs::write(format!("/sys/fs/cgroup{}/cpu.weight", group()), "400");
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Ok(output) = self.try_docker(&["ps", "--all", "--quiet"]) {
            let containers = String::from_utf8_lossy(&output.stdout).into_owned();
            let mut arguments = vec!["rm", "--force"];
            arguments.extend(containers.split_whitespace());
            let _ = self.try_docker(&arguments);
        }
        self.stop();
        let folders =
            fs::read_dir("/sys/fs/cgroup").into_iter().flatten().flatten().map(|entry| entry.path());
        for folder in folders.chain(["/sys/fs/cgroup".into()]) {
            let _ = fs::remove_dir(folder.join(group().trim_start_matches('/')));
        }
    }
}

fn daemon(folder: &Path) -> io::Result<Child> {
    let at = |name: &str| folder.join(name).display().to_string();
    let log = fs::File::create(folder.join("log"))?;
    Command::new("dockerd")
        .args(["--host", &format!("unix://{}", at("docker.sock"))])
        .args(["--data-root", &at("data"), "--exec-root", &at("exec"), "--pidfile", &at("pid")])
        .args(["--storage-driver", "vfs", "--bridge", "none", "--iptables=false", "--ip6tables=false"])
        .args(["--cgroup-parent", &group()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
}

/// The control group of all its containers.
fn group() -> String {
    format!("/plimsoll-test-{}", std::process::id())
}

fn last_line(folder: &Path) -> String {
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    log.lines().last().unwrap_or("it said nothing").to_owned()
}

/// Lets a moment pass between two questions to an engine that is coming up.
fn pause() {
    let (_sender, nobody) = mpsc::channel::<()>();
    let _ = nobody.recv_timeout(Duration::from_millis(200));
}
