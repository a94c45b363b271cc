//! Classes renamed and gone.

use super::*;
use versions::{first, gone, only_remarks, remarks, renamed, second, without_notes};

fn begin(data: &Path) {
    let twins = Running::over(&first::PROGRAM, data);
    for id in ["p", "block"] {
        twins.make(id, "Pump");
        twins.send(id, "level:", &[int(7)]);
    }
    twins.make("plain", "Pump");
    twins.make("big", "BigPump");
    twins.send("p", "keepNote:", &[text("hello")]);
    twins.send("block", "keepBlock:", &[int(41)]);
}

#[test]
fn renamed_classes_keep_their_twins_objects_and_blocks() {
    let data = directory();
    begin(data.path());
    let twins = Running::over(&renamed::PROGRAM, data.path());
    assert_eq!(twins.at("p", Moment::Now).class, "WaterPump");
    assert_eq!((twins.ask("p", "level"), twins.ask("p", "lastText")), (int(7), text("hello")));
    assert_eq!(twins.ask("block", "runLast"), int(42));
    assert_eq!(twins.send("p", "level:", &[int(8)]), 4);
    assert_eq!(twins.ask("big", "size"), Data::Nil);
    assert_eq!(twins.at("p", Moment::Sequence(3)).class, "Pump");
    let class = |class: &str| twins.0.list_blocking(Some(class), None, 10).map(|found| found.len());
    assert_eq!((class("WaterPump"), class("BigPump")), (Ok(3), Ok(1)));
    assert_eq!(class("Pump"), Err(Refusal::NoSuchClass { name: "Pump".to_owned() }));
    assert!(twins.0.create_blocking("new", "Pump", Vec::new()).is_err());
    drop(twins);
    let twins = Running::over(&renamed::PROGRAM, data.path());
    assert_eq!((twins.ask("p", "lastText"), twins.ask("block", "runLast")), (text("hello"), int(42)));
    let events = twins.events("p");
    assert_eq!((events.len(), &events[3].changes), (4, &changes([("level", int(8))])));
}

#[test]
fn twins_of_a_class_that_is_gone_wait_for_it() {
    let data = directory();
    begin(data.path());
    let twins = Running::over(&gone::PROGRAM, data.path());
    twins.refused("p", "level", &["`p`", "no class Pump", "<formerly: #Pump>"]);
    assert!(twins.0.read_blocking("p", Moment::Now).is_err());
    assert_eq!(twins.at("p", Moment::Sequence(2)).state[1], ("level".to_owned(), int(7)));
    twins.make("m", "Meter");
    drop(twins);
    let twins = Running::over(&first::PROGRAM, data.path());
    assert_eq!(twins.ask("p", "level"), int(7));
    assert_eq!(twins.send("p", "level:", &[int(9)]), 4);
    twins.refused("m", "reading", &["no class Meter"]);
}

#[test]
fn objects_of_a_class_that_is_gone_matter_where_they_are_kept() {
    let data = directory();
    begin(data.path());
    let twins = Running::over(&without_notes::PROGRAM, data.path());
    twins.refused("p", "level", &["`p`", "no class Note", "<formerly: #Note>"]);
    assert_eq!(twins.ask("plain", "level"), Data::Nil);
    twins.refused("big", "size", &["no class BigPump"]);
    drop(twins);
    // Their slot went with them.
    let twins = Running::over(&second::PROGRAM, data.path());
    assert_eq!(twins.ask("p", "level"), Data::Float(7.0));
    assert_eq!(twins.send("p", "pressure:", &[int(1)]), 4);
    drop(twins);
    let twins = Running::over(&second::PROGRAM, data.path());
    assert_eq!((twins.ask("p", "pressure"), twins.events("p").len()), (int(1), 4));
}

#[test]
fn a_former_name_may_be_forgotten_once_its_twins_were_sent_a_message() {
    let data = directory();
    begin(data.path());
    let twins = Running::over(&first::PROGRAM, data.path());
    twins.make("late", "Pump");
    twins.send("late", "keepNote:", &[text("late")]);
    assert_eq!(twins.send("plain", "keepClass", &[]), 2);
    drop(twins);
    let twins = Running::over(&remarks::PROGRAM, data.path());
    assert_eq!((twins.ask("p", "last"), twins.ask("plain", "kind")), (text("hello"), Data::Symbol("Remark".to_owned())));
    drop(twins);
    let twins = Running::over(&only_remarks::PROGRAM, data.path());
    assert_eq!((twins.ask("p", "last"), twins.ask("plain", "kind")), (text("hello"), Data::Symbol("Remark".to_owned())));
    twins.refused("late", "last", &["`late`", "<formerly: #Note>"]);
    assert_eq!((twins.events("p").len(), twins.at("p", Moment::Now).sequence), (3, 3));
}
