//! A log is looked at while it is written.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use super::super::faulty::Disk;
use super::super::files::{File, Files, Lock, Region, Space};
use super::super::look::look_in;
use super::{Driven, Durability, read_all, small};

/// The bytes of a log's only segment after each of its frames, and where the frame ends.
fn stages(tags: u8) -> Vec<(Vec<u8>, usize)> {
    let disk = Disk::default();
    let mut log = Driven::open(&disk, &small(Durability::Sync)).unwrap();
    let stages = (1..=tags).map(|tag| {
        log.append(tag, &[20, 1 + tag as usize]).unwrap();
        log.drain();
        let end = log.parts.segments.durable().0 as usize;
        (disk.contents().remove(0).1, end)
    });
    stages.collect()
}

/// A directory with one segment, which changes after each read of all of it.
struct Changing {
    /// What the segment is at the first such read, and at later ones.
    reads: Arc<Vec<Vec<u8>>>,
    read: Arc<AtomicUsize>,
}

impl Changing {
    fn new(reads: Vec<Vec<u8>>) -> Self {
        Self { reads: Arc::new(reads), read: Arc::default() }
    }
}

fn refused<T>() -> io::Result<T> {
    Err(io::ErrorKind::ReadOnlyFilesystem.into())
}

impl Files for Changing {
    fn path(&self, name: &str) -> PathBuf {
        name.into()
    }
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(vec!["0000000000000000.log".to_owned(), "lock".to_owned(), "0000000000001000.log.new".to_owned()])
    }
    fn create(&self, _: &str) -> io::Result<Box<dyn File>> {
        refused()
    }
    fn open(&self, _: &str) -> io::Result<Box<dyn File>> {
        Ok(Box::new(Opened { reads: Arc::clone(&self.reads), read: Arc::clone(&self.read) }))
    }
    fn rename(&self, _: &str, _: &str) -> io::Result<()> {
        refused()
    }
    fn remove(&self, _: &str) -> io::Result<()> {
        refused()
    }
    fn sync(&self) -> io::Result<()> {
        refused()
    }
    fn space(&self) -> io::Result<Space> {
        refused()
    }
    fn lock(&self) -> io::Result<Option<Lock>> {
        refused()
    }
}

struct Opened {
    reads: Arc<Vec<Vec<u8>>>,
    read: Arc<AtomicUsize>,
}

impl Opened {
    fn now(&self) -> &[u8] {
        &self.reads[self.read.load(Ordering::Relaxed).min(self.reads.len() - 1)]
    }
}

impl File for Opened {
    fn length(&self) -> io::Result<u64> {
        Ok(self.now().len() as u64)
    }
    fn read(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let bytes = self.now().get(offset as usize..).and_then(|rest| rest.get(..into.len())).ok_or(io::ErrorKind::UnexpectedEof)?;
        into.copy_from_slice(bytes);
        if into.len() == self.now().len() {
            self.read.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
    fn write(&self, _: u64, _: &[u8]) -> io::Result<()> {
        refused()
    }
    fn allocate(&self, _: u64) -> io::Result<()> {
        refused()
    }
    fn truncate(&self, _: u64) -> io::Result<()> {
        refused()
    }
    fn sync(&self) -> io::Result<()> {
        refused()
    }
    fn map(&self, length: usize) -> io::Result<Arc<Region>> {
        let region = Region::anonymous(length)?;
        region.write(0, &self.now()[..length]);
        Ok(Arc::new(region))
    }
}

#[test]
fn it_ends_with_the_last_whole_frame() {
    let stages = stages(4);
    let (whole, end) = stages.last().unwrap();
    for cut in 40..=*end {
        let mut bytes = whole.clone();
        bytes[cut..].fill(0);
        let look = look_in(&Changing::new(vec![bytes.clone()])).unwrap();
        let ends = stages.iter().map(|(_, end)| *end);
        // A byte that is cut may have been 0.
        let expected = ends.filter(|&end| bytes[..end] == whole[..end]).max();
        assert_eq!(look.end.0 as usize, expected.unwrap_or(0), "{cut}");
        assert!(look.damages.is_empty());
        assert_eq!(read_all(&look.reader).unwrap().len(), 2 * stages.iter().filter(|(_, end)| Some(*end) <= expected).count());
    }
}

#[test]
fn a_frame_met_half_written_is_no_damage() {
    let stages = stages(4);
    let [.., (_, before), (_, third), (last, end)] = &stages[..] else { panic!("four stages") };
    // The reader passed the third frame before it was whole, and found the fourth one, which calls the third durable.
    let mut torn = last.clone();
    torn[*third - 8..*third].fill(0xee);
    let look = look_in(&Changing::new(vec![torn.clone(), last.clone()])).unwrap();
    assert_eq!((look.end.0 as usize, look.tail), (*end, 0));
    assert_eq!(read_all(&look.reader).unwrap().len(), 8);
    // If it stays as it is, it is damage.
    let look = look_in(&Changing::new(vec![torn])).unwrap();
    let damages: Vec<_> = look.reader.records(crate::journal::Position::NONE).filter_map(Result::err).collect();
    assert_eq!(damages.len(), 1, "{damages:?}");
    assert!(look.end.0 as usize >= *third && before < third);
}

#[test]
fn a_segment_that_is_cut_meanwhile_is_read_again() {
    let disk = Disk::default();
    let mut log = Driven::open(&disk, &small(Durability::Sync)).unwrap();
    log.append(1, &[20]).unwrap();
    log.drain();
    let before = disk.contents().remove(0).1;
    log.close().unwrap();
    let sealed = disk.contents().remove(0).1;
    assert!(sealed.len() < before.len());
    let look = look_in(&Changing::new(vec![before.clone(), sealed.clone()])).unwrap();
    assert!(!look.segments[0].sealed && read_all(&look.reader).unwrap().len() == 1);
    let look = look_in(&Changing::new(vec![sealed.clone()])).unwrap();
    assert!(look.segments[0].sealed && look.end.0 as usize == sealed.len());
    let look = look_in(&disk).unwrap();
    assert_eq!((look.end.0 as usize, look.segments.len()), (sealed.len(), 1));
}
