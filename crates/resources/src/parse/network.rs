//! `/proc/net/dev`, `sockstat` and `snmp`, and which interfaces count.

/// What passed an interface since it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Traffic {
    pub(crate) name: String,
    pub(crate) received_bytes: u64,
    pub(crate) transmitted_bytes: u64,
    /// Packets dropped, both directions.
    pub(crate) drops: u64,
    /// Packets in error, both directions.
    pub(crate) errors: u64,
}

/// Every interface of `/proc/net/dev`.
pub(crate) fn traffic(text: &str) -> Vec<Traffic> {
    text.lines().filter_map(interface).collect()
}

fn interface(line: &str) -> Option<Traffic> {
    let (name, counts) = line.split_once(':')?;
    let counts: Vec<u64> = counts.split_whitespace().map_while(|field| field.parse().ok()).collect();
    let [received, _, receive_errors, receive_drops, _, _, _, _, sent, _, send_errors, send_drops, ..] =
        counts.as_slice()
    else {
        return None;
    };
    Some(Traffic {
        name: name.trim().to_owned(),
        received_bytes: *received,
        transmitted_bytes: *sent,
        drops: receive_drops.checked_add(*send_drops)?,
        errors: receive_errors.checked_add(*send_errors)?,
    })
}

/// What `/sys/class/net` says of an interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Interface {
    pub(crate) name: String,
    /// A device of its own, or a bond of several.
    pub(crate) real: bool,
    /// The interface that it is a part of.
    pub(crate) master: Option<String>,
}

/// The interfaces whose bytes are the machine's own, each byte once.
///
/// These are the real ones that are no part of a real one: the bond and not its members, the card below a
/// bridge and not the bridge. A container has no real one; there everything counts that is not known to lead
/// nowhere or to others that are counted.
pub(crate) fn counted(interfaces: &[Interface]) -> Vec<&str> {
    let is_real = |name: &str| interfaces.iter().any(|one| one.real && one.name == name);
    let is_part = |one: &Interface| one.master.as_deref().is_some_and(is_real);
    let real: Vec<&str> =
        interfaces.iter().filter(|one| one.real && !is_part(one)).map(|one| one.name.as_str()).collect();
    if !real.is_empty() {
        return real;
    }
    let leads_out = |one: &&Interface| one.master.is_none() && !is_virtual(&one.name);
    interfaces.iter().filter(leads_out).map(|one| one.name.as_str()).collect()
}

fn is_virtual(name: &str) -> bool {
    let families = ["veth", "br-", "docker", "virbr", "ifb", "dummy", "tun", "tap", "sit", "cni", "flannel"];
    name == "lo" || families.iter().any(|family| name.starts_with(family))
}

/// TCP sockets in use by `/proc/net/sockstat` (key `TCP:`) or `sockstat6` (key `TCP6:`).
pub(crate) fn sockets(text: &str, key: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(key))?;
    let mut fields = rest.split_whitespace();
    fields.find(|field| *field == "inuse")?;
    fields.next()?.parse().ok()
}

/// TCP segments sent again since the start of the machine, by the named columns of `/proc/net/snmp`.
pub(crate) fn tcp_retransmits(text: &str) -> Option<u64> {
    let mut lines = text.lines().filter_map(|line| line.strip_prefix("Tcp: "));
    let (names, values) = (lines.next()?, lines.next()?);
    let column = names.split_whitespace().position(|name| name == "RetransSegs")?;
    values.split_whitespace().nth(column)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::GARBAGE;
    use super::*;

    const NET_DEV: &str = "\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
  eth0:64322298    3715    1    2    0     0          0         0   416204    3013    3    4    0     0       0          0
";

    #[test]
    fn both_directions_of_an_interface_are_read_without_a_space_before_the_number() {
        let eth0 = traffic(NET_DEV).pop().unwrap();
        assert_eq!(
            (eth0.name.as_str(), eth0.received_bytes, eth0.transmitted_bytes),
            ("eth0", 64_322_298, 416_204)
        );
        assert_eq!((eth0.drops, eth0.errors), (6, 4));
    }

    fn interface(name: &str, real: bool, master: Option<&str>) -> Interface {
        Interface { name: name.to_owned(), real, master: master.map(str::to_owned) }
    }

    #[test]
    fn a_container_host_counts_its_card_alone() {
        let interfaces = [
            interface("lo", false, None),
            interface("eth0", true, None),
            interface("docker0", false, None),
            interface("veth12", false, Some("docker0")),
        ];
        assert_eq!(counted(&interfaces), ["eth0"]);
    }

    #[test]
    fn a_card_below_a_bridge_counts_and_the_bridge_does_not() {
        assert_eq!(counted(&[interface("eth0", true, Some("br0")), interface("br0", false, None)]), ["eth0"]);
    }

    #[test]
    fn a_bond_counts_and_its_members_do_not() {
        let members = [interface("eth0", true, Some("bond0")), interface("eth1", true, Some("bond0"))];
        let interfaces = [&members[..], &[interface("bond0", true, None)]].concat();
        assert_eq!(counted(&interfaces), ["bond0"]);
    }

    #[test]
    fn inside_a_container_its_own_end_counts() {
        assert_eq!(counted(&[interface("lo", false, None), interface("eth0", false, None)]), ["eth0"]);
    }

    #[test]
    fn sockets_in_use_leave_out_those_that_wait_to_close() {
        let text = "sockets: used 15\nTCP: inuse 7 orphan 0 tw 9 alloc 1 mem 0\nUDP: inuse 2 mem 0\n";
        assert_eq!(sockets(text, "TCP:"), Some(7));
        assert_eq!(sockets("TCP6: inuse 3\nUDP6: inuse 0\n", "TCP6:"), Some(3));
    }

    #[test]
    fn retransmits_are_found_by_the_name_of_their_column() {
        let text = "Ip: Forwarding\nIp: 2\nTcp: MaxConn InSegs RetransSegs InErrs\nTcp: -1 3517 12 0\n";
        assert_eq!(tcp_retransmits(text), Some(12));
    }

    #[test]
    fn garbage_is_nothing() {
        for text in GARBAGE {
            assert_eq!(traffic(text), [], "{text:?}");
            assert_eq!((sockets(text, "TCP:"), tcp_retransmits(text)), (None, None), "{text:?}");
        }
    }
}
