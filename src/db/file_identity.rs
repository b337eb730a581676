//! Detects that the file of an open `SQLite` database was deleted or replaced.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The path of a file, and the device and inode that were there when it was opened.
#[derive(Debug, Clone)]
pub(super) struct FileIdentity {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl FileIdentity {
    /// The identity of the file that is at `path` now.
    pub(super) fn of(path: &Path) -> std::io::Result<Self> {
        let meta = fs::metadata(path)?;
        Ok(Self {
            path: path.to_owned(),
            device: meta.dev(),
            inode: meta.ino(),
        })
    }

    /// An error if there is no file or another file at the path: writes to a deleted file are lost.
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
