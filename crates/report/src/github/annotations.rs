//! Annotations of a job: workflow commands, a line each.

use std::io;

use plimsoll_model::{Priority, Set, Status};

use crate::page::{Mark, Observation};
use crate::{Renderer, text};

/// Prints the conclusion of a set and the worst that there is to say as workflow commands:
/// `github_annotations.txt`.
///
/// GitHub shows ten annotations of each kind for a step. So there is one for the verdict and at most nine of each
/// kind behind it: missed targets are errors, what cannot be decided and what is urgent are warnings, other advice is
/// a notice. What is passed over is counted in the first line. A set that passed without advice prints a notice.
#[derive(Debug, Clone, Copy, Default)]
pub struct GithubAnnotations;

/// Annotations of one kind behind the first line.
const MOST: usize = 9;

/// A workflow command.
struct Annotation {
    level: Level,
    title: String,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Notice,
}

impl Level {
    fn command(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "notice",
        }
    }
}

impl Renderer for GithubAnnotations {
    fn name(&self) -> &str {
        "github-annotations"
    }

    fn file_name(&self, _set: &Set) -> String {
        "github_annotations.txt".to_owned()
    }

    fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()> {
        let all: Vec<Annotation> = targets(set).chain(advice(set)).collect();
        let of = |level| all.iter().filter(move |it| it.level == level).take(MOST);
        let shown: Vec<&Annotation> =
            [Level::Error, Level::Warning, Level::Notice].into_iter().flat_map(of).collect();
        write(&verdict(set, all.len() - shown.len()), out)?;
        shown.into_iter().try_for_each(|annotation| write(annotation, out))
    }
}

fn verdict(set: &Set, passed_over: usize) -> Annotation {
    let level = match set.verdict.status {
        Status::Pass => Level::Notice,
        Status::Inconclusive => Level::Warning,
        Status::Fail | Status::Invalid | Status::Interrupted => Level::Error,
    };
    let mark = Mark::from(set.verdict.status);
    let mut message = set.verdict.reasons.join("; ");
    if message.is_empty() {
        message = "everything that was asked for holds".to_owned();
    }
    message = text::sentence(&message);
    if passed_over > 0 {
        message.push_str(&format!("; and {passed_over} more remarks in the report"));
    }
    Annotation { level, title: format!("{} {}: {}", mark.glyph, mark.word, text::name(&set.name)), message }
}

/// Targets that were not met.
fn targets(set: &Set) -> impl Iterator<Item = Annotation> {
    Observation::all(set).into_iter().filter(|target| target.status != Status::Pass).map(|target| {
        let level = if target.status == Status::Inconclusive { Level::Warning } else { Level::Error };
        let Observation { run, mark, metric, value, limit, .. } = target;
        Annotation {
            level,
            title: format!("{} {metric} of {run}", mark.word),
            message: format!("{metric} was {value}, the limit is {limit}"),
        }
    })
}

fn advice(set: &Set) -> impl Iterator<Item = Annotation> {
    set.analysis.iter().flat_map(|analysis| &analysis.recommendations).map(|advice| Annotation {
        level: if advice.priority == Priority::High { Level::Warning } else { Level::Notice },
        title: text::name(&advice.rule),
        message: text::sentence(&advice.message),
    })
}

fn write(annotation: &Annotation, out: &mut dyn io::Write) -> io::Result<()> {
    let title = escape(&annotation.title).replace(':', "%3A").replace(',', "%2C");
    writeln!(out, "::{} title={title}::{}", annotation.level.command(), escape(&annotation.message))
}

/// A text with what the runner reserves escaped.
fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
