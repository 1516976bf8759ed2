//! What renderers print, as text.

use plimsoll_model::Set;
use plimsoll_report::Renderer;

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
