//! Free space on a disk.

use std::path::Path;

use crate::settings::{DatabaseUrl, Settings};

/// In bytes; below it `/readyz` warns. Enough for a few months of a busy household's entries.
pub const LOW_SPACE: u64 = 100 << 20;

/// Bytes that this process can still write to the disk of `path`; `None` if unknown.
pub fn free(path: &Path) -> Option<u64> {
    let there = path
        .ancestors()
        .find(|path| path.exists())
        .unwrap_or(Path::new("."));
    let disk = rustix::fs::statvfs(there).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// The folder of the database, or on PostgreSQL of the key file.
pub(super) fn data_folder(settings: &Settings) -> &Path {
    match &settings.database {
        DatabaseUrl::Sqlite(path) => path
            .parent()
            .filter(|path| !path.as_os_str().is_empty())
            .unwrap_or(Path::new(".")),
        #[cfg(feature = "_postgres")]
        DatabaseUrl::Postgres(_) => &settings.data_dir,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_has_a_disk() {
        let folder = tempfile::tempdir().unwrap();
        assert!(free(folder.path()).is_some_and(|bytes| bytes > 0));
        assert!(free(&folder.path().join("not/made/yet")).is_some());
        assert!(free(Path::new("data/not-made-yet")).is_some());
    }
}
