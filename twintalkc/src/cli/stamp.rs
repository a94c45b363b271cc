//! What a binary was built from: with the same inputs it is used again, and cargo not called.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// The file beside a scaffold that remembers its last build.
pub struct Stamp {
    file: PathBuf,
    inputs: String,
}

impl Stamp {
    /// The stamp in `directory` for a build from these inputs.
    pub fn new(directory: &Path, inputs: impl Hash) -> Self {
        Stamp { file: directory.join("stamp"), inputs: format!("{:016x}", digest(inputs)) }
    }

    /// The binary that was built from the same inputs, if there is one.
    pub fn binary(&self) -> Option<PathBuf> {
        let text = fs::read_to_string(&self.file).ok()?;
        let (inputs, binary) = text.split_once('\n')?;
        let binary = PathBuf::from(binary);
        (inputs == self.inputs && binary.is_file()).then(|| {
            // Its time says when it was last of use.
            self.write(&binary);
            binary
        })
    }

    /// Remembers a build. That it cannot be remembered costs time only.
    pub fn write(&self, binary: &Path) {
        let _ = fs::write(&self.file, format!("{}\n{}", self.inputs, binary.display()));
    }
}

/// A number for what was given, the same in every process.
pub fn digest(inputs: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    inputs.hash(&mut hasher);
    hasher.finish()
}
