//! Memory that grows at its end and never changes behind it: the one place where the journal's reads
//! touch memory that something else writes.
//!
//! A region is a mapping of fixed length with a *published* mark that only rises.
//!
//! 1. Below the mark bytes never change: [`Region::write`] refuses to touch them, and the segment
//!    writer, which owns the file alone (the directory is locked), writes at and above the mark only and
//!    never shortens the file below it.
//! 2. Above the mark no reference exists: [`Region::bytes`] is the only way to the memory and ends
//!    at the mark.
//!
//! So the slices that are lent are immutable while they live. What remains outside the program's
//! power: another program that changes or shortens the files, and a disk that can no longer read a
//! page, which the operating system answers by ending the process (SIGBUS).

#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use memmap2::{MmapMut, MmapOptions, MmapRaw};

/// A mapping of which a growing part can be read.
#[derive(Debug)]
pub struct Region {
    map: MmapRaw,
    writable: bool,
    published: AtomicUsize,
    writing: Mutex<()>,
}

impl Region {
    /// Maps the first `length` bytes of a file, which must have that many.
    pub fn of_file(file: &File, length: usize) -> io::Result<Self> {
        Ok(Self::new(MmapOptions::new().len(length).map_raw_read_only(file)?, false))
    }

    /// Reserves `length` bytes of zeros; memory is used as they are written.
    pub fn anonymous(length: usize) -> io::Result<Self> {
        Ok(Self::new(MmapMut::map_anon(length)?.into(), true))
    }

    fn new(map: MmapRaw, writable: bool) -> Self {
        Self { map, writable, published: AtomicUsize::new(0), writing: Mutex::new(()) }
    }

    /// How many bytes it can hold.
    pub fn capacity(&self) -> usize {
        self.map.len()
    }

    /// What can be read.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        let end = self.published.load(Ordering::Acquire);
        // SAFETY: `end <= map.len()` (see `publish`), the mapping lives as long as `self`, and bytes
        // below the mark do not change (1).
        unsafe { std::slice::from_raw_parts(self.map.as_ptr(), end) }
    }

    /// Asks for the memory at an offset, which will be read soon. Nothing waits for it.
    #[inline]
    pub fn expect(&self, offset: usize) {
        #[cfg(target_arch = "x86_64")]
        if offset < self.map.len() {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            // SAFETY: the address is inside the mapping; a prefetch reads nothing that the program sees and cannot fault.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(self.map.as_ptr().add(offset).cast()) }
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = offset;
    }

    /// Raises the mark: everything below `end` is final.
    pub fn publish(&self, end: usize) {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(end <= self.map.len() && end >= self.published.load(Ordering::Relaxed));
        self.published.store(end, Ordering::Release);
    }

    /// Writes into an anonymous region, above the mark.
    pub fn write(&self, offset: usize, bytes: &[u8]) {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(self.writable && offset >= self.published.load(Ordering::Relaxed));
        assert!(offset.checked_add(bytes.len()).is_some_and(|end| end <= self.map.len()));
        // SAFETY: the target is inside the mapping and above the mark, where no reference exists (2);
        // the mark cannot rise and nobody else can write while the lock is held.
        unsafe { self.map.as_mut_ptr().add(offset).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) }
    }
}
