//! What the index does for a twin that is erased.

use std::sync::Arc;

use super::directory::Directory;
use super::names::{self, Change, Names, NamesRun, NamesWriter};
use super::work::Work;
use super::{Error, Index, Span, lock};
use crate::journal::Position;

impl Directory {
    /// The segments with records of a twin, or of one that shares its hash, up to a position, the oldest first.
    pub fn holding(&self, id: &str, until: Position) -> Result<Vec<Span>, Error> {
        let hash = self.hash(id);
        let mut holding = Vec::new();
        for (segment, slot) in self.segments.iter().filter(|(segment, _)| segment.span.base <= until.0) {
            let table = slot.whole()?;
            let all = table.all(hash)?;
            if table.beyond(all.clone(), until)? > all.start {
                holding.push(segment.span);
            }
        }
        Ok(holding)
    }
}

impl Index {
    /// Takes the name of a twin whose life ended at or before a position out of the names. Its files do not have it any more then.
    pub fn unname(&self, id: &str, until: Position, work: &Work) -> Result<(), Error> {
        let _step = lock(&self.step);
        let mut directory = (*self.directory()).clone();
        let mut is_changed = false;
        for run in &mut directory.names {
            if names::find(run, id)?.is_some_and(|name| name.position <= until) {
                *run = Arc::new(self.without(run, id, work)?);
                is_changed = true;
            }
        }
        if is_changed { self.replace(directory, work) } else { Ok(()) }
    }

    /// Writes a run again without one of its names.
    fn without(&self, run: &Arc<NamesRun>, id: &str, work: &Work) -> Result<NamesRun, Error> {
        let name = run.name();
        let mut writer = NamesWriter::create(&*self.files, name)?;
        for name in Names::new(std::slice::from_ref(run), None, true)? {
            let name = name?;
            if name.id != id {
                writer.push(&Change { id: name.id.as_str().into(), schema: name.schema, position: name.position, ends: name.ended })?;
            }
        }
        work.wrote(writer.finish()?);
        NamesRun::open(&*self.files, name)
    }
}
