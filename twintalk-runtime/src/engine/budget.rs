//! How much memory resident twins may take when nobody says.

use std::fs;

/// What is assumed where the system does not tell.
const UNKNOWN: u64 = 4 << 30;

/// Half of what the machine, or the control group the process runs in, has.
pub(super) fn half_of_memory() -> u64 {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| total(&text));
    let group = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        .iter()
        .find_map(|path| fs::read_to_string(path).ok()?.trim().parse().ok());
    let available = machine.into_iter().chain(group).min();
    available.unwrap_or(UNKNOWN) / 2
}

/// `MemTotal:  16314256 kB`
fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    #[test]
    fn reads_the_total() {
        assert_eq!(super::total("MemFree: 1 kB\nMemTotal:       2 kB\n"), Some(2048));
        assert_eq!(super::total("MemTotal: many"), None);
    }
}
