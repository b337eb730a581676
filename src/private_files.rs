//! Files with people's data: only the user that runs the program may open them.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::Mode;

/// Has every file and folder that this process makes from now on belong to its owner alone, whichever library makes it.
pub fn make_all_private() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
}

/// Takes the rights of everybody but the owner away from a file; a sentence for the log where others had any.
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

/// A new, empty, private file in the place of what an earlier try has left at `path`. A link there is removed and not
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
