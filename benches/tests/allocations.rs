//! A step without hooks and with a `()` output allocates nothing.

use stepflow_benches::counting::{Counting, allocations};
use stepflow_benches::workflows::{Three, Twenty};

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn a_step_allocates_nothing() {
    assert_eq!(allocations(|| Box::new(1_u8)).count, 1, "the allocator counts");
    let three = allocations(|| Three::default().run());
    let twenty = allocations(|| Twenty::default().run());
    assert_eq!(three.count, twenty.count, "3 steps {three:?}, 20 steps {twenty:?}");
}
