//! A Redis of a test's own.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

use job_queue::backend::Backend;

/// A Redis that forgets everything when it ends.
pub(crate) struct Redis {
    server: Child,
    port: u16,
    password: Option<&'static str>,
    /// Kept open, so that the server has somewhere to write to.
    _said: BufReader<ChildStdout>,
    _folder: tempfile::TempDir,
}

impl Redis {
    /// Starts a Redis that everybody may use; `None` where there is none to start.
    pub(crate) fn start() -> Option<Redis> {
        Redis::with_password(None)
    }

    /// Starts a Redis that asks for a password.
    pub(crate) fn with_password(password: Option<&'static str>) -> Option<Redis> {
        let is_there = Command::new("redis-server").arg("--version").output().is_ok();
        super::when_there("redis", is_there, |port| Redis::launch(port, password))
    }

    /// The address with user information as given: `:password@`, or nothing.
    pub(crate) fn url(&self, user_info: &str) -> String {
        format!("redis://{user_info}127.0.0.1:{}/1", self.port)
    }

    pub(crate) fn backend(&self) -> Backend {
        Backend::parse(&self.url("")).expect("the address is one")
    }

    /// All keys that there are.
    pub(crate) fn keys(&self) -> Vec<String> {
        redis::cmd("KEYS").arg("*").query(&mut self.connect()).expect("the Redis is there")
    }

    /// Waits until somebody has put something into it.
    pub(crate) fn wait_until_used(&self) {
        let mut connection = self.connect();
        while redis::cmd("DBSIZE").query::<u64>(&mut connection).expect("the Redis is there") < 5 {}
    }

    /// Ends it as a crash does.
    pub(crate) fn kill(&mut self) {
        self.server.kill().expect("it is a child of this process");
        self.server.wait().expect("it was killed");
    }

    /// Another Redis at the same address, which knows nothing of the first.
    pub(crate) fn revive(&mut self) {
        *self = Redis::launch(self.port, self.password).expect("the port is free again");
    }

    fn launch(port: u16, password: Option<&'static str>) -> Option<Redis> {
        let folder = tempfile::tempdir().expect("a folder can be had");
        let mut command = Command::new("redis-server");
        command.arg("--port").arg(port.to_string()).args(["--bind", "127.0.0.1", "--save", ""]);
        command.arg("--dir").arg(folder.path()).args(["--appendonly", "no"]);
        if let Some(password) = password {
            command.args(["--requirepass", password]);
        }
        let mut server = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("it is there");
        let mut said = BufReader::new(server.stdout.take().expect("it is piped"));
        let mut lines = said.by_ref().lines().map_while(Result::ok);
        if lines.any(|line| line.contains("Ready to accept connections")) {
            return Some(Redis { server, port, password, _said: said, _folder: folder });
        }
        server.wait().expect("it has ended by itself");
        None
    }

    fn connect(&self) -> redis::Connection {
        let user_info = self.password.map(|password| format!(":{}@", password.replace('/', "%2F")));
        let client = redis::Client::open(self.url(&user_info.unwrap_or_default()));
        client.expect("the address is one").get_connection().expect("the Redis is there")
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may have been killed before.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
