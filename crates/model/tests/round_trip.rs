//! Whatever a document holds, writing and reading it gives it back.

mod support;

use plimsoll_model::{Document, read};
use proptest::prelude::*;

use support::Arbitrary;

fn written_and_read(text: &str) -> Document {
    let reading = read::json("any.json", text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(reading.caveats, []);
    reading.document
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_run_survives(seed: u64) {
        let run = Arbitrary::new(seed).run();
        let text = serde_json::to_string(&run).expect("a document can be written");
        prop_assert_eq!(written_and_read(&text), Document::Run(run));
    }

    #[test]
    fn a_set_survives(seed: u64) {
        let set = Arbitrary::new(seed).set();
        let text = serde_json::to_string_pretty(&set).expect("a document can be written");
        prop_assert_eq!(written_and_read(&text), Document::Set(set));
    }

    #[test]
    fn a_comparison_survives(seed: u64) {
        let comparison = Arbitrary::new(seed).comparison();
        let text = serde_json::to_string(&comparison).expect("a document can be written");
        prop_assert_eq!(written_and_read(&text), Document::Comparison(comparison));
    }

    #[test]
    fn a_document_cut_anywhere_is_refused(seed: u64, share in 0.0..0.999f64) {
        let text = serde_json::to_string(&Arbitrary::new(seed).run()).expect("a document can be written");
        let mut end = (text.len() as f64 * share) as usize;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        prop_assert!(read::json("cut.json", &text.as_bytes()[..end]).is_err());
    }
}

#[test]
fn a_key_of_a_newer_version_is_left_out_with_a_caveat_and_one_of_ours_is_refused() {
    let run = Arbitrary::new(7).run();
    let text = serde_json::to_string_pretty(&run).expect("a document can be written");
    let with_key = text.replacen("\n  \"id\"", "\n  \"coolness\": [1, 2],\n  \"id\"", 1);
    let error = read::json("r.json", with_key.as_bytes()).expect_err("the key is unknown");
    assert_eq!(error.line(), Some(4), "{error}");
    let newer = with_key.replacen("\"schema_version\": \"1.0\"", "\"schema_version\": \"1.7\"", 1);
    let reading = read::json("r.json", newer.as_bytes()).expect("a newer minor version is read");
    assert_eq!(reading.caveats.len(), 1);
    assert!(reading.caveats[0].message.starts_with("coolness belongs to version 1.7"));
}
