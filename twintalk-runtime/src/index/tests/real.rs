//! The indexer's thread, over real files, while the journal is written.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::model::{Model, config, key};
use crate::index::{Config, Index, Indexer};
use crate::journal::faulty::Random;
use crate::journal::files::Directory;
use crate::journal::{Journal, SegmentLog};

#[test]
fn the_indexer_follows_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = Model::default();
    let mut random = Random(1);
    for _ in 0..2 {
        let log: Arc<dyn Journal> = Arc::new(SegmentLog::open(folder.path(), &config()).unwrap().0);
        let files = Arc::new(Directory::open(folder.path()).unwrap());
        let (index, opened) = Index::open(files, &log.reader(), &Config { key: Some(key(0)) }).unwrap();
        assert_eq!(opened.damaged, []);
        let index = Arc::new(index);
        let indexer = Indexer::start(Arc::clone(&index), Arc::clone(&log), None).unwrap();
        for n in 0..300 {
            model.act(&*log, &mut random, 40);
            if n % 50 == 0 {
                indexer.wake();
                model.check(&index.directory(), &log.reader(), &mut random);
            }
        }
        let start = Instant::now();
        while indexer.status().behind > 0 || indexer.status().step.is_some() {
            assert!(start.elapsed() < Duration::from_secs(60), "{:?}", indexer.status());
            indexer.wake();
            std::thread::sleep(Duration::from_millis(2));
        }
        indexer.stop();
        assert_eq!(indexer.status().error, None);
        assert!(indexer.status().written > 0);
        model.check(&index.directory(), &log.reader(), &mut random);
        index.verify().unwrap();
        log.close().unwrap();
    }
}
