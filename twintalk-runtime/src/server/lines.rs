//! Lines out of chunks that end anywhere.

use std::mem;

use axum::body::Bytes;
use memchr::memchr;

/// A line of the input, without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Text(Bytes),
    /// It was over the limit; what it held is gone.
    TooLong,
}

/// Splits chunks at line feeds; blank lines are counted and left out.
pub struct Lines {
    chunk: Bytes,
    /// The beginning of a line whose end has not come yet.
    partial: Vec<u8>,
    /// The rest of a line that is too long is passed over.
    skipping: bool,
    limit: usize,
    number: u64,
}

impl Lines {
    pub fn new(limit: usize) -> Self {
        Self { chunk: Bytes::new(), partial: Vec::new(), skipping: false, limit, number: 0 }
    }

    /// Adds input; the lines of what came before have all been taken.
    pub fn feed(&mut self, chunk: Bytes) {
        debug_assert!(self.chunk.is_empty(), "lines of the chunk before are left");
        self.chunk = chunk;
    }

    /// The next whole line and its number, counted from 1.
    pub fn next(&mut self) -> Option<(u64, Line)> {
        while let Some(end) = memchr(b'\n', &self.chunk) {
            let head = self.chunk.split_to(end + 1).slice(..end);
            if let Some(line) = self.ended(head) {
                return Some(line);
            }
        }
        let rest = mem::take(&mut self.chunk);
        if self.skipping || self.partial.len() + rest.len() > self.limit {
            self.skipping = true;
            self.partial = Vec::new();
        } else {
            self.partial.extend_from_slice(&rest);
        }
        None
    }

    /// The last line, when the input ends without a line feed.
    pub fn last(&mut self) -> Option<(u64, Line)> {
        let unfinished = self.skipping || !self.partial.is_empty();
        unfinished.then(|| self.ended(Bytes::new())).flatten()
    }

    fn ended(&mut self, head: Bytes) -> Option<(u64, Line)> {
        self.number += 1;
        if mem::take(&mut self.skipping) || self.partial.len() + head.len() > self.limit {
            self.partial = Vec::new();
            return Some((self.number, Line::TooLong));
        }
        let text = if self.partial.is_empty() {
            head
        } else {
            self.partial.extend_from_slice(&head);
            Bytes::from(mem::take(&mut self.partial))
        };
        let text = if text.ends_with(b"\r") { text.slice(..text.len() - 1) } else { text };
        let blank = text.iter().all(|byte| byte.is_ascii_whitespace());
        (!blank).then_some((self.number, Line::Text(text)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 8;

    fn split(chunks: &[&[u8]]) -> Vec<(u64, Line)> {
        let mut lines = Lines::new(LIMIT);
        let mut found = Vec::new();
        for chunk in chunks {
            lines.feed(Bytes::copy_from_slice(chunk));
            found.extend(std::iter::from_fn(|| lines.next()));
        }
        found.extend(lines.last());
        found
    }

    /// What the splitter should find, said by the standard library.
    fn expected(input: &[u8]) -> Vec<(u64, Line)> {
        let mut pieces: Vec<_> = input.split(|byte| *byte == b'\n').collect();
        if pieces.last().is_some_and(|last| last.is_empty()) {
            pieces.pop();
        }
        let numbered = (1..).zip(pieces).filter_map(|(number, piece)| {
            if piece.len() > LIMIT {
                return Some((number, Line::TooLong));
            }
            let text = piece.strip_suffix(b"\r").unwrap_or(piece);
            let blank = text.trim_ascii().is_empty();
            (!blank).then(|| (number, Line::Text(Bytes::copy_from_slice(text))))
        });
        numbered.collect()
    }

    #[test]
    fn ends_of_lines() {
        let text = |number, text: &'static str| (number, Line::Text(Bytes::from_static(text.as_bytes())));
        assert_eq!(split(&[b"a\r\n\n  \r\nb\nc"]), [text(1, "a"), text(4, "b"), text(5, "c")]);
        assert_eq!(split(&[b"a\r", b"\nb"]), [text(1, "a"), text(2, "b")]);
        assert_eq!(split(&[b"12345678\n123456789\nx\n"]), [text(1, "12345678"), (2, Line::TooLong), text(3, "x")]);
        assert_eq!(split(&[b"123456789"]), [(1, Line::TooLong)]);
        assert_eq!(split(&[]), []);
    }

    proptest! {
        #[test]
        fn chunk_borders_do_not_matter(
            input in prop::collection::vec(prop::sample::select(b"ab \r\n\n".to_vec()), 0..200),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(input.len() + 1)).chain([0, input.len()]).collect();
            cuts.sort_unstable();
            let chunks: Vec<_> = cuts.windows(2).map(|pair| &input[pair[0]..pair[1]]).collect();
            prop_assert_eq!(split(&chunks), expected(&input));
        }
    }
}
