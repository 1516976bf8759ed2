//! A place to run the program in: an engine with the image, a configuration, ports of its own.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use plimsoll::model::{Document, Set, read};
use serde_json::Value;

use crate::engine::{Engine, own, present};

/// Where a test runs the program.
pub(crate) struct Place {
    pub(crate) engine: Engines,
    folder: Arc<tempfile::TempDir>,
    out: PathBuf,
    surroundings: Vec<(String, String)>,
}

/// The engine of a place, which some have not.
#[derive(Clone)]
pub(crate) struct Engines(Option<Arc<Engine>>);

impl std::ops::Deref for Engines {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        self.0.as_deref().expect("this place has an engine")
    }
}

/// A place with an engine, the image and compose; `None` where a part is missing, which is said.
pub(crate) fn ready() -> Option<Place> {
    let version = Command::new("docker-compose").arg("version").stdout(Stdio::null()).status();
    present("compose", version.map(drop).map_err(|error| format!("docker-compose: {error}")))?;
    let engine = Arc::new(own()?);
    let place = Place::new(Engines(Some(engine)));
    let image = place.run(&["image", "--program", env!("CARGO_BIN_EXE_simulation")]);
    assert!(image.status.success(), "{}", said(&image));
    Some(place)
}

impl Place {
    pub(crate) fn without_engine() -> Place {
        Place::new(Engines(None))
    }

    fn new(engine: Engines) -> Place {
        let folder = tempfile::tempdir().unwrap();
        let ports = [free_port(), free_port()];
        let compose = Path::new(env!("CARGO_MANIFEST_DIR")).join("compose.yaml");
        let config = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("short.yaml")).unwrap();
        let config = config
            .replace("127.0.0.1:8700", &format!("127.0.0.1:{}", ports[0]))
            .replace("examples/containers/compose.yaml", &compose.display().to_string())
            .replace("project: plimsoll-containers", &format!("project: plimsoll-test-{}", ports[0]));
        fs::write(folder.path().join("short.yaml"), config).unwrap();
        let surroundings = [("APP_PORT", ports[0]), ("BESIDE_PORT", ports[1])];
        let surroundings = surroundings.map(|(name, port)| (name.to_owned(), port.to_string()));
        let out = folder.path().join("results");
        Place { engine, folder: Arc::new(folder), out, surroundings: surroundings.to_vec() }
    }

    /// The same with more in its surroundings, and results of its own.
    pub(crate) fn with(&self, more: &[(&str, &str)]) -> Place {
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Place {
            engine: self.engine.clone(),
            folder: Arc::clone(&self.folder),
            out: self.folder.path().join("other-results"),
            surroundings: self.surroundings.iter().cloned().chain(more).collect(),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The program with arguments, the first of which is its command.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_containers"));
        command.args(arguments);
        if ["run", "check", "scale"].contains(&arguments[0]) && !arguments.contains(&"--config") {
            command.arg("--config").arg(self.folder.path().join("short.yaml"));
        }
        if ["run", "scale"].contains(&arguments[0]) {
            command.arg("--out").arg(&self.out).args(["--progress", "none"]);
        }
        let address = self.engine.0.as_ref().map_or("unix:///no/docker.sock".to_owned(), |it| it.address());
        command.env("DOCKER_HOST", address).envs(self.surroundings.iter().cloned());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The program where no engine answers.
    pub(crate) fn elsewhere(&self, arguments: &[&str]) -> Output {
        self.command(arguments).env("DOCKER_HOST", "unix:///no/docker.sock").output().unwrap()
    }

    /// The folder of its last sitting, and what it left there.
    pub(crate) fn result(&self) -> (PathBuf, Set) {
        let file = self.newest().expect("it left a result");
        let set = set_of(&fs::read(&file).unwrap());
        (file.parent().unwrap().to_owned(), set)
    }

    fn newest(&self) -> Option<PathBuf> {
        let folders = fs::read_dir(&self.out).ok()?;
        let files = folders.map(|folder| folder.unwrap().path().join("latest.json"));
        files.filter(|file| file.is_file()).max()
    }

    /// Waits, two minutes at most, until a sitting has left its first result.
    pub(crate) fn wait_for_result(&self) -> PathBuf {
        for _ in 0..480 {
            if let Some(file) = self.newest() {
                return file;
            }
            thread::park_timeout(Duration::from_millis(250));
        }
        panic!("it left nothing in two minutes");
    }
}

/// Runs a program until it has left a first result, asks it to stop as Ctrl-C does, and waits for its end.
pub(crate) fn interrupted(mut command: Command, place: &Place) -> Output {
    let before = place.newest();
    let child = command.spawn().unwrap();
    for _ in 0..480 {
        if place.newest() != before {
            break;
        }
        thread::park_timeout(Duration::from_millis(250));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    child.wait_with_output().unwrap()
}

pub(crate) fn set_of(json: &[u8]) -> Set {
    let Document::Set(set) = read::json("latest.json", json).unwrap().document else {
        panic!("it is always a set")
    };
    set
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
