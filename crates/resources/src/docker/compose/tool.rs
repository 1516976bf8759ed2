//! Compose itself: the plugin of the Docker command, or the older program of its own.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use tokio::process::Command;

use super::ComposeError;

/// Both forms, the newer first.
const FORMS: [&[&str]; 2] = [&["docker", "compose"], &["docker-compose"]];

/// Lines of what a failed command said that an error shows.
const SHOWN_LINES: usize = 8;

/// One form of compose with a project.
#[derive(Debug, Clone)]
pub(super) struct Tool {
    form: &'static [&'static str],
    project: String,
    file: PathBuf,
    labels: Option<Labels>,
    profiles: Vec<String>,
    address: Option<String>,
}

impl Tool {
    /// The form that is installed.
    pub(super) async fn find(
        project: &str,
        file: &Path,
        profiles: &[String],
        address: Option<&str>,
    ) -> Result<Tool, ComposeError> {
        let unreadable = |error: io::Error| ComposeError::File {
            file: file.display().to_string(),
            why: error.to_string(),
        };
        fs::File::open(file).map_err(unreadable)?;
        for form in FORMS {
            let mut command = Command::new(form[0]);
            command.args(&form[1..]).arg("version").stdin(Stdio::null());
            if command.output().await.is_ok_and(|output| output.status.success()) {
                return Ok(Tool {
                    form,
                    project: project.to_owned(),
                    file: file.to_owned(),
                    labels: None,
                    profiles: profiles.to_vec(),
                    address: address.map(str::to_owned),
                });
            }
        }
        Err(ComposeError::NoCompose)
    }

    /// The same with labels on the containers of these services.
    pub(super) fn labelling<'a>(
        &self,
        services: impl Iterator<Item = &'a str>,
        labels: &[(&str, String)],
    ) -> Result<Tool, ComposeError> {
        let failed =
            |error: io::Error| ComposeError::Engine(format!("labels cannot be written to a file: {error}"));
        // The older form takes no two files of different versions.
        let text = fs::read_to_string(&self.file).map_err(failed)?;
        let version = text.lines().find(|line| line.starts_with("version:")).unwrap_or_default();
        let text = overlay(version, services, labels);
        Ok(Tool { labels: Some(Labels::write(&self.project, &text).map_err(failed)?), ..self.clone() })
    }

    /// Runs a command on the project, and gives back what it says on its standard output.
    pub(super) async fn run(&self, command: &[&str]) -> Result<String, ComposeError> {
        let arguments = self.arguments(command);
        let mut child = Command::new(self.form[0]);
        child.args(&arguments).stdin(Stdio::null()).kill_on_drop(true);
        // One Ctrl-C is for this program, which ends what it has begun.
        #[cfg(unix)]
        child.process_group(0);
        if let Some(address) = &self.address {
            child.env("DOCKER_HOST", address);
        }
        let output = child.output().await;
        let output = output.map_err(|error| ComposeError::Engine(format!("{}: {error}", self.form[0])))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let shown = arguments.iter().map(|argument| argument.to_string_lossy()).collect::<Vec<_>>();
        Err(ComposeError::Failed {
            command: format!("{} {}", self.form[0], shown.join(" ")),
            status: output.status.to_string(),
            output: last_lines(&output),
        })
    }

    fn arguments(&self, command: &[&str]) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = self.form[1..].iter().map(OsString::from).collect();
        arguments.extend(["--project-name".into(), OsString::from(&self.project)]);
        let files = std::iter::once(&self.file).chain(self.labels.iter().map(|labels| &labels.path));
        arguments.extend(files.flat_map(|file| ["--file".into(), file.into()]));
        arguments.extend(self.profiles.iter().flat_map(|profile| ["--profile".into(), profile.into()]));
        arguments.extend(command.iter().map(OsString::from));
        arguments
    }
}

/// What is said last, one line after the other: compose says what it does before it fails.
fn last_lines(output: &Output) -> String {
    let said = [&output.stderr, &output.stdout].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let lines: Vec<&str> =
        said.iter().flat_map(|text| text.lines()).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(SHOWN_LINES)..].join("; ")
}

/// A second compose file that lays labels over services.
fn overlay<'a>(version: &str, services: impl Iterator<Item = &'a str>, labels: &[(&str, String)]) -> String {
    let labels: String = labels.iter().map(|(name, value)| format!("      {name}: \"{value}\"\n")).collect();
    let services = services.map(str::trim).filter(|service| !service.is_empty());
    let services: String = services.map(|service| format!("  {service}:\n    labels:\n{labels}")).collect();
    format!("{version}\nservices:\n{services}")
}

/// A file that goes away with its last user.
#[derive(Debug, Clone)]
struct Labels {
    path: PathBuf,
    _file: std::sync::Arc<Removed>,
}

#[derive(Debug)]
struct Removed(PathBuf);

impl Labels {
    fn write(project: &str, text: &str) -> io::Result<Labels> {
        use std::io::Write as _;
        let name = format!("plimsoll-{}-{}.yaml", plimsoll_model::slug(project), std::process::id());
        let path = std::env::temp_dir().join(name);
        // What a killed process of the same id has left; a file of somebody else would not be overwritten.
        let _ = fs::remove_file(&path);
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&path)?;
        file.write_all(text.as_bytes())?;
        Ok(Labels { _file: std::sync::Arc::new(Removed(path.clone())), path })
    }
}

impl Drop for Removed {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_laid_over_every_service() {
        let labels = [("plimsoll.started-by", "7".to_owned())];
        let text = overlay("version: \"2.4\"", "web\ndb\n".lines(), &labels);
        assert_eq!(
            text,
            "version: \"2.4\"\nservices:\n  web:\n    labels:\n      plimsoll.started-by: \"7\"\n  db:\n    labels:\n      \
             plimsoll.started-by: \"7\"\n"
        );
    }
}
