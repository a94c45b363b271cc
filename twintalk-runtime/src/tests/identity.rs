//! Identity hashes: objects are told apart, and keep theirs wherever they move.

use std::collections::HashSet;

use super::*;
use crate::prim::object_identity_hash;
use crate::turn::Turn;
use crate::value::Place;

fn hash(value: Value, t: &mut Turn) -> i64 {
    object_identity_hash(value, t).unwrap().and_then(Value::as_small).unwrap()
}

#[test]
fn objects_of_one_class_differ_and_so_do_copies() {
    run(|t| {
        let mut hashes = HashSet::new();
        for _ in 0..10_000 {
            let one = array(&[NIL], t);
            assert!(hashes.insert(hash(one, t)));
            let copy = crate::prim::object_shallow_copy(one, t)?.unwrap();
            assert!(hashes.insert(hash(copy, t)));
        }
        Ok(NIL)
    });
}

#[test]
fn a_collection_keeps_them() {
    run(|t| {
        t.frame(1, |root, t| {
            array(&[NIL; 100], t);
            let kept = array(&[NIL], t);
            let before = hash(kept, t);
            t.set_root(root, kept);
            t.collect();
            let kept = t.root(root);
            assert_eq!(hash(kept, t), before);
            Ok(NIL)
        })
    });
}

#[test]
fn a_commit_an_image_and_a_compaction_keep_them() {
    let (mut t, mut row) = (turn(), Pump::default());
    let mut before = 0;
    t.transact(&mut row, |t| {
        let part = array(&[int(1)], t);
        before = hash(part, t);
        let whole = array(&[part], t);
        t.store::<Pump, _>(NOTE, |row| &mut row.note, whole)?;
        Ok(NIL)
    })
    .unwrap();
    let read = |row: &mut Pump, t: &mut Turn| {
        let mut found = 0;
        t.transact(row, |t| {
            let whole = t.load::<Pump, _>(|row| &row.note);
            let part = t.slot(whole, 0);
            assert!(part.is_in(Place::Heap));
            found = hash(part, t);
            Ok(NIL)
        })
        .unwrap();
        found
    };
    assert_eq!(read(&mut row, &mut t), before);
    let words = crate::image::image(&mut row);
    let mut loaded = crate::image::load::<Pump>(&words, 0).unwrap();
    assert_eq!(read(&mut loaded, &mut t), before);
    Core::compact(&mut row);
    assert_eq!(read(&mut row, &mut t), before);
}

#[test]
fn what_one_turn_after_the_other_adds_differs() {
    let (mut t, mut row) = (turn(), Pump::default());
    let mut hashes = HashSet::new();
    for _ in 0..1000 {
        t.transact(&mut row, |t| {
            array(&[NIL], t);
            let before = t.load::<Pump, _>(|row| &row.note);
            let next = array(&[before], t);
            assert!(hashes.insert(hash(next, t)));
            t.store::<Pump, _>(NOTE, |row| &mut row.note, next)?;
            Ok(NIL)
        })
        .unwrap();
    }
}

#[test]
fn every_turn_counts_from_its_twins_heap_on() {
    let (mut t, mut light, mut heavy) = (turn(), Pump::default(), Pump::default());
    let made = |collects: bool, row: &mut Pump, t: &mut Turn| {
        let mut found = 0;
        t.transact(row, |t| {
            let one = array(&[NIL], t);
            found = hash(one, t);
            if collects {
                t.collect();
            }
            Ok(NIL)
        })
        .unwrap();
        found
    };
    t.transact(&mut heavy, |t| {
        let kept = array(&[NIL; 50], t);
        t.store::<Pump, _>(NOTE, |row| &mut row.note, kept).map(|()| NIL)
    })
    .unwrap();
    let (first, behind) = (made(false, &mut light, &mut t), made(false, &mut heavy, &mut t));
    assert_ne!(first, behind);
    for collects in [true, false, false] {
        assert_eq!(made(collects, &mut light, &mut t), first);
        t.transact(&mut heavy, |_| Ok(NIL)).unwrap();
        assert_eq!(made(collects, &mut light, &mut t), first);
        assert_eq!(made(collects, &mut heavy, &mut t), behind);
    }
}
