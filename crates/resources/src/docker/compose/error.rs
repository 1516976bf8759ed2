//! Why there is no clean environment.

/// Why a compose project could not be ended or started, in words that say what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ComposeError {
    /// Neither form of compose is installed.
    #[error(
        "there is neither `docker compose` nor `docker-compose`; install one of them, or start the containers yourself"
    )]
    NoCompose,
    /// The file is not there, or cannot be read.
    #[error("compose file {file} cannot be read: {why}")]
    File {
        /// The file.
        file: String,
        /// What was found.
        why: String,
    },
    /// Compose was started and failed.
    #[error("`{command}` ended with {status}: {output}")]
    Failed {
        /// What was started.
        command: String,
        /// How it ended.
        status: String,
        /// The last lines that it said.
        output: String,
    },
    /// The project has containers that were not started here.
    #[error(
        "compose project {project} has containers that were not started here ({}); end them, choose another project, or adopt it",
        containers.join(", ")
    )]
    Foreign {
        /// The project.
        project: String,
        /// Those containers.
        containers: Vec<String>,
    },
    /// Another process of the same program runs the project.
    #[error(
        "compose project {project} is that of process {process}, which still runs; choose another project"
    )]
    InUse {
        /// The project.
        project: String,
        /// The process.
        process: u32,
    },
    /// Volumes should be removed, and were there before.
    #[error(
        "compose project {project} has volumes that were there before it was started here ({}); they are not removed \
         unless it is adopted",
        volumes.join(", ")
    )]
    Volumes {
        /// The project.
        project: String,
        /// Those volumes.
        volumes: Vec<String>,
    },
    /// A container did not become ready.
    #[error("container {container} is not ready: {why}{}", shown(log))]
    NotReady {
        /// The container.
        container: String,
        /// Why not.
        why: String,
        /// The last lines of its log.
        log: Vec<String>,
    },
    /// The engine did not answer.
    #[error("{0}")]
    Engine(String),
}

fn shown(log: &[String]) -> String {
    if log.is_empty() {
        return "; its log is empty".to_owned();
    }
    let lines: Vec<String> = log.iter().map(|line| format!("\n  | {line}")).collect();
    format!("; its log ends with{}", lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_says_what_to_do() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let project = "shop".to_owned();
        let errors = [
            ComposeError::NoCompose,
            ComposeError::File { file: "compose.yaml".to_owned(), why: "it is not there".to_owned() },
            ComposeError::Foreign {
                project: project.clone(),
                containers: names(&["shop_db_1", "shop_web_1"]),
            },
            ComposeError::InUse { project: project.clone(), process: 4711 },
            ComposeError::Volumes { project, volumes: names(&["shop_data"]) },
            ComposeError::NotReady {
                container: "shop_db_1".to_owned(),
                why: "it ended with 1".to_owned(),
                log: names(&["no space", "giving up"]),
            },
            ComposeError::NotReady {
                container: "shop_db_1".to_owned(),
                why: "it is starting after 120s".to_owned(),
                log: Vec::new(),
            },
        ];
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
