//! Names and sentences from outside are shown, never obeyed.

use plimsoll_model::Set;
use plimsoll_report::{Csv, GithubAnnotations, Junit, Markdown, Renderer};

use crate::support;

const HOSTILE: [&str; 12] = [
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "${{7*7}}",
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "a\u{202e}gnp.exe",
    "nul\0byte",
    "two\nlines\r\nthree",
    "a|b|c",
    "`code` **bold** [x](http://evil.example)",
    "=cmd()",
    "../../x",
    "👩\u{200d}👩\u{200d}👧 @team",
];

fn hostile_sets() -> Vec<Set> {
    let long = "x".repeat(10_000);
    HOSTILE.into_iter().chain([long.as_str()]).map(support::named).collect()
}

#[test]
fn no_format_prints_what_moves_a_cursor_or_turns_text() {
    let is_unsafe = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\r'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    // JSON escapes control characters itself and keeps every other character as it is: it is the document.
    let sets = hostile_sets();
    for renderer in support::renderers().iter().filter(|renderer| renderer.name() != "json") {
        for set in &sets {
            let text = support::render(renderer.as_ref(), set);
            assert_eq!(text.chars().find(|c| is_unsafe(*c)), None, "{} {:?}", renderer.name(), set.name);
        }
    }
}

#[test]
fn markdown_makes_no_markup_of_a_name() {
    for set in hostile_sets() {
        let text = support::render(&Markdown, &set);
        for markup in ["<", "](", "://e", "${{", " `", "@t", "**bold"] {
            let escaped = text.replace("\\`", "").replace("\\*", "").replace("\\$", "").replace("\\]", "");
            assert!(!escaped.contains(markup), "{markup} from {:?}", set.name);
        }
    }
}

#[test]
fn a_name_adds_no_line() {
    let lines = |name: &str, renderer: &dyn Renderer| {
        support::render(renderer, &support::named(name)).lines().count()
    };
    for renderer in support::renderers().iter().filter(|renderer| {
        matches!(renderer.name(), "markdown" | "csv" | "prometheus" | "github-annotations" | "junit")
    }) {
        assert_eq!(
            lines("a\nb\r\nc", renderer.as_ref()),
            lines("abc", renderer.as_ref()),
            "{}",
            renderer.name()
        );
    }
}

#[test]
fn a_spreadsheet_runs_no_formula() {
    for set in hostile_sets() {
        let text = support::render(&Csv, &set);
        for record in csv::Reader::from_reader(text.as_bytes()).records() {
            let record = record.unwrap();
            for field in record.iter().take(6) {
                assert!(!field.starts_with(['=', '+', '-', '@', '\t', '\r']), "{field:?}");
            }
        }
    }
}

#[test]
fn reports_for_people_stay_small() {
    for renderer in
        support::renderers().iter().filter(|renderer| matches!(renderer.name(), "text" | "markdown"))
    {
        let text = support::render(renderer.as_ref(), &support::named(&"x".repeat(10_000)));
        assert!(text.len() < 60_000, "{} {}", renderer.name(), text.len());
    }
}

#[test]
fn no_file_name_leaves_its_folder() {
    for set in hostile_sets() {
        for renderer in support::renderers() {
            let name = renderer.file_name(&set);
            assert!(
                !name.contains(['/', '\\', '\0']) && !name.starts_with('.') && name.len() < 120,
                "{name:?}"
            );
        }
    }
}

#[test]
fn a_name_starts_no_workflow_command() {
    for set in hostile_sets() {
        let text = support::render(&GithubAnnotations, &set);
        let is_ours = |line: &str| {
            ["::error title=", "::warning title=", "::notice title="]
                .iter()
                .any(|start| line.starts_with(start))
        };
        assert!(text.lines().all(is_ours), "{text}");
    }
}

#[test]
fn junit_is_well_formed_whatever_a_name_holds() {
    for set in hostile_sets() {
        let text = support::render(&Junit, &set);
        let report =
            quick_junit::Report::deserialize_from_str(&text).expect("what a renderer prints can be read");
        assert_eq!(
            report.errors + report.failures,
            text.matches("<failure").count() + text.matches("<error").count()
        );
    }
}
