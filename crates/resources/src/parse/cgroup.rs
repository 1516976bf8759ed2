//! `/proc/self/cgroup`, `/proc/self/mountinfo` and the limit files of control groups, both versions.

/// A hierarchy of control groups, and where in it the process is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hierarchy {
    /// `cpu`, `memory`, …; none for version 2, which has all in one.
    pub(crate) controllers: Vec<String>,
    /// Path within the hierarchy, beginning with `/`.
    pub(crate) path: String,
}

/// The hierarchies of `/proc/self/cgroup`.
pub(crate) fn hierarchies(text: &str) -> Vec<Hierarchy> {
    text.lines().filter_map(hierarchy).collect()
}

fn hierarchy(line: &str) -> Option<Hierarchy> {
    let mut fields = line.splitn(3, ':');
    let (_id, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
    let controllers = controllers.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    path.starts_with('/').then(|| Hierarchy { controllers, path: path.to_owned() })
}

/// A mounted hierarchy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    /// What of the hierarchy is mounted: `/`, or the container's own part.
    pub(crate) root: String,
    /// Where.
    pub(crate) at: String,
    /// `cpu`, `memory`, …, among other options; `None` for version 2.
    pub(crate) controllers: Option<Vec<String>>,
}

/// The hierarchies of control groups in `/proc/self/mountinfo`.
pub(crate) fn mounts(text: &str) -> Vec<Mount> {
    text.lines().filter_map(mount).collect()
}

fn mount(line: &str) -> Option<Mount> {
    let (place, kind) = line.split_once(" - ")?;
    let mut place = place.split_whitespace().skip(3);
    let (root, at) = (unescape(place.next()?), unescape(place.next()?));
    let mut kind = kind.split_whitespace();
    let controllers = match kind.next()? {
        "cgroup2" => None,
        "cgroup" => Some(kind.last()?.split(',').map(str::to_owned).collect()),
        _ => return None,
    };
    Some(Mount { root, at, controllers })
}

/// Space and backslash stand as octal numbers in this file.
fn unescape(path: &str) -> String {
    path.replace("\\040", " ").replace("\\134", "\\")
}

/// Thousandths of a core by `cpu.max` of version 2: `150000 100000`, or `max 100000` for no limit.
pub(crate) fn cpu_max(text: &str) -> Option<u64> {
    let mut fields = text.split_whitespace();
    quota(fields.next()?.parse().ok()?, fields.next()?.parse().ok()?)
}

/// Thousandths of a core by quota and period of version 1. A quota that is not positive is no limit.
pub(crate) fn quota(quota_us: i64, period_us: u64) -> Option<u64> {
    let quota_us = u64::try_from(quota_us).ok().filter(|quota| *quota > 0)?;
    quota_us.checked_mul(1_000)?.checked_div(period_us)
}

/// Bytes by `memory.max` or `memory.limit_in_bytes`; none where the text says `max` or a number so large
/// that it stands for no limit.
pub(crate) fn limit(text: &str) -> Option<u64> {
    // Version 1 says 2^63 - 1 rounded down to a page, and pages are 64 KiB at most.
    const NO_LIMIT: u64 = (1 << 63) - (1 << 16);
    text.trim().parse().ok().filter(|bytes| *bytes < NO_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::super::GARBAGE;
    use super::*;

    #[test]
    fn version_2_has_no_controllers_and_version_1_names_them() {
        let text = "9:name=systemd:/\n4:cpu,cpuacct:/docker/ab:c\n0::/user.slice\n";
        let found: Vec<_> = hierarchies(text).into_iter().map(|one| (one.controllers, one.path)).collect();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            found,
            [
                (names(&["name=systemd"]), "/".to_owned()),
                (names(&["cpu", "cpuacct"]), "/docker/ab:c".to_owned()),
                (names(&[]), "/user.slice".to_owned()),
            ]
        );
    }

    #[test]
    fn only_control_groups_are_mounts_of_interest() {
        let text = "\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 /docker/ab /sys/fs/cgroup/cpu\\040x rw,relatime shared:3 - cgroup cgroup rw,cpu,cpuacct
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
";
        let found = mounts(text);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].root.as_str(), found[0].at.as_str()), ("/docker/ab", "/sys/fs/cgroup/cpu x"));
        assert!(found[0].controllers.as_ref().is_some_and(|names| names.contains(&"cpu".to_owned())));
        assert_eq!(found[1].controllers, None);
    }

    #[test]
    fn quotas_are_thousandths_of_a_core() {
        assert_eq!(cpu_max("150000 100000\n"), Some(1_500));
        assert_eq!(cpu_max("max 100000\n"), None);
        assert_eq!(quota(75_000, 50_000), Some(1_500));
        assert_eq!(quota(-1, 100_000), None);
        assert_eq!(quota(1, 0), None);
    }

    #[test]
    fn numbers_that_stand_for_no_limit_are_none() {
        assert_eq!(limit("134217728\n"), Some(134_217_728));
        assert_eq!(limit("max\n"), None);
        assert_eq!(limit("9223372036854771712\n"), None);
    }

    #[test]
    fn garbage_is_nothing() {
        for text in GARBAGE {
            assert_eq!(hierarchies(text), [], "{text:?}");
            assert_eq!(mounts(text), [], "{text:?}");
            assert_eq!((cpu_max(text), limit(text)), (None, None), "{text:?}");
        }
    }
}
