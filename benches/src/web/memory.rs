//! What finished sessions leave behind in memory.

use super::visits::{MANY, at_once};
use super::{RUNTIME, service};

/// Sessions in all, when measured in earnest.
const SESSIONS: u32 = 100_000;
/// How often the memory is looked at.
const LOOKS: u32 = 10;

/// Prints the memory of this process while sessions are begun, finished and forgotten.
#[expect(clippy::print_stdout, reason = "a benchmark prints")]
pub fn print() {
    let in_earnest = std::env::args().any(|argument| argument == "--bench");
    let sessions = if in_earnest { SESSIONS } else { MANY * LOOKS };
    // Between two looks; what is over its time is removed every eleven minutes of the service's own time.
    let rounds = (sessions / MANY / LOOKS).max(1);
    let service = RUNTIME.block_on(service::wizard());
    println!("memory of the process (VmRSS) after so many finished sessions:");
    for look in 1..=LOOKS {
        for _ in 0..rounds {
            RUNTIME.block_on(at_once(service.address, 1));
            service.clock.advance(std::time::Duration::from_secs(60));
        }
        println!(
            "{:>9}  {}",
            look * rounds * MANY,
            resident().unwrap_or_else(|| "not known here".to_owned())
        );
    }
}

fn resident() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().to_owned())
}
