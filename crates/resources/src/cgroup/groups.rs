//! Where the control groups of a process lie, and what limits them.

use plimsoll_model::ContainerLimits;

use crate::parse::{self, Hierarchy, Mount};
use crate::system::Root;

/// The control groups of one process, in both versions.
#[derive(Debug, Clone)]
pub(crate) struct Groups {
    hierarchies: Vec<Hierarchy>,
    mounts: Vec<Mount>,
}

impl Groups {
    /// The groups of a process, by its id or `self`; `None` where the machine does not say.
    pub(crate) fn of(root: &Root, process: &str) -> Option<Groups> {
        Some(Groups {
            hierarchies: parse::hierarchies(&root.text(&format!("proc/{process}/cgroup")).ok()?),
            mounts: parse::mounts(&root.text("proc/self/mountinfo").ok()?),
        })
    }

    /// Whether the process is in a group with this in its name, as the id of a container is.
    #[cfg(feature = "docker")]
    pub(crate) fn mention(&self, name: &str) -> bool {
        self.hierarchies.iter().any(|hierarchy| hierarchy.path.contains(name))
    }

    /// The process's own folder for a controller: of version 1, of version 2, or on some machines one each.
    pub(crate) fn own(&self, controller: &str) -> Vec<String> {
        self.of_controller(controller, |folders| folders.into_iter().take(1).collect())
    }

    /// The process's own folder for a controller and all above it that are mounted.
    fn all(&self, controller: &str) -> Vec<String> {
        self.of_controller(controller, |folders| folders)
    }

    /// A machine may have both versions, with the controller in one of them.
    fn of_controller(&self, controller: &str, some: fn(Vec<String>) -> Vec<String>) -> Vec<String> {
        let of_version_1 =
            |hierarchy: &Hierarchy| hierarchy.controllers.iter().any(|name| name == controller);
        let pairs = self
            .hierarchies
            .iter()
            .flat_map(|hierarchy| self.mounts.iter().map(move |mount| (hierarchy, mount)));
        pairs
            .filter(|(hierarchy, mount)| match &mount.controllers {
                Some(names) => of_version_1(hierarchy) && names.iter().any(|name| name == controller),
                None => hierarchy.controllers.is_empty(),
            })
            .flat_map(|(hierarchy, mount)| some(ancestors(&hierarchy.path, mount)))
            .collect()
    }

    /// The tightest limits of the process's own group and all above it.
    pub(crate) fn limits(&self, root: &Root) -> ContainerLimits {
        let tightest = |controller, limit: fn(&Root, &str) -> Option<u64>| {
            self.all(controller).iter().filter_map(|folder| limit(root, folder)).min()
        };
        ContainerLimits {
            cpu_millicores: tightest("cpu", cpu_millicores),
            memory_bytes: tightest("memory", memory_bytes),
        }
    }
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
