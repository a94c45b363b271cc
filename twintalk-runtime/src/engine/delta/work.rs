//! How many words were looked at, which tests count.

#[cfg(test)]
thread_local! {
    static WORDS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// So many more.
#[inline]
pub fn count(words: usize) {
    #[cfg(test)]
    WORDS.set(WORDS.get() + words as u64);
    #[cfg(not(test))]
    let _ = words;
}

/// How many it were on this thread since this was asked last.
#[cfg(test)]
pub fn take() -> u64 {
    WORDS.take()
}
