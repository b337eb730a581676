//! Keeps files with personal data readable by the user who runs the program only.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::Mode;

/// Sets the umask, so that every new file and folder of this process is private, also those that libraries create.
pub fn make_all_private() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
}

/// Removes the access of group and others from a file; returns a sentence for the log if they had any.
pub fn make_private(path: &Path) -> Option<String> {
    let mode = fs::metadata(path).ok()?.permissions().mode();
    let owners = mode & !0o077;
    if mode == owners {
        return None;
    }
    let name = path.display();
    Some(
        match fs::set_permissions(path, fs::Permissions::from_mode(owners)) {
            Ok(()) => format!("other users could open {name}; now only its owner can"),
            Err(error) => format!("other users can open {name}, and its mode could not be changed: {error}"),
        },
    )
}

/// Creates an empty private file, replacing a leftover of an earlier attempt at `path`. A link there is removed, not
/// followed.
pub fn create_in_place(path: &Path) -> std::io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}
