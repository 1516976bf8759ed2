//! The same document gives the same bytes.

use plimsoll_model::{Document, read};
use plimsoll_report::Json;

use crate::support;

#[test]
fn a_document_is_printed_the_same_twice_and_after_being_stored() {
    let set = support::rare();
    let stored = support::render(&Json::default(), &set);
    let reading = read::json("set.json", stored.as_bytes()).expect("what a renderer prints can be read");
    let Document::Set(stored) = reading.document else { panic!("it was a set") };
    for renderer in support::renderers() {
        let text = support::render(renderer.as_ref(), &set);
        assert_eq!(text, support::render(renderer.as_ref(), &set), "{}", renderer.name());
        assert_eq!(text, support::render(renderer.as_ref(), &stored), "{}", renderer.name());
    }
}
