//! `/proc/cpuinfo` and `/etc/os-release`.

/// Model of the processor. Arm kernels give none, there the implementer and part stand for it.
pub(crate) fn cpu_model(text: &str) -> Option<String> {
    let named = |name: &str| {
        let pairs = text.lines().filter_map(|line| line.split_once(':'));
        let mut values = pairs.filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim());
        values.find(|value| !value.is_empty())
    };
    let by_part =
        || Some(format!("CPU implementer {} part {}", named("CPU implementer")?, named("CPU part")?));
    named("model name").map(str::to_owned).or_else(by_part)
}

/// Name and version of the distribution.
pub(crate) fn os_name(text: &str) -> Option<String> {
    let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    let name = name.trim().trim_matches(['"', '\'']);
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_that_of_the_first_core() {
        let text =
            "processor\t: 0\nmodel\t\t: 167\nmodel name\t: Some(R) Processor: fast\n\nprocessor\t: 1\n";
        assert_eq!(cpu_model(text).as_deref(), Some("Some(R) Processor: fast"));
    }

    #[test]
    fn an_arm_core_is_known_by_its_part() {
        let text = "processor\t: 0\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: 0xd0c\n";
        assert_eq!(cpu_model(text).as_deref(), Some("CPU implementer 0x41 part 0xd0c"));
        assert_eq!(cpu_model(""), None);
    }

    #[test]
    fn the_distribution_is_its_pretty_name() {
        let text = "NAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";
        assert_eq!(os_name(text).as_deref(), Some("Debian GNU/Linux 12 (bookworm)"));
        assert_eq!(os_name("PRETTY_NAME=\"\""), None);
    }
}
