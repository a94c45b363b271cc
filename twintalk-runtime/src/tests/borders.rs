//! Trees and parcels: values that enter and leave turns.

use super::*;
use crate::data::Data;
use crate::transfer::{Bounds, Unfit};

#[track_caller]
fn round_trip(data: Data) {
    let mut t = turn();
    let mut exported = None;
    t.run(|t| {
        let value = t.import(&data)?;
        exported = Some(t.export(value, Bounds::default()));
        Ok(NIL)
    })
    .unwrap();
    assert_eq!(exported, Some(Ok(data)));
}

#[test]
fn trees_go_in_and_out() {
    let text = |text: &str| Data::String(text.to_owned());
    round_trip(Data::Nil);
    round_trip(Data::Boolean(true));
    for integer in [0, -1, i64::MAX, i64::MIN, 1 << 47, -(1 << 47) - 1, 1 << 60] {
        round_trip(Data::Integer(integer));
    }
    round_trip(Data::LargeInteger("-123456789012345678901234567890".parse().unwrap()));
    round_trip(Data::Float(0.1));
    round_trip(Data::Character('ß'));
    round_trip(text(""));
    round_trip(text("Grüße, 世界"));
    round_trip(Data::Symbol("value:".to_owned()));
    round_trip(Data::Symbol("unknown to the program".to_owned()));
    round_trip(Data::Twin("pump-7".to_owned()));
    round_trip(Data::ByteArray(vec![1, 2, 255]));
    round_trip(Data::Fraction(1.into(), 3.into()));
    round_trip(Data::Array(vec![text("a"), Data::Array(vec![]), Data::Integer(3)]));
    round_trip(Data::Dictionary((0..40).map(|i| (text(&i.to_string()), Data::Integer(i))).collect()));
    let slots = vec![("key".to_owned(), Data::Integer(1)), ("value".to_owned(), text("one"))];
    round_trip(Data::Object { class: "Association".to_owned(), slots });
}

#[test]
fn what_has_no_tree_is_refused() {
    run(|t| {
        let cycle = array(&[NIL], t);
        t.set_slot(cycle, 0, cycle)?;
        assert_eq!(t.export(cycle, Bounds::default()), Err(Unfit::Cycle));
        let mut deep = NIL;
        for _ in 0..1000 {
            deep = array(&[deep], t);
        }
        assert_eq!(t.export(deep, Bounds::default()), Err(Unfit::TooDeep));
        let mut wide = NIL;
        for _ in 0..60 {
            wide = array(&[wide, wide], t);
        }
        assert_eq!(t.export(wide, Bounds::default()), Err(Unfit::TooLarge));
        let block = block(|_, _, _| Ok(NIL), 0, NIL, &[], t);
        assert_eq!(t.export(block, Bounds::default()), Err(Unfit::Block));
        Ok(NIL)
    });
}

#[test]
fn an_unknown_class_is_an_error() {
    let data = Data::Object { class: "Nothing".to_owned(), slots: vec![] };
    assert_eq!(turn().run(|t| t.import(&data)).unwrap_err().class, "Error");
}

#[test]
fn parcels_keep_what_is_shared() {
    let mut sender = turn();
    let mut parcel = None;
    sender
        .run(|t| {
            let text = t.string("shared");
            let literal = t.literal(1);
            let value = array(&[text, text, literal, NIL], t);
            t.set_slot(value, 3, value)?;
            parcel = Some(t.pack(&[value, int(1)]));
            Ok(NIL)
        })
        .unwrap();
    let parcel = parcel.unwrap();
    run(|t| {
        t.string("something before");
        let values = t.unpack(&parcel);
        let value = values[0];
        assert_eq!(values[1], int(1));
        assert_eq!(t.slot(value, 0), t.slot(value, 1));
        assert_eq!(t.slot(value, 3), value);
        assert_eq!(t.text(t.slot(value, 0)).as_deref(), Some("shared"));
        assert_eq!(t.text(t.slot(t.slot(value, 2), 1)).as_deref(), Some("two"));
        Ok(NIL)
    });
}
