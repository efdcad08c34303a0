//! How much memory this process takes, and how much it may.

use std::sync::{Mutex, PoisonError};

use sysinfo::{MemoryRefreshKind, ProcessRefreshKind, ProcessesToUpdate, RefreshKind, System};

/// What is known of this process: it is asked for over and over.
static PROCESS: Mutex<Option<System>> = Mutex::new(None);

/// How many bytes this process has in memory. `None` where the operating system does not tell.
#[must_use]
pub fn taken() -> Option<u64> {
    let id = sysinfo::get_current_pid().ok()?;
    let mut process = PROCESS.lock().unwrap_or_else(PoisonError::into_inner);
    let process = process.get_or_insert_with(System::new);
    process.refresh_processes_specifics(
        ProcessesToUpdate::Some(&[id]),
        false,
        ProcessRefreshKind::nothing().with_memory().without_tasks(),
    );
    process.process(id).map(sysinfo::Process::memory)
}

/// How many bytes this process could have in memory, what it has included, before others would have to give way. `None`
/// where the operating system does not tell.
#[must_use]
pub fn available() -> Option<u64> {
    let taken = taken()?;
    let system =
        System::new_with_specifics(RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram()));
    let of_machine = system.available_memory().saturating_add(taken);
    if system.total_memory() == 0 {
        return None;
    }
    // What else a control group has in memory may be files, which give way.
    let of_group = system.cgroup_limits().map(|limits| limits.total_memory);
    Some(of_group.map_or(of_machine, |of_group| of_group.min(of_machine)))
}

#[cfg(test)]
mod tests {
    use super::{available, taken};

    #[test]
    fn what_is_filled_is_taken() {
        let before = taken().expect("the system tells");
        let filled = vec![1_u8; 256 << 20];
        let after = taken().expect("the system tells");
        assert!(filled.iter().all(|byte| *byte == 1));
        assert!(after >= before + (64 << 20), "{before} bytes, then {after}");
        assert!(available().expect("the system tells") > after);
    }
}
