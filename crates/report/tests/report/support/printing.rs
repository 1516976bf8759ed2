//! What renderers print, as text.

use plimsoll_model::Set;
use plimsoll_report::{
    AnalysisText, ComparisonText, Console, Csv, Dashboard, GithubAnnotations, GithubSummary, Html, Json,
    Junit, Markdown, MemoryPage, Overview, Prometheus, Renderer, ValidationText,
};

/// What a renderer prints.
pub(crate) fn render(renderer: &dyn Renderer, set: &Set) -> String {
    let mut out = Vec::new();
    renderer.render(set, &mut out).expect("a fixture is valid");
    String::from_utf8(out).expect("a fixture is valid")
}

/// The text that a bad renderer would print for a missing figure, if it is in there.
pub(crate) fn nonsense(text: &str) -> Option<&'static str> {
    let text = without(text, "script");
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    ["NaN", "inf", "null", "undefined", "Infinity", "None"].into_iter().find(|word| words.contains(word))
}

/// A page without its elements of that name.
pub(crate) fn without(page: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}"), format!("</{element}>"));
    let mut kept = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once(&open) {
        kept.push_str(before);
        rest = after.split_once(&close).map_or("", |(_, after)| after);
    }
    kept + rest
}

/// What a reader of a page sees of its text.
pub(crate) fn seen(page: &str) -> String {
    let page = without(&without(page, "style"), "script");
    let mut seen = String::new();
    for part in page.split('<') {
        let text = part.split_once('>').map_or(part, |(_, text)| text);
        seen.push_str(text);
        seen.push('\n');
    }
    ["&lt;<", "&gt;>", "&quot;\"", "&#39;'", "&#x27;'", "&#x2f;/", "&amp;&"]
        .iter()
        .fold(seen, |text, code| text.replace(&code[..code.len() - 1], &code[code.len() - 1..]))
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
        Box::new(Html::default()),
        Box::new(Dashboard::default()),
        Box::new(MemoryPage),
        Box::new(ValidationText::default()),
    ]
}
