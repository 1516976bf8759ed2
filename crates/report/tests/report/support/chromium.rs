//! A real browser, without a window and without a network.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

/// What a browser said of a page.
pub(crate) struct Opened {
    /// The document after its script has run.
    pub(crate) dom: String,
    /// Lines of the console: errors, refusals, warnings.
    pub(crate) console: Vec<String>,
    /// What it asked a network for.
    pub(crate) requests: Vec<String>,
}

/// Whether there is one; where it must be and is not, the test fails.
pub(crate) fn is_here() -> bool {
    let is_here =
        Command::new("chromium").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if is_here.is_ok_and(|status| status.success()) {
        return true;
    }
    let is_required =
        env::var("PLIMSOLL_REQUIRE").is_ok_and(|parts| parts.split(',').any(|part| part == "chromium"));
    assert!(!is_required, "PLIMSOLL_REQUIRE names chromium, and it is missing");
    drop(std::io::Write::write_all(&mut std::io::stdout(), b"skipped: no chromium\n"));
    false
}

fn browser(profile: &Path) -> Command {
    let mut command = Command::new("chromium");
    command
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--hide-scrollbars",
        ])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--disable-dev-shm-usage", "--timeout=20000", "--disable-features=NetworkTimeServiceQuerying"])
        // Nothing of a test leaves the machine, whatever a page or the browser itself asks for.
        .arg("--host-resolver-rules=MAP * ~NOTFOUND")
        .arg(format!("--user-data-dir={}", profile.display()))
        .stdin(Stdio::null());
    command
}

/// Opens a page as somebody who clicks on it in a folder would.
pub(crate) fn open(page: &Path) -> Opened {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let log = folder.path().join("net.json");
    let output = browser(&folder.path().join("profile"))
        .args(["--enable-logging=stderr", "--virtual-time-budget=5000", "--dump-dom"])
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let errors = String::from_utf8_lossy(&output.stderr);
    let net = fs::read_to_string(&log).unwrap_or_default();
    let urls = net.split('"').filter(|word| word.starts_with("http") || word.starts_with("ws"));
    Opened {
        dom: String::from_utf8_lossy(&output.stdout).into_owned(),
        console: errors.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect(),
        requests: urls.filter(|url| url.contains("://") && !is_own(url)).map(str::to_owned).collect(),
    }
}

/// Whether the browser asks this for itself: updates of its parts, the time.
fn is_own(url: &str) -> bool {
    ["google.com", "googleapis.com", "gstatic.com"]
        .iter()
        .any(|host| url.split('/').nth(2).is_some_and(|it| it.ends_with(host)))
}

/// A picture of the upper part of a page, in light or in dark.
pub(crate) fn screenshot(page: &Path, (width, height): (u32, u32), is_dark: bool) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let picture = folder.path().join("page.png");
    let mut command = browser(&folder.path().join("profile"));
    if is_dark {
        command.arg("--blink-settings=preferredColorScheme=0");
    }
    let output = command
        .arg(format!("--window-size={width},{height}"))
        .arg(format!("--screenshot={}", picture.display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser starts");
    fs::read(&picture).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// Opens a page within another that looks at it with a script, at a width of its own, and gives what that script says.
///
/// The page cannot tell: its own rules are in force. The script has `page`, its window, and `say`.
pub(crate) fn probe(page: &str, width: u32, sandbox: &str, script: &str) -> Opened {
    let escaped = page.replace('&', "&amp;").replace('"', "&quot;");
    let around = format!(
        "<!doctype html><meta charset=utf-8><pre id=said></pre><iframe id=page width={width} height=900 {sandbox} \
         srcdoc=\"{escaped}\"></iframe><script>\
         const say = (text) => document.getElementById('said').append(text + '\\n');\
         document.getElementById('page').addEventListener('load', () => {{\
         const page = document.getElementById('page').contentWindow;\
         try {{ {script} }} catch (error) {{ say('failed: ' + error); }} say('done'); }});</script>"
    );
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("around.html");
    fs::write(&file, around).expect("the folder is ours");
    let opened = open(&file);
    let said = opened.dom.split_once("<pre id=\"said\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    let said = said.map(|(said, _)| said.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&"));
    Opened { dom: said.unwrap_or_default(), ..opened }
}
