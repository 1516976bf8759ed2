//! A PostgreSQL of a test's own.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

use rustix::process::{Pid, Signal, geteuid, kill_process};

/// The user and the password of the cluster; the password is `pg/s3cret`, percent-encoded.
const USER_INFO: &str = "tester:pg%2Fs3cret";

/// A cluster of one test.
pub(crate) struct Postgres {
    server: Child,
    port: u16,
    /// Kept open, so that the server has somewhere to write to.
    _said: BufReader<ChildStderr>,
    _folder: tempfile::TempDir,
}

/// Who may own a cluster: PostgreSQL refuses to run as root.
#[derive(Clone, Copy)]
struct Owner {
    user: u32,
    group: u32,
}

impl Postgres {
    /// Starts a PostgreSQL that asks for a password; `None` where there is none to start.
    pub(crate) fn start() -> Option<Postgres> {
        let programs = programs();
        super::when_there("postgres", programs.is_some(), |port| Postgres::launch(programs.as_deref()?, port))
    }

    /// Its address with user and password.
    pub(crate) fn url(&self) -> String {
        self.url_as(USER_INFO)
    }

    /// Its address with somebody else's user and password.
    pub(crate) fn url_as(&self, user_info: &str) -> String {
        format!("postgres://{user_info}@127.0.0.1:{}/postgres", self.port)
    }

    fn launch(programs: &Path, port: u16) -> Option<Postgres> {
        let folder = tempfile::tempdir().expect("a folder can be had");
        let owner = geteuid().is_root().then(|| Owner::named("postgres"));
        let password = folder.path().join("password");
        std::fs::write(&password, "pg/s3cret").expect("the folder is ours");
        if let Some(owner) = owner {
            for path in [folder.path(), &password] {
                chown(path, Some(owner.user), Some(owner.group)).expect("root may give away");
            }
        }
        let data = folder.path().join("data");
        let mut initdb = as_owner(&programs.join("initdb"), owner, folder.path());
        initdb.arg("-D").arg(&data).arg("--pwfile").arg(&password);
        initdb.args(["-U", "tester", "--auth=scram-sha-256", "--no-sync"]);
        let made = initdb.output().expect("it is there");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut command = as_owner(&programs.join("postgres"), owner, folder.path());
        command.arg("-D").arg(&data).arg("-p").arg(port.to_string());
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-F"]);
        let mut server = command.stderr(Stdio::piped()).spawn().expect("it is there");
        let mut said = BufReader::new(server.stderr.take().expect("it is piped"));
        let mut lines = said.by_ref().lines().map_while(Result::ok);
        if lines.any(|line| line.contains("ready to accept connections")) {
            return Some(Postgres { server, port, _said: said, _folder: folder });
        }
        server.wait().expect("it has ended by itself");
        None
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let id = i32::try_from(self.server.id()).ok().and_then(Pid::from_raw);
        // An immediate shutdown, which ends its own children too.
        let _ = id.map(|id| kill_process(id, Signal::QUIT));
        let _ = self.server.wait();
    }
}

impl Owner {
    fn named(name: &str) -> Owner {
        let number = |flag| {
            let output = Command::new("id").args([flag, name]).output().expect("every system has it");
            String::from_utf8_lossy(&output.stdout).trim().parse().expect("the package makes this user")
        };
        Owner { user: number("-u"), group: number("-g") }
    }
}

fn as_owner(program: &Path, owner: Option<Owner>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null());
    if let Some(Owner { user, group }) = owner {
        command.uid(user).gid(group);
    }
    command
}

/// Where the programs of PostgreSQL lie: on Debian in a folder for each version, of which the last is taken.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.flatten().map(|version| version.path().join("bin"));
    folders.filter(|folder| folder.join("initdb").exists() && folder.join("postgres").exists()).max()
}
