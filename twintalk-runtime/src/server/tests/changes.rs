//! What events changed, as JSON.

use serde_json::json;

use super::super::changes::ChangeOut;
use super::*;
use crate::data::Data;
use crate::engine::{Change, DictionaryChange, SequenceChange, SetChange};

fn shown(change: &Change) -> Value {
    serde_json::to_value(ChangeOut(change)).expect("JSON")
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

#[test]
fn a_new_value_is_itself_unless_it_is_an_object() {
    let one = || Data::Integer(1);
    let value = |data| shown(&Change::Value(data));
    assert_eq!(value(Data::Float(31.5)), json!(31.5));
    assert_eq!(value(Data::Nil), json!(null));
    assert_eq!(value(Data::Array(vec![one(), text("a")])), json!([1, "a"]));
    assert_eq!(value(Data::Twin("p".to_owned())), json!({"twin": "p"}));
    // It would look like what became of a dictionary.
    assert_eq!(value(Data::Dictionary(vec![(text("put"), one())])), json!({"value": {"put": 1}}));
    let part = Data::Object { class: "Part".to_owned(), slots: vec![("size".to_owned(), one())] };
    assert_eq!(value(part), json!({"value": {"class": "Part", "size": 1}}));
}

#[test]
fn collections_tell_what_was_put_added_and_removed() {
    let added = SequenceChange { added: vec![Data::Float(31.5)], ..SequenceChange::default() };
    assert_eq!(shown(&Change::Sequence(added)), json!({"added": [31.5]}));
    let put = DictionaryChange { put: vec![(text("a"), text("new"))], ..DictionaryChange::default() };
    let all = SequenceChange {
        removed: vec![(1, Data::Integer(5))],
        inserted: vec![(2, Data::Integer(6))],
        added: vec![Data::Dictionary(vec![(text("k"), Data::Nil)])],
        put: vec![(3, Data::Integer(7))],
        at: vec![(4, Change::Dictionary(put))],
    };
    let expected =
        json!({"removed": {"1": 5}, "inserted": {"2": 6}, "added": [{"k": null}], "put": {"3": 7}, "at": {"4": {"put": {"a": "new"}}}});
    assert_eq!(shown(&Change::Sequence(all)), expected);

    let within = Change::Set(SetChange { removed: vec![text("b")], added: vec![text("c")] });
    let dictionary = DictionaryChange {
        removed: vec![text("a")],
        put: vec![(Data::Symbol("b".to_owned()), Data::Integer(2)), (Data::Integer(3), Data::Nil)],
        at: vec![(text("c"), within)],
    };
    let expected = json!({"removed": ["a"], "put": {"b": 2, "3": null}, "at": {"c": {"removed": ["b"], "added": ["c"]}}});
    assert_eq!(shown(&Change::Dictionary(dictionary)), expected);

    let slots = vec![("size".to_owned(), Change::Value(Data::Integer(2))), ("parts".to_owned(), Change::Value(Data::Array(Vec::new())))];
    assert_eq!(shown(&Change::Slots(slots)), json!({"slots": {"size": 2, "parts": []}}));
}

#[test]
fn what_has_no_form_in_json_is_refused() {
    let put = |pairs| Change::Dictionary(DictionaryChange { put: pairs, ..DictionaryChange::default() });
    let same = put(vec![(text("1"), Data::Nil), (Data::Integer(1), Data::Nil)]);
    assert!(serde_json::to_string(&ChangeOut(&same)).is_err(), "two members of one name");
    assert!(serde_json::to_string(&ChangeOut(&put(vec![(Data::Array(Vec::new()), Data::Nil)]))).is_err());
    assert!(serde_json::to_string(&ChangeOut(&Change::Value(Data::Float(f64::NAN)))).is_err());
}
