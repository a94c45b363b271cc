//! The texts that are compiled, and places in them.

/// One Smalltalk text and the name it is reported under.
#[derive(Clone, Debug)]
pub struct Source {
    /// Shown in diagnostics and in the documentation of generated code, such as `twins/pump.st`.
    pub path: String,
    /// The text, UTF-8.
    pub text: String,
}

impl Source {
    /// A source from a path and its text. A byte order mark, as Windows editors write it, is no part of the text; lines that end
    /// with a carriage return alone, as on old Macintoshes and in Squeak, end with a line feed here.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        if text.contains('\r') {
            let mut bytes = text.into_bytes();
            for at in 0..bytes.len() {
                if bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n') {
                    bytes[at] = b'\n';
                }
            }
            text = String::from_utf8(bytes).unwrap_or_default();
        }
        Source { path: path.into(), text }
    }

    /// The line and column, both from 1, of a byte offset; columns count characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
        (line, column)
    }
}

/// A range of bytes in one source of a compilation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Index of the source in the compilation.
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// For findings about no text at all, such as a missing file.
    pub const NOWHERE: Span = Span { file: u32::MAX, start: 0, end: 0 };

    /// The smallest span that covers both; they lie in one file.
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}
