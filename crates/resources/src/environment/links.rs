//! How fast the network is, by `/sys/class/net`.

use plimsoll_metrics::num::to_f64;

use crate::host::interface;
use crate::parse::counted;
use crate::system::Root;

/// The speed of all links whose bytes a host's series count, and their names: `10 Gbit/s (eth0)`.
///
/// `None` where one of them that may carry something does not say: half of the truth would be taken for a limit.
/// Virtual links are left out, since the speed that a kernel gives them is made up.
pub(super) fn speed(root: &Root) -> Option<String> {
    let names = root.names("sys/class/net");
    let interfaces: Vec<_> = names.iter().map(|name| interface(root, name)).collect();
    let is_real = |name: &&str| interfaces.iter().any(|one| one.real && one.name == *name);
    let is_down = |name: &&str| {
        root.text(&format!("sys/class/net/{name}/operstate")).is_ok_and(|state| state.trim() == "down")
    };
    let links: Vec<&str> =
        counted(&interfaces).into_iter().filter(is_real).filter(|name| !is_down(name)).collect();
    let speeds: Option<Vec<u64>> = links.iter().map(|name| megabits(root, name)).collect();
    let total = speeds.filter(|speeds| !speeds.is_empty())?.iter().sum();
    Some(format!("{} ({})", in_words(total), links.join(", ")))
}

/// Megabits in each second; `None` where the driver does not say, or says −1, as virtual machines' do.
fn megabits(root: &Root, name: &str) -> Option<u64> {
    root.read(&format!("sys/class/net/{name}/speed"), |text| text.trim().parse().ok())
        .ok()
        .filter(|speed| *speed > 0)
}

fn in_words(megabits: u64) -> String {
    if megabits < 1_000 { format!("{megabits} Mbit/s") } else { format!("{} Gbit/s", to_f64(megabits) / 1e3) }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// A link with what its files say.
    fn link(root: &Path, name: &str, files: &[(&str, &str)]) {
        let folder = root.join("sys/class/net").join(name);
        fs::create_dir_all(&folder).unwrap();
        for (file, text) in files {
            fs::write(folder.join(file), format!("{text}\n")).unwrap();
        }
    }

    /// The speed of a machine with such links, each by the files it has.
    fn speed_of(links: &[(&str, &[(&str, &str)])]) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        links.iter().for_each(|(name, files)| link(folder.path(), name, files));
        speed(&Root::at(folder.path()))
    }

    #[test]
    fn a_card_says_its_speed() {
        let lo: &[(&str, &str)] = &[];
        let card: &[(&str, &str)] = &[("device", ""), ("operstate", "up"), ("speed", "10000")];
        assert_eq!(speed_of(&[("lo", lo), ("eth0", card)]).as_deref(), Some("10 Gbit/s (eth0)"));
    }

    #[test]
    fn cards_are_summed_as_their_bytes_are() {
        let card = |speed| [("device", ""), ("operstate", "up"), ("speed", speed)];
        let found = speed_of(&[("eth0", &card("2500")), ("eth1", &card("100"))]);
        assert_eq!(found.as_deref(), Some("2.6 Gbit/s (eth0, eth1)"));
        assert_eq!(speed_of(&[("eth0", &card("100"))]).as_deref(), Some("100 Mbit/s (eth0)"));
    }

    #[test]
    fn a_cable_that_is_not_plugged_in_does_not_count() {
        let up = [("device", ""), ("operstate", "up"), ("speed", "1000")];
        let down = [("device", ""), ("operstate", "down"), ("speed", "-1")];
        assert_eq!(speed_of(&[("eth0", &up), ("eth1", &down)]).as_deref(), Some("1 Gbit/s (eth0)"));
    }

    #[test]
    fn a_link_that_does_not_say_makes_all_unknown() {
        let known = [("device", ""), ("operstate", "up"), ("speed", "1000")];
        let silent = [("device", ""), ("operstate", "up"), ("speed", "-1")];
        assert_eq!(speed_of(&[("eth0", &known), ("eth1", &silent)]), None);
        assert_eq!(speed_of(&[("eth0", &[("device", ""), ("operstate", "up")])]), None);
    }

    #[test]
    fn the_made_up_speed_of_a_virtual_link_is_not_believed() {
        assert_eq!(speed_of(&[("eth0", &[("operstate", "up"), ("speed", "10000")])]), None);
    }
}
