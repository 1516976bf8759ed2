//! The server: an nginx of our own on a free port of loopback.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The core that the server has to itself.
const CORE: &str = "1";

/// An nginx with one worker, for as long as this lives.
pub(crate) struct Nginx {
    process: Child,
    port: u16,
    folder: PathBuf,
}

impl Nginx {
    pub(crate) fn start() -> Nginx {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = std::env::temp_dir().join(format!("plimsoll-http-goals-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let place = folder.display();
        let configuration = format!(
            "worker_processes 1;\ndaemon off;\nmaster_process off;\npid {place}/pid;\nerror_log {place}/error.log;\n\
             events {{ worker_connections 1024; }}\n\
             http {{\n  access_log off;\n  keepalive_requests 1000000000;\n  keepalive_timeout 3600s;\n\
             client_body_temp_path {place}/body;\n  proxy_temp_path {place}/proxy;\n\
             fastcgi_temp_path {place}/fastcgi;\n  uwsgi_temp_path {place}/uwsgi;\n  scgi_temp_path {place}/scgi;\n\
             server {{\n    listen 127.0.0.1:{port};\n    location = /count {{ stub_status; }}\n\
             location / {{ default_type text/plain; return 200 \"hello, world!\"; }}\n  }}\n}}\n"
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let process = Command::new("taskset")
            .args(["-c", CORE, "nginx", "-c"])
            .arg(&file)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("taskset can be started");
        let nginx = Nginx { process, port, folder };
        nginx.wait();
        nginx
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Requests since its start.
    pub(crate) fn requests(&self) -> u64 {
        let answer = self.ask("/count").unwrap();
        let numbers = answer.lines().find(|line| line.starts_with(' ')).unwrap();
        numbers.split_whitespace().nth(2).unwrap().parse().unwrap()
    }

    #[expect(clippy::disallowed_methods, reason = "nobody tells when another program listens")]
    fn wait(&self) {
        let is_there = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            self.ask("/").is_some()
        });
        assert!(is_there, "nginx does not answer; is Debian's package nginx installed?");
    }

    fn ask(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended by itself, and nobody needs the folder any more.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
