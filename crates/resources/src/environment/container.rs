//! Limits of the control groups around a process.

use plimsoll_model::ContainerLimits;

use crate::parse::{self, Hierarchy, Mount};
use crate::system::Root;

/// The tightest limits of the group of a process, given by its id or as `self`, and of all groups above it;
/// `None` where there are none.
///
/// Memory that is no less than the machine's is no limit.
pub(super) fn limits(root: &Root, process: &str, machine_bytes: u64) -> Option<ContainerLimits> {
    let hierarchies = parse::hierarchies(&root.text(&format!("proc/{process}/cgroup")).ok()?);
    let mounts = parse::mounts(&root.text("proc/self/mountinfo").ok()?);
    let folders = |controller| folders(&hierarchies, &mounts, controller);
    let tightest = |controller, limit: fn(&Root, &str) -> Option<u64>| {
        folders(controller).iter().filter_map(|folder| limit(root, folder)).min()
    };
    let found = ContainerLimits {
        cpu_millicores: tightest("cpu", cpu_millicores),
        memory_bytes: tightest("memory", memory_bytes).filter(|bytes| *bytes < machine_bytes),
    };
    (found != ContainerLimits::default()).then_some(found)
}

fn cpu_millicores(root: &Root, folder: &str) -> Option<u64> {
    let number = |name: &str| root.text(&format!("{folder}/{name}")).ok();
    if let Some(text) = number("cpu.max") {
        return parse::cpu_max(&text);
    }
    let quota = number("cpu.cfs_quota_us")?.trim().parse().ok()?;
    parse::quota(quota, number("cpu.cfs_period_us")?.trim().parse().ok()?)
}

fn memory_bytes(root: &Root, folder: &str) -> Option<u64> {
    let text = |name: &str| root.text(&format!("{folder}/{name}")).ok();
    parse::limit(&text("memory.max").or_else(|| text("memory.limit_in_bytes"))?)
}

/// The folders of the process's group and of all above it that are mounted, for a controller. A machine may
/// have both versions, with the controller in one of them.
fn folders(hierarchies: &[Hierarchy], mounts: &[Mount], controller: &str) -> Vec<String> {
    let of_version_1 = |hierarchy: &Hierarchy| hierarchy.controllers.iter().any(|name| name == controller);
    let pairs = hierarchies.iter().flat_map(|hierarchy| mounts.iter().map(move |mount| (hierarchy, mount)));
    pairs
        .filter(|(hierarchy, mount)| match &mount.controllers {
            Some(names) => of_version_1(hierarchy) && names.iter().any(|name| name == controller),
            None => hierarchy.controllers.is_empty(),
        })
        .flat_map(|(hierarchy, mount)| ancestors(&hierarchy.path, mount))
        .collect()
}

/// The group's folder below a mount and those above it, up to the mount itself.
fn ancestors(path: &str, mount: &Mount) -> Vec<String> {
    let at = mount.at.trim_matches('/');
    // In a container, the mount's root is often the group itself, or a name space hides what is above.
    let below = path.strip_prefix(mount.root.trim_end_matches('/')).filter(|_| !path.contains("/.."));
    let mut below = below.unwrap_or("").trim_matches('/');
    let mut folders = Vec::new();
    while !below.is_empty() {
        folders.push(format!("{at}/{below}"));
        below = below.rsplit_once('/').map_or("", |(above, _)| above);
    }
    folders.push(at.to_owned());
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mount(root: &str) -> Mount {
        Mount { root: root.to_owned(), at: "/sys/fs/cgroup".to_owned(), controllers: None }
    }

    #[test]
    fn every_group_on_the_way_up_is_asked() {
        let folders = ancestors("/a/b", &mount("/"));
        assert_eq!(folders, ["sys/fs/cgroup/a/b", "sys/fs/cgroup/a", "sys/fs/cgroup"]);
    }

    #[test]
    fn a_mount_of_the_group_itself_is_the_group() {
        assert_eq!(ancestors("/docker/ab", &mount("/docker/ab")), ["sys/fs/cgroup"]);
        assert_eq!(ancestors("/docker/ab/x", &mount("/docker/ab")), ["sys/fs/cgroup/x", "sys/fs/cgroup"]);
    }

    #[test]
    fn a_group_out_of_sight_leaves_the_mount() {
        assert_eq!(ancestors("/../../other", &mount("/")), ["sys/fs/cgroup"]);
        assert_eq!(ancestors("/other", &mount("/docker/ab")), ["sys/fs/cgroup"]);
    }
}
