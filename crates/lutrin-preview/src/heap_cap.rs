//! A ceiling on the heap that holds on every system.
//!
//! No parser we use has a memory limit that cannot be passed: 764 bytes of CCITT ask for
//! 4.6 exabytes, a dash of 10⁻⁶ for 3.7 GB. An allocation above the ceiling is refused,
//! which aborts the worker; the parent sees a dead worker, and no more. On Linux
//! `RLIMIT_AS` says the same a second time.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The system's allocator, refusing once `ceiling` bytes are in use.
pub(crate) struct HeapCap {
    used: AtomicUsize,
    ceiling: usize,
}

impl HeapCap {
    /// An allocator with that ceiling, in bytes.
    pub(crate) const fn new(ceiling: usize) -> Self {
        Self { used: AtomicUsize::new(0), ceiling }
    }

    /// How many bytes are in use.
    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Counts `size` bytes as used, unless that passes the ceiling.
    ///
    /// `Relaxed` is enough: the count guards no other memory.
    fn reserve(&self, size: usize) -> bool {
        let before = self.used.fetch_add(size, Ordering::Relaxed);
        let fits = before.checked_add(size).is_some_and(|after| after <= self.ceiling);
        if !fits {
            self.release(size);
        }
        fits
    }

    fn release(&self, size: usize) {
        self.used.fetch_sub(size, Ordering::Relaxed);
    }

    /// Allocates by `how` if `size` bytes still fit.
    fn within(&self, size: usize, how: impl FnOnce() -> *mut u8) -> *mut u8 {
        if !self.reserve(size) {
            return std::ptr::null_mut();
        }
        let pointer = how();
        if pointer.is_null() {
            self.release(size);
        }
        pointer
    }
}

// SAFETY: every pointer comes from and goes back to `System` with the layout the caller
// gave, so the promises of `System` are ours; null is the answer the trait provides for
// an allocation that is refused; nothing here allocates or unwinds.
unsafe impl GlobalAlloc for HeapCap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises on `layout` are those `System` asks for.
        self.within(layout.size(), || unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as for `alloc`.
        self.within(layout.size(), || unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        self.release(layout.size());
        // SAFETY: the pointer was given by `System` through this allocator, with this
        // layout: the caller promises it.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let (growth, shrink) =
            (new_size.saturating_sub(layout.size()), layout.size().saturating_sub(new_size));
        // SAFETY: the pointer and its layout are as for `dealloc`, and the caller
        // promises that `new_size` is one `System` accepts.
        let moved = self.within(growth, || unsafe { System.realloc(pointer, layout, new_size) });
        if !moved.is_null() {
            self.release(shrink);
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_counted_and_refused_above_the_ceiling() {
        let heap = HeapCap::new(1000);
        assert!(heap.reserve(600));
        assert!(!heap.reserve(600), "600 and 600 pass 1000");
        assert!(heap.reserve(400), "a refusal is not counted");
        heap.release(1000);
        assert!(!heap.reserve(usize::MAX), "no wrapping around");
        assert_eq!(heap.used.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn memory_given_back_may_be_used_again() {
        let heap = HeapCap::new(1000);
        let (small, large) = (Layout::new::<[u8; 100]>(), Layout::new::<[u8; 900]>());
        // SAFETY: each block is given back once, with the layout it then has.
        unsafe {
            let block = heap.alloc(small);
            assert!(!block.is_null());
            assert!(heap.alloc(Layout::new::<[u8; 1000]>()).is_null());
            let block = heap.realloc(block, small, 900);
            assert!(!block.is_null());
            assert!(heap.realloc(block, large, 1100).is_null(), "the block stays as it was");
            assert_eq!(heap.used.load(Ordering::Relaxed), 900);
            let block = heap.realloc(block, large, 100);
            assert_eq!(heap.used.load(Ordering::Relaxed), 100);
            heap.dealloc(block, small);
        }
        assert_eq!(heap.used.load(Ordering::Relaxed), 0);
    }
}
