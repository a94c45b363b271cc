//! Strings that are given a character beyond Latin-1, wherever they lie.

use super::*;
use crate::answer::Answer;
use crate::prim::{object_same, string_at, string_at_put};
use crate::value::Place;

const JAPAN: char = '日';

fn put(string: Value, index: i64, c: char, t: &mut Turn) -> Answer {
    let put = string_at_put(string, int(index), Value::character(c), t)?;
    assert_eq!(put, Some(Value::character(c)));
    Ok(string)
}

fn note(t: &mut Turn) -> Value {
    t.load::<Pump, _>(|row| &row.note)
}

fn other(t: &mut Turn) -> Value {
    t.load::<Pump, _>(|row| &row.other)
}

/// A twin that holds one string twice, in a slot and in an array.
fn holder(t: &mut Turn) -> Pump {
    let mut row = Pump::default();
    t.transact(&mut row, |t| {
        let text = t.string("abcdefghijklmnopq");
        t.store::<Pump, _>(NOTE, |row| &mut row.note, text)?;
        let array = array(&[text, text], t);
        t.store::<Pump, _>(OTHER, |row| &mut row.other, array)?;
        Ok(NIL)
    })
    .unwrap();
    row
}

/// Checks that the slot and the array hold one string, of that text.
#[track_caller]
fn check(text: &str, row: &mut Pump, t: &mut Turn) {
    t.transact(row, |t| {
        let (note, array) = (note(t), other(t));
        assert_eq!(t.text(note).as_deref(), Some(text));
        for index in 0..2 {
            let element = t.slot(array, index);
            assert_eq!(object_same(note, element, t)?, Some(Value::boolean(true)));
            assert_eq!(t.text(element).as_deref(), Some(text));
        }
        Ok(NIL)
    })
    .unwrap();
}

fn bits(row: &Pump) -> (Vec<Word>, Vec<u64>) {
    ((0..Pump::SLOTS).map(|index| row.get(index)).collect(), row.core.words().to_vec())
}

#[test]
fn in_scratch_it_stays_the_same_object() {
    run(|t| {
        t.frame(2, |root, t| {
            let text = t.string("abc");
            let array = array(&[text], t);
            t.set_root(root, text);
            t.set_root(root + 1, array);
            put(text, 2, JAPAN, t)?;
            for _ in 0..2 {
                let (text, element) = (t.root(root), t.slot(t.root(root + 1), 0));
                assert_eq!(object_same(text, element, t)?, Some(Value::boolean(true)));
                assert_eq!(t.text(element).as_deref(), Some("a日c"));
                assert_eq!(string_at(text, int(2), t)?, Some(Value::character(JAPAN)));
                assert_eq!(t.class_of(text), class::WIDE_STRING);
                t.collect();
            }
            assert_eq!(t.kind_of(t.root(root)), Some(Kind::Wide));
            put(t.root(root), 1, '本', t)?;
            assert_eq!(t.text(t.root(root)).as_deref(), Some("本日c"));
            Ok(NIL)
        })
    });
}

#[test]
fn in_the_heap_everything_that_refers_to_it_sees_it() {
    let mut t = turn();
    let mut row = holder(&mut t);
    let mut replica = row.clone();
    t.transact(&mut row, |t| {
        let text = note(t);
        put(text, 1, 'x', t)?; // Bytes of the same word, noted as such before.
        put(text, 3, JAPAN, t)?;
        t.collect();
        put(text, 4, '本', t)?;
        put(text, 17, 'z', t)
    })
    .unwrap();
    let slots: Vec<_> = t.changes().slot_words(&row).collect();
    t.changes().apply(&mut replica, slots).unwrap();
    assert_eq!(bits(&replica), bits(&row));
    let words = crate::image::image(&mut row);
    let mut loaded: Pump = crate::image::load(&words, row.core.epoch()).unwrap();
    for row in [&mut row, &mut replica, &mut loaded] {
        check("xb日本efghijklmnopz", row, &mut t);
    }
    let length = row.core.words().len();
    Core::compact(&mut row);
    assert!(row.core.words().len() < length);
    check("xb日本efghijklmnopz", &mut row, &mut t);
}

#[test]
fn a_turn_that_fails_leaves_it_narrow() {
    let mut t = turn();
    let mut row = holder(&mut t);
    let before = bits(&row);
    let answer = t.transact(&mut row, |t| {
        let text = note(t);
        put(text, 17, 'q', t)?;
        put(text, 17, JAPAN, t)?;
        t.raise_about(class::ERROR, NIL, "on purpose")
    });
    assert!(answer.is_err());
    assert_eq!(bits(&row), before);
    check("abcdefghijklmnopq", &mut row, &mut t);
}

#[test]
fn copies_and_parcels_hold_the_wide_string() {
    let mut t = turn();
    let mut row = holder(&mut t);
    t.transact(&mut row, |t| {
        let text = note(t);
        put(text, 2, JAPAN, t)
    })
    .unwrap();
    t.transact(&mut row, |t| {
        let (text, array) = (note(t), other(t));
        let copy = crate::prim::object_shallow_copy(text, t)?.unwrap();
        assert_eq!(t.kind_of(copy), Some(Kind::Wide));
        put(copy, 1, '本', t)?;
        assert_eq!(t.text(text).as_deref(), Some("a日cdefghijklmnopq"));
        let parcel = t.pack(&[array]);
        let array = t.unpack(&parcel)[0];
        assert_eq!(t.slot(array, 0), t.slot(array, 1));
        assert_eq!(t.text(t.slot(array, 1)).as_deref(), Some("a日cdefghijklmnopq"));
        assert_eq!(t.export(text, crate::transfer::Bounds::default()), Ok(crate::data::Data::String("a日cdefghijklmnopq".into())));
        Ok(NIL)
    })
    .unwrap();
}

#[test]
fn a_literal_is_read_only() {
    let failure = turn().run(|t| {
        let literal = t.literal(0);
        assert!(literal.is_in(Place::Frozen));
        string_at_put(literal, int(1), Value::character(JAPAN), t).map(|_| NIL)
    });
    assert_eq!(failure.unwrap_err().class, "ModificationForbidden");
}

#[test]
fn bytes_in_the_heap_are_not_taken_for_references() {
    let (mut t, mut row) = (turn(), Pump::default());
    t.transact(&mut row, |t| {
        let bytes = t.new_bytes(Kind::Bytes, class::BYTE_ARRAY, &[0; 16]);
        t.store::<Pump, _>(NOTE, |row| &mut row.note, bytes).map(|()| NIL)
    })
    .unwrap();
    // These bytes are those of a reference into scratch.
    let word = Value::reference(Place::Scratch, 3).bits();
    t.transact(&mut row, |t| {
        let bytes = note(t);
        t.string("something in scratch");
        for (index, byte) in (1..).zip(word.to_le_bytes()) {
            crate::prim::object_at_put(bytes, int(index), int(byte.into()), t)?;
        }
        t.collect();
        Ok(NIL)
    })
    .unwrap();
    t.transact(&mut row, |t| {
        let bytes = note(t);
        assert_eq!(t.bytes(bytes).unwrap()[..8], word.to_le_bytes());
        Ok(NIL)
    })
    .unwrap();
}
