//! The same document gives the same bytes.

use plimsoll_report::{
    AnalysisText, ComparisonText, Console, Csv, GithubAnnotations, GithubSummary, Json, Junit, Markdown,
    Overview, Prometheus, Renderer,
};

use crate::support;

#[test]
fn a_document_is_printed_the_same_twice_and_after_being_stored() {
    let set = support::rare();
    let stored = support::render(&Json::default(), &set);
    let read = plimsoll_model::read::json("set.json", stored.as_bytes())
        .expect("what a renderer prints can be read");
    let plimsoll_model::Document::Set(read) = read.document else { panic!("it was a set") };
    let renderers: [&dyn Renderer; 11] = [
        &Console::default(),
        &ComparisonText::default(),
        &AnalysisText::default(),
        &Overview::default(),
        &Markdown,
        &Csv,
        &Json { pretty: true },
        &Junit,
        &GithubSummary::default(),
        &GithubAnnotations,
        &Prometheus,
    ];
    for renderer in renderers {
        let text = support::render(renderer, &set);
        assert_eq!(text, support::render(renderer, &set), "{}", renderer.name());
        assert_eq!(text, support::render(renderer, &read), "{}", renderer.name());
    }
}
