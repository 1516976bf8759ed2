//! Files that were damaged on their way: cut anywhere, with numbers and words in the place of others.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Every kind of file that is read.
const FILES: [&str; 9] = [
    include_str!("../../fixtures/container-v1/proc/self/mountinfo"),
    include_str!("../../fixtures/container-v1/proc/7/cgroup"),
    include_str!("../../fixtures/container-v1/proc/7/stat"),
    include_str!("../../fixtures/container-v1/proc/7/net/dev"),
    include_str!("../../fixtures/container-v1/proc/7/net/sockstat"),
    include_str!("../../fixtures/sandbox/proc/stat"),
    include_str!("../../fixtures/sandbox/proc/net/snmp"),
    include_str!("../../fixtures/cgroup-v2/proc/meminfo"),
    include_str!("../../fixtures/sandbox/proc/loadavg"),
];

/// What stands where something else did.
const OTHERS: [&str; 8] = ["", "-1", "0", "18446744073709551616", "NaN", "max", "\u{fffd}", ")"];

/// A file of which one word is another, and the end is missing.
fn damaged() -> impl Strategy<Value = String> {
    (select(&FILES[..]), any::<prop::sample::Index>(), select(&OTHERS[..]), any::<prop::sample::Index>())
        .prop_map(|(file, word, other, end)| {
            let words: Vec<_> = file.split_inclusive(char::is_whitespace).collect();
            let at = word.index(words.len().max(1));
            let with = words.iter().enumerate().map(|(index, word)| {
                let space = word.trim_start_matches(|c: char| !c.is_whitespace());
                if index == at { format!("{other}{space}") } else { (*word).to_owned() }
            });
            let text: Vec<char> = with.collect::<String>().chars().collect();
            text[..end.index(text.len() + 1)].iter().collect()
        })
}

proptest! {
    #[test]
    fn no_damage_makes_any_parser_panic(text in damaged()) {
        let _ = (hierarchies(&text), mounts(&text), cpu_max(&text), limit(&text), cpu_model(&text));
        let _ = (os_name(&text), disks(&text), service_bytes(&text), io_stat(&text), open_files(&text));
        let _ = (memory(&text), traffic(&text), sockets(&text, "TCP:"), tcp_retransmits(&text));
        let _ = (stalled_ns(&text), process_stat(&text), process_io(&text), stat(&text), cores(&text));
        let _ = (load(&text), keyed(&text, "cpu"));
    }
}
