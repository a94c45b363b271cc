//! A backtrace for people: under each frame of the program's own code stands the line of its source.

use crate::failure::{Failure, Frame, INNERMOST};
use std::collections::HashMap;
use std::fmt::Write;

/// The library's files; what lies there is not the program's own.
const LIBRARY: &str = "library/";

/// Files of the library that carry an exception, or a test: no news at the ends of a backtrace.
const MACHINERY: &[&str] = &["library/exception", "library/errors", "library/test_"];

/// The same, of files that hold more than that.
const MACHINERY_METHODS: &[&str] = &["Object>>doesNotUnderstand:", "Object>>error:", "Object>>perform"];

/// Source files by name, read when a line of one is wanted.
#[derive(Debug, Default)]
pub(crate) struct Sources(HashMap<String, Vec<String>>);

impl Sources {
    /// A line of a file, if the file is there to be read.
    fn line(&mut self, frame: &Frame) -> Option<String> {
        let lines = self.0.entry(frame.file.clone()).or_insert_with(|| {
            let text = std::fs::read(&frame.file).unwrap_or_default();
            String::from_utf8_lossy(&text).lines().map(|line| line.trim_end().to_owned()).collect()
        });
        let mut lines = lines.get((frame.line as usize).checked_sub(1)?..)?.iter();
        let first = lines.next()?;
        let mut shown = first.trim().to_owned();
        // A receiver alone says little: its message follows on deeper lines.
        if !shown.contains(char::is_whitespace) {
            for line in lines.take_while(|line| indentation(line) > indentation(first)).take(MOST_LINES) {
                shown.push(' ');
                shown.push_str(line.trim_start());
            }
        }
        (!shown.is_empty()).then_some(shown)
    }
}

/// Lines that are shown of a message which stands below its receiver.
const MOST_LINES: usize = 4;

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether the frame belongs to the program, not to the class library.
pub(crate) fn is_own(frame: &Frame) -> bool {
    !frame.file.starts_with(LIBRARY)
}

fn is_machinery(frame: &Frame) -> bool {
    let begins = |text: &str, starts: &[&str]| starts.iter().any(|start| text.starts_with(start));
    begins(&frame.file, MACHINERY) || !is_own(frame) && begins(&frame.method, MACHINERY_METHODS)
}

/// `ZeroDivide: division by 0`
pub(crate) fn title(failure: &Failure) -> String {
    if failure.message.is_empty() || failure.message == failure.class {
        return failure.class.clone();
    }
    format!("{}: {}", failure.class, failure.message)
}

/// The backtrace, a frame a line and source lines below, of at most `most` frames.
pub(crate) fn frames(failure: &Failure, most: usize, sources: &mut Sources) -> String {
    let trace = &failure.trace;
    let first = trace.iter().position(|frame| !is_machinery(frame)).unwrap_or(0);
    let end = trace.iter().rposition(|frame| !is_machinery(frame)).map_or(trace.len(), |last| last + 1);
    let mut text = String::new();
    let mut shown = 0;
    let mut index = first;
    while index < end {
        let frame = &trace[index];
        let left_out = |at: usize| if at == INNERMOST { failure.omitted } else { 0 };
        if index > first && left_out(index) > 0 {
            let _ = writeln!(text, "  … {} more …", failure.omitted);
        }
        if shown == most {
            let _ = writeln!(text, "  … {} more", end - index + failure.omitted);
            break;
        }
        let _ = writeln!(text, "  {frame}");
        if let Some(line) = sources.line(frame).filter(|_| is_own(frame)) {
            let _ = writeln!(text, "      {line}");
        }
        shown += 1;
        index += 1;
        // A recursion is shown once; what was left out in its middle is taken to be more of it.
        let mut same = 0;
        while index < end && trace[index] == *frame {
            same += 1 + left_out(index);
            index += 1;
        }
        if same > 0 {
            let _ = writeln!(text, "  … {same} more like it");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(method: &str, file: &str, line: u32) -> Frame {
        Frame { method: method.into(), file: file.into(), line }
    }

    #[test]
    fn own_lines_are_shown_and_machinery_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("a.st");
        std::fs::write(&file, "first\n\tself assert: false\n").unwrap();
        let file = file.to_str().unwrap();
        let trace = vec![
            frame("TestAsserter>>assert:", "library/test_asserter.st", 3),
            frame("ATest>>helper", file, 2),
            frame("ATest>>helper", file, 2),
            frame("Array>>do:", "library/array.st", 1),
            frame("ATest>>testA", file, 9),
            frame("TestCase>>performTest", "library/test_case.st", 3),
        ];
        let failure = Failure { class: "TestFailure".into(), trace, ..Failure::default() };
        let shown = frames(&failure, 9, &mut Sources::default()).replace(file, "a.st");
        let expected = "  ATest>>helper (a.st:2)\n      self assert: false\n  … 1 more like it\n  Array>>do: (library/array.st:1)\n  ATest>>testA (a.st:9)\n";
        assert_eq!(shown, expected);
        assert!(frames(&failure, 1, &mut Sources::default()).ends_with("  … 2 more\n"));
        assert_eq!(title(&failure), "TestFailure");
    }

    #[test]
    fn the_middle_of_a_recursion_is_left_out() {
        let mut failure = Failure::default();
        (1..=1000).for_each(|line| failure.push_frame("A>>deep", "none.st", line));
        let shown = frames(&failure, usize::MAX, &mut Sources::default());
        assert_eq!(shown.lines().count(), 101);
        assert!(shown.contains("(none.st:60)\n  … 900 more …\n  A>>deep (none.st:961)") && shown.ends_with("(none.st:1000)\n"));
        let mut failure = Failure::default();
        (1..=1000).for_each(|_| failure.push_frame("A>>deep", "none.st", 1));
        assert_eq!(frames(&failure, usize::MAX, &mut Sources::default()), "  A>>deep (none.st:1)\n  … 999 more like it\n");
    }
}
