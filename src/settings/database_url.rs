//! The setting `DATABASE_URL`.

use std::fmt;
use std::path::{Path, PathBuf};

use super::bad_setting::BadSetting;

/// The database to use.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// The path of the file.
    Sqlite(PathBuf),
    /// A URL for libpq.
    #[cfg(feature = "_postgres")]
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads `sqlite://a/b.db` (relative), `sqlite:///a/b.db` (absolute) or `postgres://…`.
    pub fn parse(url: &str) -> Result<Self, BadSetting> {
        const NAME: &str = "DATABASE_URL";
        if let Some(path) = url.strip_prefix("sqlite://") {
            return if path.is_empty() || path.ends_with('/') {
                Err(BadSetting::new(
                    NAME,
                    "name a file, for example sqlite://data/expenses.db",
                ))
            } else {
                Ok(Self::Sqlite(Path::new(path).to_owned()))
            };
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            #[cfg(feature = "_postgres")]
            return Ok(Self::Postgres(url.to_owned()));
            #[cfg(not(feature = "_postgres"))]
            return Err(BadSetting::new(NAME, "this program was built without PostgreSQL"));
        }
        Err(BadSetting::new(
            NAME,
            "give sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME",
        ))
    }

    /// The path of the file of an `SQLite` database.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            #[cfg(feature = "_postgres")]
            Self::Postgres(_) => None,
        }
    }
}

/// Leaves the password out, so that a URL can be logged.
impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            #[cfg(feature = "_postgres")]
            Self::Postgres(url) => {
                let host = url
                    .rsplit_once('@')
                    .map_or_else(|| url.trim_start_matches("postgres://"), |(_, host)| host);
                write!(f, "postgres://{}", host.split('?').next().unwrap_or_default())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_url_is_relative_or_absolute_by_its_slashes() {
        assert_eq!(
            DatabaseUrl::parse("sqlite://a/b.db"),
            Ok(DatabaseUrl::Sqlite("a/b.db".into()))
        );
        assert_eq!(
            DatabaseUrl::parse("sqlite:///a/b.db"),
            Ok(DatabaseUrl::Sqlite("/a/b.db".into()))
        );
        assert!(DatabaseUrl::parse("sqlite://").is_err());
        assert!(DatabaseUrl::parse("mysql://x").is_err());
    }

    #[test]
    fn a_password_in_the_database_url_is_never_printed() {
        #[cfg(feature = "_postgres")]
        assert_eq!(
            format!(
                "{:?}",
                DatabaseUrl::parse("postgres://me:secret@db/money?x=y").unwrap()
            ),
            "postgres://db/money"
        );
    }
}
