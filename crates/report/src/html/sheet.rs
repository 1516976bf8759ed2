//! What a page is made of, and how it becomes text.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::figure::Figure;
use crate::draw::theme;
use crate::page::lead::KeyFigure;
use crate::page::{Headline, Matrix, Section};

const TEMPLATE: &str = include_str!("assets/sheet.html");
const STYLE: &str = include_str!("assets/style.css");
const SCRIPT: &str = include_str!("assets/script.js");

/// A page.
#[derive(Debug, Default, Serialize)]
pub(super) struct Sheet {
    /// What the browser calls it.
    pub(super) title: String,
    /// What sort of page it is: `report`.
    pub(super) kind: &'static str,
    /// The verdict, where it has one.
    pub(super) headline: Option<Headline>,
    /// When and where.
    pub(super) about: String,
    /// The whole in a few sentences.
    pub(super) lead: Vec<String>,
    pub(super) figures: Vec<KeyFigure>,
    pub(super) parts: Vec<Part>,
    /// Where it comes from.
    pub(super) footer: String,
}

/// A part of a page under its own title.
#[derive(Debug, Default, Serialize)]
pub(super) struct Part {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// A sentence before all else.
    pub(super) intro: String,
    pub(super) matrix: Option<Matrix>,
    pub(super) charts: Vec<Figure>,
    pub(super) sections: Vec<Section>,
    /// Whether it is folded until somebody wants it.
    pub(super) is_folded: bool,
}

impl Part {
    pub(super) fn new(id: &'static str, title: &'static str) -> Part {
        Part { id, title, ..Part::default() }
    }

    pub(super) fn charts(self, charts: Vec<Figure>) -> Part {
        Part { charts, ..self }
    }

    pub(super) fn sections(self, sections: impl IntoIterator<Item = Section>) -> Part {
        Part { sections: sections.into_iter().collect(), ..self }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.matrix.is_none() && self.charts.is_empty() && self.sections.is_empty() && self.intro.is_empty()
    }
}

impl Sheet {
    /// The page as text.
    pub(super) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut templates = Environment::new();
        // Line ends between tags say nothing, and there are thousands of rows.
        let template: String = TEMPLATE.lines().map(str::trim).collect();
        templates.add_template_owned("sheet.html", template).map_err(invalid)?;
        templates.add_filter("spark", spark);
        templates.add_filter("folds_from", |notes: Vec<Value>| folds_from(&notes));
        let page = Value::from(Serde(self));
        let script = small_script();
        let values = context! { page => page, style => style(), hash => hash(&script), script => script };
        let text =
            templates.get_template("sheet.html").and_then(|sheet| sheet.render(values)).map_err(invalid)?;
        out.write_all(text.as_bytes())?;
        out.write_all(b"\n")
    }
}

/// The row of small bars that a table for a terminal has, as the points of a line 80 wide and 16 high; empty for
/// any other text.
fn spark(text: String) -> String {
    let level = |c: char| matches!(c, '▁'..='█').then(|| u32::from(c) - u32::from('▁'));
    let levels: Option<Vec<u32>> = text.chars().map(level).collect();
    let Some(levels) = levels.filter(|levels| levels.len() > 1) else { return String::new() };
    let step = 80.0 / (levels.len() - 1) as f64;
    let point = |(index, level): (usize, &u32)| format!("{:.1},{}", index as f64 * step, 15 - level * 2);
    levels.iter().enumerate().map(point).collect::<Vec<_>>().join(" ")
}

/// Where a long list of remarks folds: behind the first few, and behind everything bad.
fn folds_from(notes: &[Value]) -> usize {
    const SHOWN: usize = 5;
    let tone = |note: &Value| note.get_attr("mark").and_then(|mark| mark.get_attr("tone"));
    let is_bad = |note: &Value| tone(note).is_ok_and(|tone| tone.as_str() == Some("bad"));
    let behind_bad = notes.iter().rposition(is_bad).map_or(0, |last| last + 1);
    let from = behind_bad.max(SHOWN);
    // Folding one or two away saves nothing.
    if notes.len() <= from + 2 { notes.len() } else { from }
}

/// A template that does not fit its values.
fn invalid(error: minijinja::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// The style of every page: our colours for both kinds of paper, the drawings, the page.
fn style() -> String {
    let (light, dark) = (theme::LIGHT.variables(), theme::DARK.variables());
    let drawings = theme::rules().replace("text{", ":where(.plot) text{");
    format!(
        ":root{{color-scheme:light dark;{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\
         @media print{{:root{{color-scheme:light;{light}}}}}{drawings}{}",
        small(STYLE)
    )
}

/// Without what only its author reads.
fn small(css: &str) -> String {
    let mut small = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        small.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    small.push_str(rest);
    small.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The script without what only its author reads: all its remarks are lines of their own.
fn small_script() -> String {
    let lines = SCRIPT.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// By what the page allows its script.
fn hash(script: &str) -> String {
    STANDARD.encode(Sha256::digest(script.as_bytes()))
}
