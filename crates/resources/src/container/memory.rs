//! The three answers to "how much memory does it use".

/// What a container's memory is made of, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Memory {
    /// All that is charged to it, page cache included: near the limit on any machine that reads files.
    pub(crate) usage_bytes: u64,
    working_set_bytes: Option<u64>,
    hard_bytes: Option<u64>,
}

impl Memory {
    /// From all that is charged and the page cache in it: file pages not used for long, and used lately.
    pub(crate) fn of(usage_bytes: u64, inactive_file_bytes: u64, active_file_bytes: u64) -> Memory {
        let reclaimable = inactive_file_bytes.saturating_add(active_file_bytes);
        Memory {
            usage_bytes,
            working_set_bytes: Some(without(usage_bytes, inactive_file_bytes)),
            hard_bytes: Some(without(usage_bytes, reclaimable)),
        }
    }

    /// From a source that says what is charged, and no more.
    #[cfg(any(test, feature = "docker", feature = "cadvisor"))]
    pub(crate) fn usage(usage_bytes: u64) -> Memory {
        Memory { usage_bytes, working_set_bytes: None, hard_bytes: None }
    }

    /// The same without kernel memory that can be given back, which version 2 of control groups counts.
    #[must_use]
    pub(crate) fn less_kernel(self, reclaimable_bytes: u64) -> Memory {
        let hard_bytes = self.hard_bytes.map(|hard| without(hard, reclaimable_bytes));
        Memory { hard_bytes, ..self }
    }

    /// The same with the working set as the source itself computed it.
    #[cfg(feature = "cadvisor")]
    #[must_use]
    pub(crate) fn with_working_set(self, working_set_bytes: Option<u64>) -> Memory {
        Memory { working_set_bytes: working_set_bytes.or(self.working_set_bytes), ..self }
    }

    /// What `docker stats` shows: usage without the page cache that was not used for long.
    pub(crate) fn working_set(&self) -> Option<u64> {
        self.working_set_bytes
    }

    /// What cannot be given back when memory runs out: usage without the page cache. Shared memory and files
    /// in memory stay in it, as they should. It is the distance of this to the limit that ends in a kill.
    pub(crate) fn hard(&self) -> Option<u64> {
        self.hard_bytes
    }
}

/// The parts are read at another moment than the whole, so that they may be larger. Then they say nothing.
fn without(whole: u64, part: u64) -> u64 {
    whole.checked_sub(part).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_that_only_read_files_has_next_to_nothing_that_is_hard() {
        // Measured: a limit of 64 MiB, and a file of 120 MB written and read again.
        let memory = Memory::of(66_170_880, 4_227_072, 61_607_936);
        assert_eq!(memory.working_set(), Some(61_943_808));
        assert_eq!(memory.hard(), Some(335_872));
    }

    #[test]
    fn page_cache_larger_than_the_usage_is_of_another_moment() {
        assert_eq!(Memory::of(100, 200, 0).working_set(), Some(100));
    }

    #[test]
    fn kernel_memory_that_can_be_given_back_is_not_hard() {
        assert_eq!(Memory::of(100, 20, 30).less_kernel(10).hard(), Some(40));
    }

    #[test]
    fn usage_alone_says_nothing_about_pressure() {
        assert_eq!((Memory::usage(100).working_set(), Memory::usage(100).hard()), (None, None));
    }
}
