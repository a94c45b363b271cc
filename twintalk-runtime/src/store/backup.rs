//! `store backup`
//!
//! Segments that are finished change only as a whole, when they are compacted: they are linked, or copied once. Of the last
//! one is copied what whole frames were found in it by reading, which the writer does not touch any more. So a copy never
//! shows half of what was being written, and nothing has to wait for it.
//!
//! What a compacted segment lacks is told by a newer one, which was compacted before it. So segments are read from the oldest
//! to the newest, while others may be compacting; and those that take the place of what an earlier backup copied do so
//! at the end, from the newest to the oldest: whenever it is interrupted, the copy is whole.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::finding::Finding;
use super::options::Backup;
use super::progress::Progress;
use super::segments::{PART, agree, copy, extend, finish, is_same, link};
use super::{Failure, Outcome, source, text};
use crate::journal::files::{Directory, Files};
use crate::journal::frame::HEADER;
use crate::journal::look::{Look, Stretch, look};
use crate::journal::{Error, Position};

/// What was done.
struct Done {
    /// Bytes that were copied, that were linked, and that were there.
    copied: u64,
    linked: u64,
    kept: u64,
    /// Where what is new begins.
    new: Option<Position>,
    /// Those that take the place of what was there, in order.
    replaced: Vec<PathBuf>,
    progress: Progress,
}

impl Backup {
    /// Copies what is new, makes it durable, and reads it.
    pub fn run(&self) -> Outcome {
        let from = source::open(&self.data.data)?;
        let directory = Directory::open(&self.to).map_err(|why| self.cannot("make", &self.to, &why))?;
        if is_same(&self.data.data, &self.to) {
            return Err(format!("`{}` is the directory itself: name another one with --to", self.to.display()).into());
        }
        // Two backups at once, or a server on the copy, would destroy it.
        let _lock = match directory.lock().map_err(|why| self.cannot("lock", &self.to, &why))? {
            Some(lock) => lock,
            None => return Err(self.told(&Error::Locked { path: self.to.clone() })),
        };
        self.tidy(&from)?;
        let there = look(&self.to).map_err(|error| self.told(&error))?;
        let all = from.segments.iter().map(Stretch::bytes).sum();
        let mut done = Done { copied: 0, linked: 0, kept: 0, new: None, replaced: Vec::new(), progress: Progress::new("copying", all) };
        for (index, stretch) in from.segments.iter().enumerate() {
            let is_finished = stretch.sealed || index + 1 < from.segments.len();
            let target = self.to.join(stretch.path.file_name().unwrap_or_default());
            let before = there.segments.iter().find(|copy| copy.base == stretch.base);
            self.segment(stretch, is_finished, &target, before, &mut done)?;
        }
        for target in done.replaced.iter().rev() {
            finish(target).map_err(|why| self.cannot("replace", target, &why))?;
        }
        directory.sync().map_err(|why| self.cannot("sync", &self.to, &why))?;
        drop(done.progress);
        let damages = self.verify(&from, done.new)?;
        let mut out = io::stdout().lock();
        for damage in &damages {
            writeln!(out, "damage: {damage}")?;
        }
        writeln!(
            out,
            "backed up to position {} in {} segments: {} copied, {} linked, {} there before",
            from.end,
            from.segments.len(),
            text::bytes(done.copied),
            text::bytes(done.linked),
            text::bytes(done.kept)
        )?;
        Ok(if damages.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// Removes what an interrupted backup left, and refuses a directory that is no backup of this one.
    fn tidy(&self, from: &Look) -> Result<(), Failure> {
        let entries = fs::read_dir(&self.to).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        for entry in entries.map_err(|why| self.cannot("read", &self.to, &why))? {
            let (name, path) = (entry.file_name(), entry.path());
            let text = name.to_string_lossy();
            if text.ends_with(PART) {
                fs::remove_file(&path).map_err(|why| self.cannot("remove", &path, &why))?;
            }
            let is_known = from.segments.iter().any(|segment| segment.path.file_name() == Some(&*name));
            if text.ends_with(".log") && !is_known {
                return Err(self.stranger(&path));
            }
        }
        Ok(())
    }

    fn segment(
        &self,
        stretch: &Stretch,
        is_finished: bool,
        target: &Path,
        before: Option<&Stretch>,
        done: &mut Done,
    ) -> Result<(), Failure> {
        let failed = |doing: &'static str| move |why: io::Error| self.cannot(doing, target, &why);
        let (source, length) = (stretch.path.as_path(), stretch.bytes());
        let mut had = before.map_or(0, Stretch::bytes);
        if is_same(source, target) {
            done.kept += length;
            return Ok(());
        }
        let is_start = |had| self.is_start(source, target, had, length).map_err(failed("compare"));
        let is_replaced = had > 0 && stretch.compacted.is_some() && (had != length || !is_start(had)?);
        if is_replaced {
            if before.is_some_and(|before| before.epoch != stretch.epoch || before.end > stretch.end) {
                return Err(self.stranger(target));
            }
            had = 0;
        }
        if had > 0 {
            if had > length || !is_start(had)? {
                return Err(self.stranger(target));
            }
            if had == length {
                done.kept += length;
                return Ok(());
            }
        }
        let base = stretch.base.0;
        let is_linked = is_finished && !self.copy && link(source, target).map_err(failed("link"))?;
        if is_linked {
            done.linked += length;
            had = 0;
        } else {
            let mut copied = 0;
            let mut tell = |bytes| {
                copied += bytes;
                done.progress.at(base + had + copied);
            };
            match had {
                0 => copy(source, target, (!is_finished).then_some(length), &mut tell).map_err(failed("write"))?,
                _ => extend(source, target, had, length, &mut tell).map_err(failed("write"))?,
            }
            done.copied += copied;
            done.kept += had;
        }
        if is_replaced {
            done.replaced.push(target.to_owned());
        } else if had == 0 {
            finish(target).map_err(failed("finish"))?;
        }
        done.new = Some(done.new.unwrap_or(Position(base + had)));
        Ok(())
    }

    /// Whether a copy has the first bytes of a segment. Of one that is whole, its headers and its end are looked at: they
    /// have its epoch, its positions and the checksum of its first frame.
    fn is_start(&self, source: &Path, target: &Path, had: u64, length: u64) -> io::Result<bool> {
        let ends = 2 * HEADER as u64;
        if had == length && length > 2 * ends {
            return Ok(agree(source, target, 0, ends)? && agree(source, target, length - ends, length)?);
        }
        agree(source, target, 0, had)
    }

    /// Opens the copy, and reads what is new in it.
    fn verify(&self, from: &Look, new: Option<Position>) -> Result<Vec<Finding>, Failure> {
        let copied = look(&self.to).map_err(|error| self.told(&error))?;
        let mut damages: Vec<Finding> = copied.damages.iter().map(|damage| Finding::damage(damage, None)).collect();
        if copied.end != from.end {
            let what = format!("the copy ends at position {}, and not at {}", copied.end, from.end);
            damages.push(Finding::record(&copied, copied.end, what, None));
        }
        let start = new.unwrap_or(copied.end);
        let mut progress = Progress::new("verifying", copied.end.0.saturating_sub(start.0));
        for record in new.into_iter().flat_map(|new| copied.reader.records(new)) {
            match record {
                Ok(record) => progress.at(record.position.0.saturating_sub(start.0)),
                Err(Error::Damaged(damage)) => damages.push(Finding::damage(&damage, None)),
                Err(error) => return Err(self.told(&error)),
            }
        }
        Ok(damages)
    }

    fn stranger(&self, path: &Path) -> Failure {
        let (path, data) = (path.display(), self.data.data.display());
        format!("`{path}` is not of a backup of `{data}`: choose a new directory with --to").into()
    }

    fn told(&self, error: &Error) -> Failure {
        match error {
            Error::Locked { path } => {
                format!("`{}` is in use by another process: stop that, or choose another directory with --to", path.display()).into()
            }
            _ => error.to_string().into(),
        }
    }

    fn cannot(&self, doing: &str, path: &Path, why: &io::Error) -> Failure {
        let help = match why.kind() {
            io::ErrorKind::StorageFull => ": make room there; what was copied is used by the next backup",
            io::ErrorKind::PermissionDenied => ": run this as a user who may, or choose another directory with --to",
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => ": choose another directory with --to",
            _ => "",
        };
        format!("cannot {doing} `{}`: {why}{help}", path.display()).into()
    }
}
