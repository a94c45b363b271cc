//! The report build servers read: JUnit's XML.

use super::failure::{Context, Failure};
use super::outcome::{Kind, Outcome, Outcomes, Test};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

/// Writes the report; a test class is a suite.
pub fn write(path: &Path, outcomes: &Outcomes, time: Duration) -> Result<(), Failure> {
    let text = report(outcomes, time).context("write", path)?;
    fs::write(path, text).context("write", path)
}

/// How a report counts: tests, failures, errors, skipped, and their time.
#[derive(Default)]
struct Count([usize; 4], Duration);

impl Count {
    fn of<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Self {
        let mut count = Count::default();
        for outcome in outcomes {
            count.0[0] += 1;
            count.1 += outcome.time;
            if let Some(at) = place(outcome.kind) {
                count.0[at] += 1;
            }
        }
        count
    }

    fn attributes(&self) -> [(&'static str, String); 5] {
        let [tests, failures, errors, skipped] = self.0.map(|count| count.to_string());
        [("tests", tests), ("failures", failures), ("errors", errors), ("skipped", skipped), ("time", seconds(self.1))]
    }
}

/// Where an outcome is counted besides the tests. One that fails as expected has been skipped, in JUnit's terms.
fn place(kind: Kind) -> Option<usize> {
    match kind {
        Kind::Pass => None,
        Kind::Fail | Kind::Unexpected => Some(1),
        Kind::Error => Some(2),
        Kind::Skip | Kind::Expected => Some(3),
    }
}

fn report(outcomes: &Outcomes, time: Duration) -> io::Result<Vec<u8>> {
    let mut suites: BTreeMap<&str, Vec<&(Test, Outcome)>> = BTreeMap::new();
    for test in &outcomes.tests {
        suites.entry(&test.0.class).or_default().push(test);
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut all = Count::of(outcomes.tests.iter().map(|(_, outcome)| outcome));
    all.0[2] += outcomes.broken;
    all.1 = time;
    element(&mut writer, "testsuites", &[&[("name", "twintalkc test".into())][..], &all.attributes()].concat(), |writer| {
        for (class, tests) in &suites {
            let count = Count::of(tests.iter().map(|(_, outcome)| outcome));
            element(writer, "testsuite", &[&[("name", clean(class))][..], &count.attributes()].concat(), |writer| {
                tests.iter().try_for_each(|(test, outcome)| case(writer, test, outcome))
            })?;
        }
        Ok(())
    })?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn case(writer: &mut Writer<Vec<u8>>, test: &Test, outcome: &Outcome) -> io::Result<()> {
    let attributes = [("classname", clean(&test.class)), ("name", clean(&test.name)), ("time", seconds(outcome.time))];
    let name = place(outcome.kind).map(|at| ["failure", "error", "skipped"][at - 1]);
    element(writer, "testcase", &attributes, |writer| {
        let Some(name) = name else { return Ok(()) };
        let message = clean(outcome.message.lines().next().unwrap_or_default());
        let mut about = vec![("message", message)];
        if name != "skipped" {
            about.push(("type", outcome.message.split(':').next().filter(|word| word.ends_with("Error")).unwrap_or(name).into()));
        }
        let body = clean(&format!("{}\n{}", outcome.place, outcome.details()));
        element(writer, name, &about, |writer| match name {
            "skipped" => Ok(()),
            _ => writer.write_event(Event::Text(BytesText::new(body.trim()))),
        })
    })
}

fn element(
    writer: &mut Writer<Vec<u8>>,
    name: &str,
    attributes: &[(&str, String)],
    content: impl FnOnce(&mut Writer<Vec<u8>>) -> io::Result<()>,
) -> io::Result<()> {
    let attributes = attributes.iter().map(|(name, value)| (*name, value.as_str()));
    writer.create_element(name).with_attributes(attributes).write_inner_content(content)?;
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.6}", time.as_secs_f64())
}

/// Without the characters that XML cannot hold.
fn clean(text: &str) -> String {
    text.chars()
        .map(
            |letter| {
                if letter >= ' ' && !('\u{FFFE}'..='\u{FFFF}').contains(&letter) || "\t\n".contains(letter) { letter } else { '\u{FFFD}' }
            },
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_a_suite_and_text_is_escaped() {
        let outcome = |fields: &[&str]| Outcome::from_fields(&fields.iter().map(|field| (*field).to_string()).collect::<Vec<_>>());
        let test = |class: &str, name: &str| Test { class: class.into(), name: name.into() };
        let tests = vec![
            (test("BTest", "testB"), outcome(&["pass", "1500"])),
            (
                test("ATest", "testA"),
                outcome(&["fail", "1000000", "Got '<a>' & \u{1}", "a.st:7", "'<a>'", "'b'", "  ATest>>testA (a.st:7)\n"]),
            ),
            (test("ATest", "testE"), outcome(&["error", "0", "ZeroDivide: division by 0"])),
            (test("ATest", "testS"), outcome(&["skip", "0", "later"])),
        ];
        let text = report(&Outcomes { tests, broken: 0 }, Duration::from_secs(2)).unwrap();
        insta::assert_snapshot!(String::from_utf8(text).unwrap());
    }
}
