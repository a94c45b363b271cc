//! Copies of segment files. What has its final name is whole, or, of the last one, goes on behind its last whole frame.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

/// How much is read at a time.
const CHUNK: usize = 1 << 20;

/// The suffix of a file that is not whole yet.
pub const PART: &str = ".part";

/// Whether two names are of one file.
pub fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

/// Whether two files have the same bytes in a range.
pub fn agree(one: &Path, other: &Path, from: u64, to: u64) -> io::Result<bool> {
    let (one, other) = (File::open(one)?, File::open(other)?);
    let (mut left, mut right) = (vec![0; CHUNK], vec![0; CHUNK]);
    let mut at = from;
    while at < to {
        let length = CHUNK.min((to - at) as usize);
        one.read_exact_at(&mut left[..length], at)?;
        other.read_exact_at(&mut right[..length], at)?;
        if left[..length] != right[..length] {
            return Ok(false);
        }
        at += length as u64;
    }
    Ok(true)
}

fn unfinished(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(PART);
    name.into()
}

/// Gives a file another name in another directory, where it is [finished](finish) later; `false` where the two cannot share it.
pub fn link(source: &Path, target: &Path) -> io::Result<bool> {
    match fs::hard_link(source, unfinished(target)) {
        Ok(()) => Ok(true),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Err(why),
        // Another file system, or one without links, or one that has enough of them.
        Err(_) => Ok(false),
    }
}

/// Copies the first bytes of a file, or all of it, durably, to where it is [finished](finish) later; `done` is told of each part.
pub fn copy(source: &Path, target: &Path, length: Option<u64>, done: &mut dyn FnMut(u64)) -> io::Result<()> {
    let source = File::open(source)?;
    let length = length.map_or_else(|| Ok(source.metadata()?.len()), io::Result::Ok)?;
    fill(&source, &File::create(unfinished(target))?, 0, length, done)
}

/// Gives what was linked or copied its final name, in place of what was there.
pub fn finish(target: &Path) -> io::Result<()> {
    fs::rename(unfinished(target), target)
}

/// Adds the bytes that follow those which a copy has, durably; what lies behind those in the copy is cut.
pub fn extend(source: &Path, target: &Path, from: u64, to: u64, done: &mut dyn FnMut(u64)) -> io::Result<()> {
    let file = File::options().write(true).open(target)?;
    file.set_len(from)?;
    fill(&File::open(source)?, &file, from, to, done)
}

fn fill(source: &File, target: &File, from: u64, to: u64, done: &mut dyn FnMut(u64)) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    let mut at = from;
    while at < to {
        let part = &mut chunk[..CHUNK.min((to - at) as usize)];
        source.read_exact_at(part, at)?;
        target.write_all_at(part, at)?;
        at += part.len() as u64;
        done(part.len() as u64);
    }
    target.sync_all()
}
