//! Which file a path led to when it was opened: writes to a file that was deleted or replaced would be lost.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Which file a database was opened from: its path, and what the system knows the file by.
#[derive(Debug, Clone)]
pub(super) struct FileIdentity {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl FileIdentity {
    /// Of the file that is at `path` now.
    pub(super) fn of(path: &Path) -> std::io::Result<Self> {
        let meta = fs::metadata(path)?;
        Ok(Self {
            path: path.to_owned(),
            device: meta.dev(),
            inode: meta.ino(),
        })
    }

    /// An error when another file is at the path now, or none: what is written to a file that was deleted is lost.
    pub(super) fn check(&self) -> Result<(), String> {
        match Self::of(&self.path) {
            Ok(now) if (now.device, now.inode) == (self.device, self.inode) => Ok(()),
            Ok(_) => Err(format!(
                "{} is not the file that was opened: put that one back, or restart",
                self.path.display()
            )),
            Err(error) => Err(format!("{} is gone: {error}", self.path.display())),
        }
    }
}
