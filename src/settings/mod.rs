//! The settings: names, defaults, and a message for each invalid value.

mod bad_setting;
mod database_url;
mod public_url;
mod raw;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

pub use bad_setting::BadSetting;
pub use database_url::DatabaseUrl;
pub use public_url::PublicUrl;
pub use raw::RawSettings;

/// Enough for everybody behind one address; stops a flood.
const ACCOUNTS_PER_HOUR: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// The checked settings.
#[derive(Debug, Clone)]
pub struct Settings {
    pub host: String,
    /// 0 picks a free one.
    pub port: u16,
    /// Folder for the database and the key file.
    pub data_dir: PathBuf,
    pub database: DatabaseUrl,
    /// How long a request waits for one unit of work of PostgreSQL.
    pub statement_timeout: Duration,
    /// The most bytes of memory for cached pages.
    pub cache_bytes: u64,
    /// The key that signs sessions; `None` if a generated one is used.
    pub jwt_secret: Option<Vec<u8>>,
    pub public_url: Option<PublicUrl>,
    /// Proxies whose `X-Forwarded-For` is used.
    pub trusted_proxies: Vec<IpNet>,
    pub registration_open: bool,
    /// Accounts that one client address may create in an hour.
    pub accounts_per_hour: NonZeroU32,
    /// Rounds of PBKDF2 for a new password.
    pub password_rounds: u32,
    pub assets_dir: PathBuf,
    /// Bearer token for `/metrics`.
    pub metrics_token: Option<String>,
    /// Folder for nightly backups; `None` for no backups.
    pub backup_dir: Option<PathBuf>,
    /// Number of nightly backups to keep.
    pub backup_keep: usize,
    /// A filter of `tracing`.
    pub log: String,
    pub log_json: bool,
}

impl Settings {
    /// Checks every value; an empty one counts as not set.
    pub fn check(given: RawSettings) -> Result<Self, BadSetting> {
        let host = host(given.host)?;
        let data_dir = PathBuf::from(text(given.data_dir).unwrap_or_else(|| "data".to_owned()));
        let database = match text(given.database_url) {
            Some(url) => DatabaseUrl::parse(&url)?,
            None => DatabaseUrl::Sqlite(data_dir.join("expenses.db")),
        };
        let jwt_secret = text(given.jwt_secret).map(String::into_bytes);
        if jwt_secret.as_ref().is_some_and(|secret| secret.len() < 32) {
            return Err(BadSetting::new(
                "JWT_SECRET",
                "give at least 32 bytes, for example from `openssl rand -hex 32`",
            ));
        }
        Ok(Self {
            host,
            port: number("PORT", given.port, 8000, "a number from 0 to 65535")?,
            data_dir,
            database,
            statement_timeout: statement_timeout(given.statement_timeout)?,
            cache_bytes: cache_bytes(given.cache_size)?,
            jwt_secret,
            public_url: text(given.public_url)
                .map(|url| PublicUrl::parse(&url))
                .transpose()?,
            trusted_proxies: proxies(given.trusted_proxies)?,
            registration_open: choice("REGISTRATION", given.registration, &["open", "closed"])? == 0,
            accounts_per_hour: number(
                "ACCOUNTS_PER_HOUR",
                given.accounts_per_hour,
                ACCOUNTS_PER_HOUR,
                "a number of 1 or more",
            )?,
            password_rounds: number(
                "PASSWORD_ROUNDS",
                given.password_rounds,
                600_000,
                "a number of rounds of 1 or more",
            )
            .and_then(|rounds: u32| match rounds {
                0 => Err(BadSetting::new(
                    "PASSWORD_ROUNDS",
                    "give a number of rounds of 1 or more",
                )),
                rounds => Ok(rounds),
            })?,
            assets_dir: PathBuf::from(text(given.assets_dir).unwrap_or_else(|| "assets/dist".to_owned())),
            metrics_token: text(given.metrics_token),
            backup_dir: text(given.backup_dir).map(PathBuf::from),
            backup_keep: match number("BACKUP_KEEP", given.backup_keep, 7, "a number of 1 or more")? {
                0 => return Err(BadSetting::new("BACKUP_KEEP", "give a number of 1 or more")),
                keep => keep,
            },
            log: text(given.log).unwrap_or_else(|| "info".to_owned()),
            log_json: choice("LOG_FORMAT", given.log_format, &["text", "json"])? == 1,
        })
    }

    /// Creates the data folder if it is missing, readable only by its owner.
    pub fn make_data_dir(&self) -> Result<(), BadSetting> {
        use std::os::unix::fs::DirBuilderExt as _;
        let folder = &self.data_dir;
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| {
                BadSetting::new(
                    "DATA_DIR",
                    format_args!("can't create the folder {}: {error}", folder.display()),
                )
            })
    }

    /// The path under which the app is mounted: empty, or `/money`.
    pub fn base_path(&self) -> &str {
        self.public_url.as_ref().map_or("", |url| &url.path)
    }

    /// Whether the public URL is https.
    pub(crate) fn https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.https)
    }
}

fn text(given: Option<String>) -> Option<String> {
    given
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
}

fn number<T: std::str::FromStr>(
    name: &str,
    given: Option<String>,
    default: T,
    what: &str,
) -> Result<T, BadSetting> {
    text(given).map_or(Ok(default), |value| {
        value
            .parse()
            .map_err(|_| BadSetting::new(name, format_args!("“{value}” is not {what}")))
    })
}

fn choice(name: &str, given: Option<String>, choices: &[&str]) -> Result<usize, BadSetting> {
    let Some(value) = text(given) else { return Ok(0) };
    choices.iter().position(|choice| *choice == value).ok_or_else(|| {
        BadSetting::new(
            name,
            format_args!("“{value}” is not one of {}", choices.join(", ")),
        )
    })
}

fn host(given: Option<String>) -> Result<String, BadSetting> {
    let host = text(given).unwrap_or_else(|| "127.0.0.1".to_owned());
    if host != "localhost" && host.trim_matches(['[', ']']).parse::<IpAddr>().is_err() {
        return Err(BadSetting::new(
            "HOST",
            "give an IP address, for example 127.0.0.1 or 0.0.0.0",
        ));
    }
    Ok(host)
}

fn statement_timeout(given: Option<String>) -> Result<Duration, BadSetting> {
    const RANGE: &str = "a number of seconds from 1 to 3600";
    match number("STATEMENT_TIMEOUT", given, 30, RANGE)? {
        seconds @ 1..=3_600 => Ok(Duration::from_secs(seconds)),
        _ => Err(BadSetting::new("STATEMENT_TIMEOUT", format_args!("give {RANGE}"))),
    }
}

/// The setting is in MiB.
fn cache_bytes(given: Option<String>) -> Result<u64, BadSetting> {
    const RANGE: &str = "a number of MiB from 1 to 4096";
    match number("CACHE_SIZE", given, 16, RANGE)? {
        mebibytes @ 1..=4_096 => Ok(mebibytes << 20),
        _ => Err(BadSetting::new("CACHE_SIZE", format_args!("give {RANGE}"))),
    }
}

fn proxies(given: Option<String>) -> Result<Vec<IpNet>, BadSetting> {
    let given = text(given).unwrap_or_default();
    let parts = given.split([',', ' ']).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            part.parse::<IpNet>()
                .or_else(|_| part.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| {
                    BadSetting::new(
                        "TRUSTED_PROXIES",
                        format_args!("“{part}” is neither an address nor a network"),
                    )
                })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_defaults() {
        let settings = Settings::check(RawSettings::default()).unwrap();
        assert_eq!((settings.host.as_str(), settings.port), ("127.0.0.1", 8000));
        assert_eq!(settings.database, DatabaseUrl::Sqlite("data/expenses.db".into()));
        assert_eq!(settings.password_rounds, 600_000);
        assert!(settings.registration_open && !settings.https());
    }

    #[test]
    fn a_wrong_setting_is_named_in_one_line() {
        let cases: [(RawSettings, &str); 7] = [
            (
                RawSettings {
                    port: Some("99999".into()),
                    ..RawSettings::default()
                },
                "PORT",
            ),
            (
                RawSettings {
                    host: Some("not an address".into()),
                    ..RawSettings::default()
                },
                "HOST",
            ),
            (
                RawSettings {
                    jwt_secret: Some("short".into()),
                    ..RawSettings::default()
                },
                "JWT_SECRET",
            ),
            (
                RawSettings {
                    registration: Some("maybe".into()),
                    ..RawSettings::default()
                },
                "REGISTRATION",
            ),
            (
                RawSettings {
                    password_rounds: Some("0".into()),
                    ..RawSettings::default()
                },
                "PASSWORD_ROUNDS",
            ),
            (
                RawSettings {
                    trusted_proxies: Some("10.0.0.0/99".into()),
                    ..RawSettings::default()
                },
                "TRUSTED_PROXIES",
            ),
            (
                RawSettings {
                    log_format: Some("xml\nmore".into()),
                    ..RawSettings::default()
                },
                "LOG_FORMAT",
            ),
        ];
        for (given, name) in cases {
            let message = Settings::check(given).unwrap_err().to_string();
            assert!(message.starts_with(name) && !message.contains('\n'), "{message}");
        }
    }
}
