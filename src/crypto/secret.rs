//! The key file: the secret that signs session tokens where `JWT_SECRET` is not set, created on the first start.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use super::encoding::hex;
use crate::private_files::make_private;

/// The minimum length of a secret: the output length of HMAC-SHA256.
const MIN_BYTES: usize = 32;
/// Random bytes in a new secret; the file contains them as hexadecimal text.
const RANDOM_BYTES: usize = 32;
/// Longer files are not read further.
const MAX_FILE_BYTES: u64 = 4096;

/// A secret from the key file, and a warning for the operator.
#[derive(PartialEq, Eq)]
pub struct Loaded {
    /// The secret: the text of the file without the white space around it, so that the same text works as
    /// `JWT_SECRET`.
    pub secret: Vec<u8>,
    /// One sentence for the log if other users could read the file.
    pub warning: Option<String>,
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded")
            .field("warning", &self.warning)
            .finish_non_exhaustive()
    }
}

/// The secret in the file `path`. A missing file is created with mode 0600; two processes that start at the same time get
/// the same secret. The error is one line that names the file: it can't be read or created, or has fewer than 32 bytes.
pub fn load_or_create(path: &Path) -> Result<Loaded, String> {
    let failed = |what: &str, source: &dyn fmt::Display| {
        format!("could not {what} the key file {}: {source}", path.display())
    };
    match read(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => {
            create(path).map_err(|e| failed("make", &e))?;
        }
        other => return judge(path, &other.map_err(|e| failed("read", &e))?),
    }
    judge(path, &read(path).map_err(|e| failed("read", &e))?)
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(std::io::Error::other("it is not a file"));
    }
    let mut text = Vec::new();
    file.take(MAX_FILE_BYTES).read_to_end(&mut text)?;
    Ok(text)
}

fn judge(path: &Path, text: &[u8]) -> Result<Loaded, String> {
    let secret = text.trim_ascii().to_vec();
    if secret.len() < MIN_BYTES {
        return Err(format!(
            "the key file {} has {} bytes, and a key needs at least {MIN_BYTES}: \
             remove it to get a new one (everybody signs in again)",
            path.display(),
            secret.len()
        ));
    }
    let warning = make_private(path).map(|warning| {
        format!("{warning}. It is the key file: if someone may have seen it, remove it and restart")
    });
    Ok(Loaded { secret, warning })
}

/// Writes a new key to a temporary file and links it to `path` once it is synced. A key that another process has created
/// meanwhile is kept.
fn create(path: &Path) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.tmp", hex(&random::<8>()?)));
    let draft = Path::new(&draft);
    let written = write_new(draft).and_then(|()| name(draft, path));
    let removed = fs::remove_file(draft);
    written?;
    // After a rename the temporary file no longer exists.
    removed.or_else(|e| {
        if e.kind() == ErrorKind::NotFound {
            Ok(())
        } else {
            Err(e)
        }
    })?;
    File::open(folder)?.sync_all()
}

fn write_new(draft: &Path) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)?;
    writeln!(file, "{}", hex(&random::<RANDOM_BYTES>()?))?;
    file.sync_all()
}

fn name(draft: &Path, path: &Path) -> std::io::Result<()> {
    match fs::hard_link(draft, path) {
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
        // Some file systems have no hard links. There the last of two concurrent processes wins.
        Err(_) if !path.exists() => fs::rename(draft, path),
        other => other,
    }
}

fn random<const N: usize>() -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| std::io::Error::other(e.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_first_start_makes_a_key_and_the_next_finds_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data").join("jwt_secret");
        let first = load_or_create(&path).unwrap();
        assert_eq!(first.secret.len(), 64);
        assert_eq!(first.warning, None);
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(load_or_create(&path).unwrap(), first);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        assert_eq!(fs::read(&path).unwrap().trim_ascii(), first.secret);
    }

    #[test]
    fn two_folders_get_two_keys() {
        let folder = tempfile::tempdir().unwrap();
        let one = load_or_create(&folder.path().join("one")).unwrap();
        assert_ne!(one, load_or_create(&folder.path().join("two")).unwrap());
    }

    #[test]
    fn processes_that_start_at_once_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jwt_secret");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..16)
                .map(|_| scope.spawn(|| load_or_create(&path).unwrap().secret))
                .collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_can_read_is_tightened_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jwt_secret");
        fs::write(&path, "k".repeat(40)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let loaded = load_or_create(&path).unwrap();
        assert!(loaded.warning.unwrap().contains("jwt_secret"));
        assert_eq!(mode(&path), 0o600);
        assert_eq!(load_or_create(&path).unwrap().warning, None);
    }

    #[test]
    fn a_key_that_is_too_short_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jwt_secret");
        for text in ["", "\n\n", "short", &format!("{}\n\n\n", "k".repeat(31))] {
            fs::write(&path, text).unwrap();
            let message = load_or_create(&path).unwrap_err();
            assert!(
                message.contains("jwt_secret") && !message.contains('\n'),
                "{message}"
            );
        }
        assert!(load_or_create(folder.path()).unwrap_err().contains("not a file"));
    }
}
