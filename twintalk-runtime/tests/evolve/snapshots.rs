//! Class-side `snapshotEvery` and `retention`.

use super::*;
use std::time::{Duration, Instant};

use versions::{eager, endless, first, forgetful, senseless};

#[test]
fn a_class_says_how_often_its_twins_are_written() {
    let data = directory();
    let twins = Running::over(&eager::PROGRAM, data.path());
    let mut told = Vec::new();
    for (id, class) in [("p", "Pump"), ("big", "BigPump")] {
        let before = twins.metric("snapshots_total");
        twins.make(id, class);
        for level in 2..=12 {
            assert_eq!(twins.send(id, "level:", &[int(level)]), level as u64);
        }
        told.push(twins.metric("snapshots_total") - before);
    }
    assert_eq!(told, [4, 2]);
    for sequence in 2..=12 {
        assert_eq!(twins.after("p", sequence)[1], ("level".to_owned(), int(sequence as i64)));
    }
    assert_eq!(twins.events("big").len(), 12);
    drop(twins);
    let twins = Running::over(&first::PROGRAM, data.path());
    assert_eq!((twins.ask("p", "level"), twins.ask("big", "level")), (int(12), int(12)));
    twins.send("p", "level:", &[int(1)]);
    assert_eq!(twins.metric("snapshots_total"), 0);
}

#[test]
fn what_is_no_number_of_events_is_told() {
    let data = directory();
    let error = Running::try_over(&senseless::PROGRAM, data.path()).err().expect("an error").to_string();
    for name in ["Pump class>>snapshotEvery", "'often'", "number of events"] {
        assert!(error.contains(name), "{name} in: {error}");
    }
}

#[test]
fn a_class_says_how_long_its_events_are_kept() {
    let data = directory();
    let twins = Running::over(&first::PROGRAM, data.path());
    for (id, class) in [("p", "Pump"), ("big", "BigPump")] {
        twins.make(id, class);
        for level in 2..=12 {
            twins.send(id, "level:", &[int(level)]);
        }
    }
    drop(twins);
    let twins = Running::over(&forgetful::PROGRAM, data.path());
    let start = Instant::now();
    while !twins.events("p").is_empty() {
        assert!(start.elapsed() < Duration::from_secs(60), "nothing goes");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!((twins.now("p")[1].clone(), twins.events("big").len()), (("level".to_owned(), int(12)), 12));
    let refused = twins.0.read_blocking("p", Moment::Sequence(5));
    assert_eq!(refused, Err(Refusal::PastNotKept { id: "p".to_owned(), first: 12 }));
    assert_eq!(twins.send("p", "level:", &[int(1)]), 13);
}

#[test]
fn what_is_no_length_of_time_is_told() {
    let data = directory();
    let error = Running::try_over(&endless::PROGRAM, data.path()).err().expect("an error").to_string();
    for name in ["Pump class>>retention", "30", "a Duration"] {
        assert!(error.contains(name), "{name} in: {error}");
    }
}
