//! The document comes back as it went out.

use plimsoll_model::{Document, Set, read};
use plimsoll_report::{Json, Renderer};
use proptest::prelude::*;

use crate::support;

fn comes_back(set: &Set, pretty: bool) -> bool {
    let text = support::render(&Json { pretty }, set);
    read::json("set.json", text.as_bytes()).expect("what a renderer prints can be read").document
        == Document::Set(set.clone())
}

#[test]
fn every_set_comes_back_equal() {
    let sets =
        [support::checkout(), support::empty(), support::nothing_started(), support::named("\u{0}\n\"\\漢")];
    for set in sets {
        assert!(comes_back(&set, false) && comes_back(&set, true), "{}", set.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_float_comes_back_to_the_last_bit(value in proptest::num::f64::NORMAL | proptest::num::f64::ZERO) {
        let mut set = support::empty();
        set.aggregates = support::checkout_aggregates();
        set.aggregates[0].mean = value;
        prop_assert!(comes_back(&set, false));
    }
}

#[test]
fn a_result_is_named_after_its_set_and_time() {
    let set = support::named("../../Check out");
    assert_eq!(Json::default().file_name(&set), "check-out_20261120T180000000Z.json");
}
