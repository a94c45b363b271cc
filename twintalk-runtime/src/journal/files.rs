//! The file layer: the few operations the journal needs, behind traits so that tests can inject faults.

use std::any::Any;
use std::fs::{self, TryLockError};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use super::region::Region;

/// The name of the file whose lock keeps a second process out.
const LOCK: &str = "lock";

/// What keeps others out of a directory while it lives.
pub type Lock = Arc<dyn Any + Send + Sync>;

/// How much a disk holds, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// What may still be written.
    pub free: u64,
    /// What there is in all.
    pub total: u64,
}

/// A directory of files.
pub trait Files: Send + Sync {
    /// Where a file is, for messages.
    fn path(&self, name: &str) -> PathBuf;
    /// The names of all files.
    fn list(&self) -> io::Result<Vec<String>>;
    /// Makes an empty file, or empties one.
    fn create(&self, name: &str) -> io::Result<Box<dyn File>>;
    /// Opens a file that exists.
    fn open(&self, name: &str) -> io::Result<Box<dyn File>>;
    /// Gives a file another name.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Makes names durable: what was created, renamed and removed.
    fn sync(&self) -> io::Result<()>;
    /// How much room the disk has.
    fn space(&self) -> io::Result<Space>;
    /// Keeps others out until all clones of the answer are dropped; `None` if somebody is in.
    fn lock(&self) -> io::Result<Option<Lock>>;
}

/// An open file.
pub trait File: Send + Sync {
    /// How many bytes it has.
    fn length(&self) -> io::Result<u64>;
    /// Reads exactly as many bytes as `into` has.
    fn read(&self, offset: u64, into: &mut [u8]) -> io::Result<()>;
    /// Writes all bytes.
    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Extends it to `length`, with space on the disk where the file system can promise it.
    fn allocate(&self, length: u64) -> io::Result<()>;
    /// Shortens it.
    fn truncate(&self, length: u64) -> io::Result<()>;
    /// Makes its content and length durable.
    fn sync(&self) -> io::Result<()>;
    /// Maps its first bytes for reading, none of them published yet.
    fn map(&self, length: usize) -> io::Result<Arc<Region>>;
}

/// A directory of the operating system.
#[derive(Debug)]
pub struct Directory(PathBuf);

impl Directory {
    /// Opens a directory and creates it, durably, if it is missing.
    pub fn open(path: &Path) -> io::Result<Self> {
        if !path.is_dir() {
            fs::create_dir_all(path)?;
            if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                fs::File::open(parent)?.sync_all()?;
            }
        }
        Ok(Self(path.to_owned()))
    }
}

impl Files for Directory {
    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        fs::read_dir(&self.0)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn File>> {
        let file = fs::File::options().read(true).write(true).create(true).truncate(true).open(self.path(name))?;
        Ok(Box::new(file))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn File>> {
        Ok(Box::new(fs::File::options().read(true).write(true).open(self.path(name))?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path(from), self.path(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path(name))
    }

    fn sync(&self) -> io::Result<()> {
        fs::File::open(&self.0)?.sync_all()
    }

    fn space(&self) -> io::Result<Space> {
        let disk = rustix::fs::statvfs(&self.0)?;
        Ok(Space { free: disk.f_bavail.saturating_mul(disk.f_frsize), total: disk.f_blocks.saturating_mul(disk.f_frsize) })
    }

    fn lock(&self) -> io::Result<Option<Lock>> {
        let file = fs::File::options().write(true).create(true).truncate(false).open(self.path(LOCK))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Arc::new(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl File for fs::File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.read_exact_at(into, offset)
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn allocate(&self, length: u64) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        match rustix::fs::fallocate(self, rustix::fs::FallocateFlags::empty(), 0, length) {
            // Some file systems cannot promise space; a file with holes serves.
            Err(rustix::io::Errno::OPNOTSUPP) => {}
            result => return Ok(result?),
        }
        self.set_len(length)
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }

    fn map(&self, length: usize) -> io::Result<Arc<Region>> {
        Region::of_file(self, length).map(Arc::new)
    }
}
