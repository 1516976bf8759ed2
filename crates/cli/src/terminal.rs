//! What a stream can show.

use std::io::{self, IsTerminal};

use plimsoll::report::ConsoleOptions;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set or the terminal is dumb; CLICOLOR_FORCE colours anywhere
    #[default]
    Auto,
    /// Whatever the stream is
    Always,
    /// Not at all
    Never,
}

/// What is known of a stream and its surroundings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Whether it is a terminal, and not a pipe or a file.
    pub is_terminal: bool,
    /// Columns of the terminal; `None` when it does not say.
    pub columns: Option<usize>,
    /// `NO_COLOR`, empty when not set.
    pub no_color: String,
    /// `CLICOLOR_FORCE`, empty when not set.
    pub clicolor_force: String,
    /// `TERM`, empty when not set.
    pub term: String,
    /// `CI`, empty when not set.
    pub ci: String,
    /// The locale of characters: the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set, else empty.
    pub locale: String,
}

impl Facts {
    /// What is known of the standard output.
    #[must_use]
    pub fn of_stdout() -> Facts {
        let columns = terminal_size::terminal_size_of(io::stdout());
        Facts::with(io::stdout().is_terminal(), columns)
    }

    /// What is known of the standard error.
    #[must_use]
    pub fn of_stderr() -> Facts {
        let columns = terminal_size::terminal_size_of(io::stderr());
        Facts::with(io::stderr().is_terminal(), columns)
    }

    fn with(is_terminal: bool, size: Option<(terminal_size::Width, terminal_size::Height)>) -> Facts {
        let locales = ["LC_ALL", "LC_CTYPE", "LANG"].map(variable);
        Facts {
            is_terminal,
            columns: size.map(|(width, _)| usize::from(width.0)),
            no_color: variable("NO_COLOR"),
            clicolor_force: variable("CLICOLOR_FORCE"),
            term: variable("TERM"),
            ci: variable("CI"),
            locale: locales.into_iter().find(|locale| !locale.is_empty()).unwrap_or_default(),
        }
    }
}

/// What a stream can show. A pure function of [`Facts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Columns to use, 40 to 120; 80 where nothing is known.
    pub width: usize,
    /// Whether to colour.
    pub color: bool,
    /// Whether signs beyond ASCII may be printed.
    pub unicode: bool,
    /// Whether a line can be drawn over: a terminal that is not dumb, of a user who does not refuse control codes
    /// altogether by `NO_COLOR`.
    pub can_redraw: bool,
    /// Whether nobody looks on while it runs: continuous integration.
    pub is_unattended: bool,
}

impl Terminal {
    /// Columns where nothing is known.
    pub const DEFAULT_WIDTH: usize = 80;

    /// What follows from the facts and the user's wish.
    #[must_use]
    pub fn new(facts: &Facts, color: Color) -> Terminal {
        let is_dumb = facts.term == "dumb";
        let width = facts.columns.filter(|_| facts.is_terminal).unwrap_or(Terminal::DEFAULT_WIDTH);
        Terminal {
            width: width.clamp(ConsoleOptions::MIN_WIDTH, ConsoleOptions::MAX_WIDTH),
            color: colored(facts, color, is_dumb),
            unicode: is_utf8(&facts.locale),
            can_redraw: facts.is_terminal && !is_dumb && facts.no_color.is_empty(),
            is_unattended: !facts.ci.is_empty() && facts.ci != "false",
        }
    }

    /// The same for a renderer.
    #[must_use]
    pub fn console(&self) -> ConsoleOptions {
        ConsoleOptions { width: self.width, color: self.color, unicode: self.unicode }
    }
}

fn variable(name: &str) -> String {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()).unwrap_or_default()
}

fn colored(facts: &Facts, color: Color, is_dumb: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if !facts.no_color.is_empty() => false,
        Color::Auto if !facts.clicolor_force.is_empty() && facts.clicolor_force != "0" => true,
        Color::Auto => facts.is_terminal && !is_dumb,
    }
}

/// Windows and macOS show UTF-8 without saying so in a locale.
fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8") || (locale.is_empty() && !cfg!(target_os = "linux"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pipe() -> Facts {
        Facts { locale: "C.UTF-8".into(), term: "xterm-256color".into(), ..Facts::default() }
    }

    fn terminal(columns: usize) -> Facts {
        Facts { is_terminal: true, columns: Some(columns), ..pipe() }
    }

    /// A row of the matrix: the stream, then one surrounding after another.
    fn row(name: &str, stream: &Facts) -> String {
        let surroundings = [
            ("plain", stream.clone(), Color::Auto),
            ("NO_COLOR=1", Facts { no_color: "1".into(), ..stream.clone() }, Color::Auto),
            ("--color always", stream.clone(), Color::Always),
            ("--color never", stream.clone(), Color::Never),
            ("CLICOLOR_FORCE=1", Facts { clicolor_force: "1".into(), ..stream.clone() }, Color::Auto),
            ("CLICOLOR_FORCE=0", Facts { clicolor_force: "0".into(), ..stream.clone() }, Color::Auto),
            ("TERM=dumb", Facts { term: "dumb".into(), ..stream.clone() }, Color::Auto),
            ("CI=true", Facts { ci: "true".into(), ..stream.clone() }, Color::Auto),
            ("LANG=C", Facts { locale: "C".into(), ..stream.clone() }, Color::Auto),
        ];
        let lines = surroundings.map(|(surrounding, facts, color)| {
            let Terminal { width, color, unicode, can_redraw, is_unattended } = Terminal::new(&facts, color);
            format!(
                "{name:<8} {surrounding:<17} width {width:<3} color {color:<5} unicode {unicode:<5} \
                 redraw {can_redraw:<5} unattended {is_unattended}"
            )
        });
        lines.join("\n")
    }

    #[test]
    fn the_matrix_of_streams_and_surroundings() {
        let streams = [
            ("pipe", pipe()),
            ("pty 40", terminal(40)),
            ("pty 80", terminal(80)),
            ("pty 200", terminal(200)),
        ];
        let rows = streams.map(|(name, facts)| row(name, &facts));
        insta::assert_snapshot!(rows.join("\n"));
    }

    #[test]
    fn a_pipe_is_never_coloured_unasked() {
        assert!(!Terminal::new(&pipe(), Color::Auto).color);
    }

    #[test]
    fn an_empty_no_color_says_nothing() {
        let facts = Facts { no_color: String::new(), ..terminal(80) };
        assert!(Terminal::new(&facts, Color::Auto).color);
    }

    #[test]
    fn a_terminal_of_unknown_width_has_80_columns() {
        let facts = Facts { columns: None, ..terminal(80) };
        assert_eq!(Terminal::new(&facts, Color::Auto).width, 80);
        assert_eq!(Terminal::new(&terminal(7), Color::Auto).width, 40);
    }
}
