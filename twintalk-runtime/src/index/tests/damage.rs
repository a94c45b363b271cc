//! Files that are damaged, missing, left over, of a newer version or of another journal.

use super::model::{Model, journal, open, written};
use crate::index::manifest::{FORMAT, Manifest, NAME};
use crate::index::{Error, Index, Kind, Work};
use crate::journal::faulty::{Disk, Random};
use crate::journal::{self, Journal, Reader};

/// A disk with a journal and its whole index.
fn indexed(seed: u64, bits: u8) -> (Disk, Model) {
    let (disk, model) = written(seed, 90, 25);
    let reader = journal(&disk).reader();
    open(&disk, &reader, bits).unwrap().0.catch_up(&reader, &Work::new()).unwrap();
    drop(reader);
    (disk.after_exit(), model)
}

/// No answer is wrong: it is right, or an error.
fn check_answers(model: &Model, index: &Index, reader: &Reader) {
    let covered = index.directory().covered();
    for (id, records) in &model.twins {
        let last = records.iter().rev().find(|record| record.position < covered).map(|record| record.position);
        match index.find(reader, id) {
            Ok(found) => assert_eq!(found.map(|found| found.0), last, "{id}"),
            Err(Error::Damaged { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        let directory = index.directory();
        if let Some(last) = last {
            let mut before = records.iter().rev().skip_while(|record| record.position > last);
            'history: for stretch in directory.history(reader, id, last, 0) {
                match stretch {
                    Ok(stretch) => {
                        for position in stretch.positions(0).rev() {
                            match position {
                                Ok(position) => assert_eq!(Some(position), before.next().map(|record| record.position)),
                                Err(_) => break 'history,
                            }
                        }
                    }
                    Err(_) => break,
                }
            }
        }
    }
    match index.directory().names(None, false) {
        Ok(names) => {
            let whole: Result<Vec<_>, Error> = names.collect();
            if let Ok(names) = whole {
                assert_eq!(names.len() as u64, index.directory().twins());
            }
        }
        Err(Error::Damaged { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

/// A file of each kind: the one with the most bytes.
fn victims(disk: &Disk) -> Vec<(String, usize)> {
    let contents = disk.contents();
    let largest = |suffix: &str| {
        let files = contents.iter().filter(|(name, _)| name.ends_with(suffix));
        files.max_by_key(|(_, bytes)| bytes.len()).map(|(name, bytes)| (name.clone(), bytes.len())).unwrap()
    };
    [".index", ".twins", ".names", NAME].map(largest).to_vec()
}

#[test]
fn a_flipped_bit_in_any_byte_is_noticed_and_mended() {
    // Few bits, so that the files have shared hashes as well.
    let (whole, model) = indexed(21, 2);
    for (name, length) in victims(&whole) {
        for byte in 0..length {
            let disk = whole.after_exit();
            disk.flip(&name, byte, (byte % 8) as u32);
            let reader = journal(&disk).reader();
            let (index, opened) = open(&disk, &reader, 2).unwrap();
            check_answers(&model, &index, &reader);
            let is_told = opened.anew.is_some() || !opened.damaged.is_empty();
            // The check of the answers may have noticed already.
            let noticed = is_told || index.verify().is_err() || index.next_step(&reader).is_some() || !index.is_whole();
            assert!(noticed, "byte {byte} of {name}");
            index.catch_up(&reader, &Work::new()).unwrap();
            index.verify().unwrap();
            model.check(&index.directory(), &reader, &mut Random(byte as u64));
        }
    }
}

#[test]
fn a_missing_or_shortened_file_is_built_again() {
    let (whole, model) = indexed(22, 0);
    for (name, bytes) in whole.contents() {
        if name.ends_with(".log") {
            continue;
        }
        for length in [None, Some(0), Some(bytes.len() - 1)] {
            let disk = whole.after_exit();
            let files: &dyn journal::files::Files = &disk;
            match length {
                None => files.remove(&name).unwrap(),
                Some(length) => files.open(&name).unwrap().truncate(length as u64).unwrap(),
            }
            let reader = journal(&disk).reader();
            let (index, opened) = open(&disk, &reader, 0).unwrap();
            assert!(opened.anew.is_some() || opened.damaged.len() == 1, "{name}");
            check_answers(&model, &index, &reader);
            index.catch_up(&reader, &Work::new()).unwrap();
            model.check(&index.directory(), &reader, &mut Random(1));
            assert_eq!(open(&disk, &reader, 0).unwrap().1.damaged, []);
        }
    }
}

#[test]
fn all_indexes_lost_at_once() {
    let (disk, model) = indexed(23, 2);
    let files: &dyn journal::files::Files = &disk;
    for (name, _) in disk.contents() {
        if name.ends_with(".index") || name.ends_with(".twins") || name.ends_with(".names") {
            files.remove(&name).unwrap();
        }
    }
    let reader = journal(&disk).reader();
    let (index, opened) = open(&disk, &reader, 2).unwrap();
    assert!(opened.damaged.iter().any(|file| file.kind == Kind::Twins));
    check_answers(&model, &index, &reader);
    index.catch_up(&reader, &Work::new()).unwrap();
    model.check(&index.directory(), &reader, &mut Random(1));
}

/// Makes the manifest one of another format.
fn reformat(disk: &Disk, format: u32) {
    let (_, bytes) = disk.contents().into_iter().find(|(name, _)| name == NAME).unwrap();
    let mut other = bytes[..bytes.len() - 4].to_vec();
    other[8..12].copy_from_slice(&format.to_le_bytes());
    let check = crc32c::crc32c(&other);
    other.extend_from_slice(&check.to_le_bytes());
    disk.overwrite(NAME, 0, &other);
}

#[test]
fn what_is_older_is_built_anew() {
    let (disk, model) = indexed(24, 0);
    reformat(&disk, FORMAT - 1);
    let reader = journal(&disk).reader();
    let (index, opened) = open(&disk, &reader, 0).unwrap();
    assert_eq!((opened.anew, opened.is_missing), (Some("the index is of an earlier version"), false));
    index.catch_up(&reader, &Work::new()).unwrap();
    model.check(&index.directory(), &reader, &mut Random(1));
}

#[test]
fn a_newer_manifest_is_refused() {
    let (disk, _) = indexed(24, 0);
    reformat(&disk, FORMAT + 1);
    let before = disk.contents();
    let reader = journal(&disk).reader();
    let Err(error) = open(&disk, &reader, 0) else { panic!("it was opened") };
    assert!(error.to_string().contains("open it with a newer version"), "{error}");
    assert_eq!(disk.contents(), before);
}

#[test]
fn an_index_of_another_journal_is_not_used() {
    let (disk, _) = indexed(25, 0);
    let (other, model) = written(26, 60, 30);
    let files: &dyn journal::files::Files = &other;
    for (name, bytes) in disk.contents() {
        if !name.ends_with(".log") {
            files.create(&name).unwrap().write(0, &bytes).unwrap();
        }
    }
    let reader = journal(&other).reader();
    let (index, opened) = open(&other, &reader, 0).unwrap();
    assert!(opened.anew.is_some() && opened.removed > 0);
    index.catch_up(&reader, &Work::new()).unwrap();
    model.check(&index.directory(), &reader, &mut Random(1));
}

#[test]
fn the_manifest_says_what_the_index_knows() {
    let (disk, _) = indexed(27, 0);
    let reader = journal(&disk).reader();
    let manifest = Manifest::read(&disk).unwrap().unwrap();
    let (index, opened) = open(&disk, &reader, 0).unwrap();
    assert_eq!(opened, crate::index::Opened { covered: manifest.covered, ..Default::default() });
    assert_eq!((manifest.twins(), manifest.covered), (index.directory().twins(), index.directory().covered()));
    assert_eq!(Some(manifest.covered), reader.sealed().last().map(|(_, end)| end));
}
