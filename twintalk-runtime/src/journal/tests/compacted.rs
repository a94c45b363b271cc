//! Compacted segments: what is kept stays where it was, whatever happens meanwhile.

use std::sync::Arc;

use super::super::compacted::compact;
use super::super::faulty::{Disk, Fault, Random};
use super::super::look::look_in;
use super::super::{Journal, Record, SegmentLog};
use super::{Batch, Driven, Durability, Error, Expected, Position, Reader, read_all, read_around, small};

/// A log of four sealed segments with three records each, where they begin, and what is in them.
fn four_segments(disk: &Disk) -> (Driven, Vec<Position>) {
    let mut log = Driven::open(disk, &small(Durability::Sync)).unwrap();
    for segment in 0..4 {
        for tag in 1..=3 {
            log.append(10 * segment + tag, &[20 + tag as usize]).unwrap();
            log.drain();
        }
        roll(&mut log);
    }
    let bases = log.reader().sealed().map(|(base, _)| base).collect();
    (log, bases)
}

fn roll(log: &mut Driven) {
    log.parts.queue.seal(Box::new(|result| assert!(result.is_ok()))).unwrap();
    log.drain();
}

/// Keeps of the segment at `base` the records of which `is_kept` is true, by their number in it.
fn keep(disk: &Disk, log: &Driven, base: Position, thinned: bool, is_kept: impl Fn(usize) -> bool) -> Result<u64, Error> {
    let reader = log.reader();
    let end = reader.sealed().find(|(start, _)| *start == base).unwrap().1;
    let records: Vec<Record<'_>> = reader.records(base).map(Result::unwrap).take_while(|record| record.position < end).collect();
    let mut kept = records.iter().enumerate().filter(|(index, _)| is_kept(*index)).map(|(_, record)| *record);
    compact(disk, &log.parts.segments, base, thinned, &mut |put| kept.try_for_each(|record| put(&record)))
}

/// What is left of the records of a log after that.
fn left<'a>(log: &'a Driven, compacted: &[Position], is_kept: impl Fn(usize) -> bool) -> Vec<&'a Expected> {
    let bases: Vec<Position> = log.reader().sealed().map(|(base, _)| base).collect();
    let is_left = |(index, record): &(usize, &Expected)| {
        let base = bases.iter().rfind(|base| **base <= record.position).unwrap();
        !compacted.contains(base) || is_kept(index % 3)
    };
    log.appended.iter().enumerate().filter(is_left).map(|(_, record)| record).collect()
}

#[track_caller]
fn check(reader: &Reader, log: &Driven, compacted: &[Position], is_kept: impl Fn(usize) -> bool) {
    let expected: Vec<(Position, Vec<u8>)> =
        left(log, compacted, is_kept).iter().map(|record| (record.position, record.payload.clone())).collect();
    assert_eq!(read_all(reader).unwrap(), expected);
    for record in &log.appended {
        match reader.read(record.position) {
            Ok(read) => assert_eq!(read.payload, record.payload),
            Err(Error::NotKept(position)) => assert!(position == record.position && expected.iter().all(|(kept, _)| *kept != position)),
            Err(other) => panic!("{other}"),
        }
        // From anywhere the rest comes.
        let first = reader.records(record.position).next().map(|found| found.unwrap().position);
        assert_eq!(first, expected.iter().map(|(kept, _)| *kept).find(|kept| *kept >= record.position));
    }
}

#[test]
fn what_is_kept_stays_where_it_was() {
    let disk = Disk::default();
    let (mut log, bases) = four_segments(&disk);
    let before = log.reader();
    let bytes = keep(&disk, &log, bases[1], false, |index| index == 1).unwrap();
    keep(&disk, &log, bases[3], false, |index| index == 1).unwrap();
    let compacted = [bases[1], bases[3]];
    check(&log.reader(), &log, &compacted, |index| index == 1);
    check(&before, &log, &[], |_| true);
    assert_eq!(log.reader().oldest(), Position(0));
    let told = log.reader().compacted(bases[1]).unwrap();
    assert_eq!((told.records, told.bytes, told.thinned), (1, bytes, false));
    assert_eq!(log.reader().compacted(bases[0]), None);
    let name = |base: Position| super::super::segment::name(base.0);
    assert!(disk.contents().iter().any(|(file, content)| *file == name(bases[1]) && content.len() as u64 == bytes));

    // Again, and nothing is left; that events are missing for their age is not forgotten.
    keep(&disk, &log, bases[1], true, |_| false).unwrap();
    keep(&disk, &log, bases[1], false, |_| false).unwrap();
    assert_eq!(log.reader().oldest(), bases[2]);
    assert_eq!(log.reader().read(log.appended[4].position).map(|_| ()).unwrap_err().to_string(), {
        format!("what was at position {} is not kept any more", log.appended[4].position)
    });

    // The log goes on behind a segment that is the last one and compacted, and so it does when it is opened again.
    let look = look_in(&disk).unwrap();
    assert_eq!((look.end, look.segments.len(), look.damages.len()), (log.durable_end(), 4, 0));
    assert!(look.segments.iter().all(|segment| segment.sealed));
    assert_eq!(read_all(&look.reader).unwrap(), read_all(&log.reader()).unwrap());
    let opened = Driven::open(&disk.after_exit(), &small(Durability::Sync)).unwrap();
    assert!(opened.parts.opened.clean);
    assert_eq!(opened.parts.opened.durable, log.durable_end());
    assert_eq!(read_all(&opened.reader()).unwrap(), read_all(&log.reader()).unwrap());
    let position = log.append(99, &[5]).unwrap();
    log.drain();
    assert_eq!(log.reader().read(position).unwrap().kind, 99);
}

impl Driven {
    fn durable_end(&self) -> Position {
        self.parts.segments.durable()
    }
}

#[test]
fn a_record_may_say_something_else() {
    let disk = Disk::default();
    let (log, bases) = four_segments(&disk);
    let position = log.appended[1].position;
    let payload = [7; 1000];
    let base = Record { position, kind: 9, payload: &payload };
    compact(&disk, &log.parts.segments, bases[0], true, &mut |put| put(&base)).unwrap();
    let opened = Driven::open(&disk.after_exit(), &small(Durability::Sync)).unwrap();
    for reader in [log.reader(), opened.reader()] {
        assert_eq!(reader.read(position).unwrap(), base);
        assert_eq!((reader.records(Position::NONE).next().unwrap().unwrap(), reader.oldest()), (base, bases[1]));
    }
}

#[test]
fn only_records_of_a_sealed_segment_are_taken() {
    let disk = Disk::default();
    let (mut log, bases) = four_segments(&disk);
    let open = log.append(1, &[9]).unwrap();
    log.drain();
    let try_at = |base: Position, positions: &[Position]| {
        let mut records = positions.iter().map(|&position| Record { position, kind: 1, payload: b"" });
        compact(&disk, &log.parts.segments, base, false, &mut |put| records.try_for_each(|record| put(&record))).map(|_| ()).unwrap_err()
    };
    let [first, second, ..] = &log.appended[..] else { panic!() };
    let (first, second) = (first.position, second.position);
    let unsealed = Position(log.reader().sealed().last().unwrap().1.0);
    for (base, positions) in [
        (unsealed, vec![open]),
        (Position(8), vec![]),
        (bases[0], vec![second, first]),
        (bases[0], vec![first, first]),
        (bases[0], vec![bases[1]]),
        (bases[1], vec![first]),
        (bases[0], vec![Position(first.0 + 1)]),
    ] {
        assert!(matches!(try_at(base, &positions), Error::NoRecord(_)), "{base} {positions:?}");
    }
    check(&log.reader(), &log, &[], |_| true);
    assert!(disk.contents().iter().all(|(name, _)| !name.ends_with(".new")), "nothing is left behind");
}

/// Compacts two segments, the newer one first.
fn run(disk: &Disk) -> (Driven, Vec<Position>, Result<u64, Error>) {
    let (log, bases) = four_segments(disk);
    let newer = keep(disk, &log, bases[2], true, |index| index == 2);
    let done = newer.and_then(|_| keep(disk, &log, bases[0], true, |index| index == 2));
    (log, bases, done)
}

#[test]
fn a_crash_leaves_the_segment_of_before_or_of_after() {
    let disk = Disk::default();
    disk.record();
    let (log, bases, done) = run(&disk);
    done.unwrap();
    let mut random = Random(7);
    let mut seen = [0; 3];
    for moment in disk.trace() {
        for left in [moment.after_exit(), moment.after_power_failure(&mut random), moment.after_power_failure(&mut random)] {
            let Ok(opened) = Driven::open(&left, &small(Durability::Sync)) else { panic!("a crash is no damage") };
            if opened.parts.opened.durable < log.durable_end() {
                continue; // in the middle of writing the log, which is another test
            }
            let reader = opened.reader();
            let compacted: Vec<Position> = [bases[2], bases[0]].into_iter().filter(|base| reader.compacted(*base).is_some()).collect();
            assert!(compacted.first().is_none_or(|first| *first == bases[2]), "the newer one was first");
            check(&reader, &log, &compacted, |index| index == 2);
            seen[compacted.len()] += 1;
        }
    }
    assert!(seen.iter().all(|count| *count > 3), "{seen:?}");
}

#[test]
fn a_failure_leaves_the_log_as_it_was_and_going_on() {
    let whole = Disk::default();
    let before = {
        four_segments(&whole);
        whole.operations().len()
    };
    let whole = Disk::default();
    run(&whole).2.unwrap();
    for at in before..whole.operations().len() {
        let disk = Disk::default();
        disk.fail(at, Fault::Error);
        let (mut log, bases, done) = run(&disk);
        assert!(matches!(done, Err(Error::Io { doing: "compact", .. })), "{at}: {done:?}");
        let compacted = |reader: &Reader| -> Vec<Position> {
            [bases[2], bases[0]].into_iter().filter(|base| reader.compacted(*base).is_some()).collect()
        };
        check(&log.reader(), &log, &compacted(&log.reader()), |index| index == 2);
        // What failed can be done again, and the log takes more.
        keep(&disk, &log, bases[0], true, |index| index == 2).unwrap();
        let position = log.append(99, &[5]).unwrap();
        log.drain();
        assert!(log.alive && log.reader().read(position).is_ok());
        // If it was the last step that failed, the file may be there all the same.
        let opened = Driven::open(&disk.after_exit(), &small(Durability::Sync)).unwrap();
        check(&opened.reader(), &log, &compacted(&opened.reader()), |index| index == 2);
    }
}

#[test]
fn every_byte_of_a_compacted_segment_is_protected() {
    let disk = Disk::default();
    let (log, bases, done) = run(&disk);
    done.unwrap();
    for base in [bases[0], bases[2]] {
        let name = super::super::segment::name(base.0);
        let (_, content) = disk.contents().into_iter().find(|(file, _)| *file == name).unwrap();
        let kept = left(&log, &[base], |index| index == 2).into_iter().find(|record| record.position >= base).unwrap();
        for offset in 0..content.len() {
            let disk = disk.after_exit();
            disk.flip(&name, offset, offset as u32 % 8);
            let opened = Driven::open(&disk, &small(Durability::Sync)).unwrap();
            let reader = opened.reader();
            let (found, damages) = read_around(&reader);
            let [damage] = &*damages else { panic!("{offset}: {damages:?}") };
            assert!(
                damage.path.ends_with(&name) && (damage.offset..damage.offset + damage.bytes).contains(&(offset as u64)),
                "{offset}: {damage:?}"
            );
            let others =
                left(&log, &[bases[0], bases[2]], |index| index == 2).into_iter().filter(|record| record.position != kept.position);
            for other in others {
                assert!(found.contains(&(other.position, other.payload.clone())), "{offset}");
            }
            assert_eq!(damage.hides_records, !found.contains(&(kept.position, kept.payload.clone())), "{offset}: {damage:?}");
            // What is not kept is not known to be so where the places are damaged, and what is kept is never called that.
            let gone = log.appended.iter().find(|record| record.position > base && record.position < kept.position).unwrap();
            match (reader.read(kept.position), reader.read(gone.position)) {
                (Ok(read), Err(Error::NotKept(_) | Error::Damaged(_))) => assert_eq!(read.payload, kept.payload),
                (Err(Error::Damaged(_)), Err(Error::NotKept(_) | Error::Damaged(_))) => assert!(damage.hides_records),
                other => panic!("{offset}: {other:?}"),
            }
            let is_record = (120..content.len() - 48).contains(&offset);
            let repaired = reader.repaired(damage).map(|repaired| repaired.payload().to_vec());
            assert_eq!(repaired, is_record.then(|| kept.payload.clone()), "{offset} {damage:?}");
        }
        for length in 0..content.len() {
            let disk = disk.after_exit();
            super::super::files::File::truncate(&*super::super::files::Files::open(&disk, &name).unwrap(), length as u64).unwrap();
            assert!(matches!(Driven::open(&disk, &small(Durability::Sync)), Err(Error::Damaged(_))), "{length}");
        }
    }
}

#[test]
fn it_is_done_beside_the_writer() {
    let disk = Disk::default();
    let (log, _) = SegmentLog::open_in(Arc::new(disk.clone()), &small(Durability::Sync)).unwrap();
    let mut batch = Batch::new();
    batch.push(1, b"one");
    batch.push(2, b"two");
    let first = log.commit(&batch).unwrap();
    log.roll().unwrap();
    log.roll().unwrap();
    let second = log.commit(&batch).unwrap();
    let reader = log.reader();
    let kept = reader.read(first).unwrap();
    let bytes = log.compact(Position(0), true, &mut |put| put(&kept)).unwrap();
    assert_eq!(bytes, log.reader().compacted(Position(0)).unwrap().bytes);
    assert_eq!(log.oldest(), log.reader().sealed().next().unwrap().1);
    let kinds: Vec<u8> = log.reader().records(Position::NONE).map(|record| record.unwrap().kind).collect();
    assert_eq!((kinds, log.reader().read(second).unwrap().kind), (vec![1, 1, 2], 1));
    log.close().unwrap();
    assert!(matches!(log.roll(), Err(Error::Closed)));
}
