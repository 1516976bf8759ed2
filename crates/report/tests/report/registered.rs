//! A renderer of one's own stands beside ours.

use std::io;

use plimsoll_model::Set;
use plimsoll_report::{Console, Csv, Json, Markdown, Prometheus, Renderer};

use crate::support;

/// What a company's chat gets: one line.
struct Chat {
    channel: String,
}

impl Renderer for Chat {
    fn name(&self) -> &str {
        "chat"
    }

    fn file_name(&self, set: &Set) -> String {
        plimsoll_report::result_file(set, "chat")
    }

    fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(out, "#{}: {} {}", self.channel, set.name, set.verdict.status.word())
    }
}

/// All formats of a program, by name.
fn registry() -> Vec<Box<dyn Renderer>> {
    let chat = Chat { channel: "load".to_owned() };
    vec![
        Box::new(Console::default()),
        Box::new(Markdown),
        Box::new(Csv),
        Box::new(Json::default()),
        Box::new(Prometheus),
        Box::new(chat),
    ]
}

#[test]
fn a_renderer_from_outside_is_chosen_by_its_name() {
    let registry = registry();
    let chat = registry.iter().find(|renderer| renderer.name() == "chat").expect("it was registered");
    let set = support::checkout();
    assert_eq!(support::render(chat.as_ref(), &set), "#load: checkout-api FAIL\n");
    assert_eq!(chat.file_name(&set), "checkout-api_20261120T180000000Z.chat");
}

#[test]
fn every_name_and_file_name_is_its_own() {
    let set = support::checkout();
    let registry = registry();
    let mut names: Vec<String> =
        registry.iter().flat_map(|renderer| [renderer.name().to_owned(), renderer.file_name(&set)]).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}
