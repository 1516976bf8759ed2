//! A cAdvisor of the tests' own. No package has it: `.ci/run` builds one where it can.

use std::env;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use crate::engine::{Engine, present};

/// A cAdvisor that reads each second, and ends with its user.
#[derive(Debug)]
pub(crate) struct Daemon {
    child: Child,
    /// Where it listens.
    pub(crate) url: String,
}

/// A cAdvisor beside an engine; `None` where there is none, which is said.
pub(crate) fn beside(engine: &Engine) -> Option<Daemon> {
    present("cadvisor", Daemon::start(&engine.address()))
}

impl Daemon {
    fn start(engine: &str) -> Result<Daemon, String> {
        let program = env::var("PLIMSOLL_CADVISOR").unwrap_or_else(|_| "cadvisor".to_owned());
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.map_err(|error| error.to_string())?.port();
        let child = Command::new(&program)
            .args(["--docker", engine, "--listen_ip", "127.0.0.1", "--port", &port.to_string()])
            .args(["--housekeeping_interval=1s", "--allow_dynamic_housekeeping=false", "--docker_only"])
            .arg("--logtostderr")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{program}: {error}"))?;
        Ok(Daemon { child, url: format!("http://127.0.0.1:{port}") })
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
