//! Counts the heap allocations of a thread, and the bytes that live.
#![expect(unsafe_code, reason = "the trait of allocators is an unsafe one")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, with a count of what it was asked for. A binary that counts makes it its
/// `#[global_allocator]`.
#[derive(Debug)]
pub struct Counting;

/// How often memory was asked for, and how much.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allocations {
    /// How often, growing included.
    pub count: u64,
    /// How many bytes.
    pub bytes: u64,
}

/// What `body` asks for on this thread; the second of two calls, so that what is made once and kept does
/// not count. Nothing, unless the binary counts: see [`Counting`].
pub fn allocations<T>(mut body: impl FnMut() -> T) -> Allocations {
    drop(body());
    let before = SO_FAR.get();
    let kept = body();
    let after = SO_FAR.get();
    drop(kept);
    Allocations { count: after.count - before.count, bytes: after.bytes - before.bytes }
}

/// How much memory was in use, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Memory {
    /// The most at any moment.
    pub peak: i64,
    /// What is still in use at the end.
    pub kept: i64,
}

/// What `body` has in use on this thread, beyond what was in use before. Nothing, unless the binary counts:
/// see [`Counting`].
pub fn memory<T>(body: impl FnOnce() -> T) -> Memory {
    let before = IN_USE.get().kept;
    IN_USE.set(Memory { peak: before, kept: before });
    let result = body();
    let Memory { peak, kept } = IN_USE.get();
    drop(result);
    Memory { peak: peak - before, kept: kept - before }
}

thread_local! {
    // Constants without a destructor: reading them allocates nothing.
    static SO_FAR: Cell<Allocations> = const { Cell::new(Allocations { count: 0, bytes: 0 }) };
    static IN_USE: Cell<Memory> = const { Cell::new(Memory { peak: 0, kept: 0 }) };
}

fn note(bytes: usize) {
    let so_far = SO_FAR.get();
    SO_FAR.set(Allocations { count: so_far.count + 1, bytes: so_far.bytes + bytes as u64 });
    grow(bytes as i64);
}

/// More memory is in use, or less. Signed: a thread may free what another asked for.
fn grow(bytes: i64) {
    let Memory { peak, kept } = IN_USE.get();
    let kept = kept + bytes;
    IN_USE.set(Memory { peak: peak.max(kept), kept });
}

// SAFETY: every call is handed on to the system's allocator as it came, so its promises hold; counting
// neither allocates nor unwinds (a thread-local constant without a destructor is always there).
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: the caller keeps `GlobalAlloc`'s rules, which are the same there.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        grow(-(layout.size() as i64));
        // SAFETY: as above; the block came from `System`.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        grow(-(layout.size() as i64));
        note(size);
        // SAFETY: as above; the block came from `System`.
        unsafe { System.realloc(block, layout, size) }
    }
}
