//! Reads the files that are compiled, for the build script, the command line and the macro.

use crate::diagnostics::{Diagnostics, Severity};
use crate::messages::Message;
use crate::source::{Source, Span};
use std::collections::HashSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// No source has more bytes: a mistaken `/dev/zero` ends here.
pub const LARGEST: u64 = 64 << 20;

/// What may be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// Files, and directories for the `.st` files in them.
    FilesAndDirectories,
    /// Files only.
    Files,
}

/// What was read, and what went wrong.
#[derive(Debug, Default)]
pub struct Reading {
    /// One a file, in the order of the paths; a directory's by name.
    pub sources: Vec<Source>,
    /// Files and directories that were looked at: when one changes, so may the result.
    pub looked_at: Vec<PathBuf>,
    /// With errors, the sources are incomplete.
    pub diagnostics: Diagnostics,
    seen: HashSet<PathBuf>,
}

/// Reads files, and all `.st` files below directories. A file named twice is read once.
pub fn read<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>, accept: Accept) -> Reading {
    let mut reading = Reading::default();
    for path in paths {
        let path = path.as_ref();
        match fs::metadata(path) {
            Ok(found) if !found.is_dir() => reading.file(path),
            Ok(_) if accept == Accept::Files => reading.complain(Message::IsDirectory { path: display(path) }),
            Ok(_) => reading.tree(path),
            Err(error) => reading.fail(path, &error),
        }
    }
    reading
}

impl Reading {
    /// A directory that was named: it has to hold something.
    fn tree(&mut self, path: &Path) {
        let mut files = Vec::new();
        let errors = self.diagnostics.count(Severity::Error);
        let new = self.walk(path, &mut files);
        if new && files.is_empty() && self.diagnostics.count(Severity::Error) == errors {
            self.complain(Message::NoSources { path: display(path) });
        }
        files.iter().for_each(|file| self.file(file));
    }

    /// Whether the directory had not been seen before, as it has where links make a circle.
    fn walk(&mut self, directory: &Path, files: &mut Vec<PathBuf>) -> bool {
        if !self.first_time(directory) {
            return false;
        }
        let mut entries =
            match fs::read_dir(directory).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()) {
                Ok(entries) => entries,
                Err(error) => {
                    self.fail(directory, &error);
                    return true;
                }
            };
        entries.sort();
        for entry in entries {
            if entry.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) {
                continue;
            }
            match fs::metadata(&entry) {
                Ok(found) if found.is_dir() => drop(self.walk(&entry, files)),
                Ok(found) if found.is_file() && entry.extension().is_some_and(|ending| ending == "st") => files.push(entry),
                Ok(_) => {}
                Err(error) if entry.extension().is_some_and(|ending| ending == "st") => self.fail(&entry, &error),
                Err(_) => {}
            }
        }
        true
    }

    fn file(&mut self, path: &Path) {
        if !self.first_time(path) {
            return;
        }
        let mut bytes = Vec::new();
        if let Err(error) = fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)) {
            return self.fail(path, &error);
        }
        self.text(display(path), bytes);
    }

    /// Adds a text that did not come from a file, such as standard input.
    pub fn text(&mut self, path: String, bytes: Vec<u8>) {
        if bytes.len() as u64 > LARGEST {
            return self.complain(Message::TooLarge { path });
        }
        if bytes.trim_ascii().is_empty() {
            self.complain(Message::EmptyFile { path: path.clone() });
        }
        match String::from_utf8(bytes) {
            Ok(text) => self.sources.push(Source::new(path, text)),
            Err(error) => {
                let (bytes, at) = (error.as_bytes(), error.utf8_error().valid_up_to());
                let span = Span { file: self.sources.len() as u32, start: at as u32, end: at as u32 + 1 };
                self.diagnostics.add(span, Message::NotUtf8 { hint: hint(bytes) });
                // The valid text before the error keeps its offsets.
                self.sources.push(Source::new(path, String::from_utf8_lossy(bytes)));
            }
        }
    }

    fn first_time(&mut self, path: &Path) -> bool {
        self.looked_at.push(path.into());
        // Pipes have no canonical path; they are never the same.
        fs::canonicalize(path).map_or(true, |path| self.seen.insert(path))
    }

    fn fail(&mut self, path: &Path, error: &io::Error) {
        self.looked_at.push(path.into());
        match error.kind() {
            io::ErrorKind::NotFound => self.complain(Message::MissingPath { path: display(path) }),
            _ => self.unreadable(&display(path), error),
        }
    }

    /// Reports what the system said about a path.
    pub fn unreadable(&mut self, path: &str, error: &io::Error) {
        self.complain(Message::Unreadable { path: path.into(), reason: reason(error) });
    }

    fn complain(&mut self, message: Message) {
        self.diagnostics.add(Span::NOWHERE, message);
    }
}

/// The path as it is shown, with `/` between its parts on every system.
fn display(path: &Path) -> String {
    let shown = path.display().to_string();
    if cfg!(windows) { shown.replace('\\', "/") } else { shown }
}

/// What the system says, without its error number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// How to mend an encoding, by how the file begins.
fn hint(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the file is UTF-16: convert it with `iconv -f utf-16 -t utf-8`",
        [0x1f, 0x8b, ..] => "the file is compressed with gzip",
        _ if bytes.contains(&0) => "the file is not a text",
        _ => "older Smalltalks write Latin-1: convert the file with `iconv -f latin1 -t utf-8`",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &[u8])], paths: &[&str]) -> String {
        let root = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let reading = read(paths.iter().map(|path| root.path().join(path)), Accept::FilesAndDirectories);
        let mut said: Vec<String> = reading.sources.iter().map(|source| format!("read {}\n", source.path)).collect();
        said.push(reading.diagnostics.render(&reading.sources, false));
        said.concat().replace(&root.path().display().to_string(), "ROOT").replace('\\', "/")
    }

    #[test]
    fn a_directory_is_read_recursively_and_sorted() {
        let files: &[(&str, &[u8])] = &[
            ("b.st", b"'b'."),
            ("a/Pump.class.st", b"'p'."),
            ("a/TLevel.trait.st", b"'t'."),
            ("a/Object.extension.st", b"'o'."),
            ("a/notes.txt", b"no"),
            (".git/x.st", b"no"),
        ];
        insta::assert_snapshot!(check(files, &[""]), @r"
        read ROOT/a/Object.extension.st
        read ROOT/a/Pump.class.st
        read ROOT/a/TLevel.trait.st
        read ROOT/b.st
        ");
    }

    #[test]
    fn a_file_named_twice_is_read_once() {
        insta::assert_snapshot!(check(&[("a.st", b"1.")], &["a.st", "", "./a.st"]), @"read ROOT/a.st");
    }

    #[test]
    fn a_missing_file_and_a_directory_without_sources_are_errors() {
        insta::assert_snapshot!(check(&[("d/notes.txt", b"")], &["gone.st", "d", "d"]), @r"
        error: `ROOT/gone.st` does not exist

        error: no Smalltalk files in `ROOT/d`
         |
         = help: looked for `*.st` here and in the directories below
        ");
    }

    #[test]
    fn an_encoding_error_names_its_line_and_column() {
        insta::assert_snapshot!(check(&[("a.st", b"\"ok\".\nx := 'gr\xfc\xdfe'.\n")], &["a.st"]), @r"
        read ROOT/a.st
        error: this text is not UTF-8
         --> ROOT/a.st:2:9
          |
        2 | x := 'gr��e'.
          |         ^ the first invalid byte
          |
          = help: older Smalltalks write Latin-1: convert the file with `iconv -f latin1 -t utf-8`
        ");
    }

    #[test]
    fn utf_16_is_recognised() {
        insta::assert_snapshot!(check(&[("a.st", b"\xff\xfex\0")], &["a.st"]), @r"
        read ROOT/a.st
        error: this text is not UTF-8
         --> ROOT/a.st:1:1
          |
        1 | ��x␀
          | ^ the first invalid byte
          |
          = help: the file is UTF-16: convert it with `iconv -f utf-16 -t utf-8`
        ");
    }
}
