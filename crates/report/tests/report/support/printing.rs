//! What renderers print, as text.

use plimsoll_model::Set;
use plimsoll_report::{
    AnalysisText, ComparisonText, Console, Csv, GithubAnnotations, GithubSummary, Json, Junit, Markdown,
    Overview, Prometheus, Renderer,
};

/// What a renderer prints.
pub(crate) fn render(renderer: &dyn Renderer, set: &Set) -> String {
    let mut out = Vec::new();
    renderer.render(set, &mut out).expect("a fixture is valid");
    String::from_utf8(out).expect("a fixture is valid")
}

/// The text that a bad renderer would print for a missing figure, if it is in there.
pub(crate) fn nonsense(text: &str) -> Option<&'static str> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    ["NaN", "inf", "null", "undefined", "Infinity", "None"].into_iter().find(|word| words.contains(word))
}

/// Every format there is.
pub(crate) fn renderers() -> Vec<Box<dyn Renderer>> {
    vec![
        Box::new(Console::default()),
        Box::new(ComparisonText::default()),
        Box::new(AnalysisText::default()),
        Box::new(Overview::default()),
        Box::new(Markdown),
        Box::new(Csv),
        Box::new(Json { pretty: true }),
        Box::new(Junit),
        Box::new(GithubSummary::default()),
        Box::new(GithubAnnotations),
        Box::new(Prometheus),
    ]
}
