//! What GitHub shows of a job: a summary, and annotations.

mod annotations;
mod summary;

pub use annotations::GithubAnnotations;
pub use summary::GithubSummary;
