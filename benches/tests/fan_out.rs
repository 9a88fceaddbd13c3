//! However many children there are, only those under way take room for what they carry.
#![cfg(feature = "tokio")]

use std::pin::pin;

use stepflow_benches::awaited::{FanOut, LOAD, block_on};
use stepflow_benches::counting::{Counting, memory};

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn memory_is_bounded_by_the_limit() {
    let (parcels, limit) = (1_000, 16);
    let used = memory(|| block_on(pin!(FanOut { state: 0, parcels, limit }.run())));
    let beyond = used.peak - used.kept;
    // One more for the one that is being replaced, and as much again for the futures and the lists.
    let bound = 2 * (limit as i64 + 1) * LOAD as i64;
    assert!(beyond > limit as i64 * LOAD as i64 / 2, "{used:?}: they are under way together");
    assert!(beyond < bound, "{used:?}: {beyond} bytes beyond what is kept, the bound is {bound}");
}
