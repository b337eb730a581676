//! Every setting: its name, its default, and what is said when it is wrong.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use clap::Args;
use ipnet::IpNet;

use crate::web::assets::Assets;

const ACCOUNTS_PER_HOUR: NonZeroU32 = NonZeroU32::new(10).unwrap();

/// The settings as they were given: flag first, then environment, then `.env`; each as plain text.
#[derive(Debug, Clone, Default, Args)]
#[expect(clippy::doc_markdown, reason = "these are the words of --help")]
pub struct Given {
    /// Address to listen on [default: 127.0.0.1]
    #[arg(long, env = "HOST", global = true, hide_env_values = true)]
    pub host: Option<String>,
    /// Port to listen on; 0 picks a free one [default: 8000]
    #[arg(long, env = "PORT", global = true, hide_env_values = true)]
    pub port: Option<String>,
    /// Folder for the database and the key file [default: data]
    #[arg(long, env = "DATA_DIR", global = true, hide_env_values = true)]
    pub data_dir: Option<String>,
    /// sqlite://PATH or postgres://… [default: sqlite://{DATA_DIR}/expenses.db]
    #[arg(long, env = "DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// Key that signs sessions, at least 32 bytes [default: made on first start, kept in DATA_DIR]
    #[arg(long, env = "JWT_SECRET", global = true, hide_env_values = true)]
    pub jwt_secret: Option<String>,
    /// Address people use; https makes cookies Secure, a path mounts the app there [default: none]
    #[arg(long, env = "PUBLIC_URL", global = true, hide_env_values = true)]
    pub public_url: Option<String>,
    /// Proxies whose X-Forwarded-For is believed, comma-separated addresses or networks [default: none]
    #[arg(long, env = "TRUSTED_PROXIES", global = true, hide_env_values = true)]
    pub trusted_proxies: Option<String>,
    /// open or closed [default: open]
    #[arg(long, env = "REGISTRATION", global = true, hide_env_values = true)]
    pub registration: Option<String>,
    /// Accounts that one client address may make in an hour [default: 10]
    #[arg(long, env = "ACCOUNTS_PER_HOUR", global = true, hide_env_values = true)]
    pub accounts_per_hour: Option<String>,
    /// Rounds of PBKDF2 for a password [default: 600000]
    #[arg(long, env = "PASSWORD_ROUNDS", global = true, hide_env_values = true)]
    pub password_rounds: Option<String>,
    /// Folder of the built browser assets [default: assets/dist]
    #[arg(long, env = "ASSETS_DIR", global = true, hide_env_values = true)]
    pub assets_dir: Option<String>,
    /// Token for /metrics from elsewhere than this machine [default: none]
    #[arg(long, env = "METRICS_TOKEN", global = true, hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// Folder for nightly backups [default: none]
    #[arg(long, env = "BACKUP_DIR", global = true, hide_env_values = true)]
    pub backup_dir: Option<String>,
    /// How many nightly backups are kept [default: 7]
    #[arg(long, env = "BACKUP_KEEP", global = true, hide_env_values = true)]
    pub backup_keep: Option<String>,
    /// error, warn, info, debug or trace, or a filter as tracing reads it [default: info]
    #[arg(long, env = "LOG", global = true, hide_env_values = true)]
    pub log: Option<String>,
    /// text or json [default: text]
    #[arg(long, env = "LOG_FORMAT", global = true, hide_env_values = true)]
    pub log_format: Option<String>,
}

/// Every setting, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address to listen on.
    pub host: String,
    /// Port to listen on; 0 picks a free one.
    pub port: u16,
    /// Folder for the database and the key file.
    pub data_dir: PathBuf,
    /// Which database.
    pub database: DatabaseUrl,
    /// The key that signs sessions, when it was given.
    pub jwt_secret: Option<Vec<u8>>,
    /// The address people use, when it was given.
    pub public_url: Option<PublicUrl>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether people may register themselves.
    pub registration_open: bool,
    /// Accounts that one client address may make in an hour.
    pub accounts_per_hour: NonZeroU32,
    /// Rounds of PBKDF2 for a new password.
    pub password_rounds: u32,
    /// Folder of the built browser assets.
    pub assets_dir: PathBuf,
    /// Bearer token for `/metrics`.
    pub metrics_token: Option<String>,
    /// Folder for nightly backups.
    pub backup_dir: Option<PathBuf>,
    /// How many nightly backups are kept.
    pub backup_keep: usize,
    /// What is logged, as a filter of `tracing`.
    pub log: String,
    /// Whether log lines are JSON.
    pub log_json: bool,
}

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// The file of an `SQLite` database.
    Sqlite(PathBuf),
    /// A URL for libpq.
    #[cfg(feature = "_postgres")]
    Postgres(String),
}

impl DatabaseUrl {
    /// The file of an `SQLite` database.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            #[cfg(feature = "_postgres")]
            Self::Postgres(_) => None,
        }
    }
}

/// Without the password, so that it can be logged.
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

/// The address people use, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    /// Whether it is https: Secure cookies, HSTS.
    pub https: bool,
    /// Host in lower case, with the port where it is not the scheme's own.
    pub authority: String,
    /// Path the app is mounted under, without a slash at the end; empty for the root.
    pub path: String,
}

/// One line that names the setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSetting(String);

impl BadSetting {
    /// Names the setting and says what is wrong with it.
    pub fn new(name: &str, why: impl fmt::Display) -> Self {
        Self(format!("{name}: {why}").replace(['\n', '\r'], " "))
    }
}

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadSetting {}

impl Settings {
    /// Checks what was given; an empty value counts as not given.
    pub fn check(given: Given) -> Result<Self, BadSetting> {
        let host = text(given.host).unwrap_or_else(|| "127.0.0.1".to_owned());
        if host != "localhost" && host.trim_matches(['[', ']']).parse::<IpAddr>().is_err() {
            return Err(BadSetting::new(
                "HOST",
                "give an IP address, for example 127.0.0.1 or 0.0.0.0",
            ));
        }
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
                "a number from 1 on",
            )?,
            password_rounds: number(
                "PASSWORD_ROUNDS",
                given.password_rounds,
                600_000,
                "a number of rounds from 1 on",
            )
            .and_then(|rounds: u32| match rounds {
                0 => Err(BadSetting::new(
                    "PASSWORD_ROUNDS",
                    "give a number of rounds from 1 on",
                )),
                rounds => Ok(rounds),
            })?,
            assets_dir: PathBuf::from(text(given.assets_dir).unwrap_or_else(|| "assets/dist".to_owned())),
            metrics_token: text(given.metrics_token),
            backup_dir: text(given.backup_dir).map(PathBuf::from),
            backup_keep: match number("BACKUP_KEEP", given.backup_keep, 7, "a number from 1 on")? {
                0 => return Err(BadSetting::new("BACKUP_KEEP", "give a number from 1 on")),
                keep => keep,
            },
            log: text(given.log).unwrap_or_else(|| "info".to_owned()),
            log_json: choice("LOG_FORMAT", given.log_format, &["text", "json"])? == 1,
        })
    }

    /// Makes the data folder where it is missing, readable by its owner alone.
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
                    format_args!("can't make the folder {}: {error}", folder.display()),
                )
            })
    }

    /// Looks for the built browser assets, so that a wrong folder is told before anything is opened.
    pub fn find_assets(&self) -> Result<(), BadSetting> {
        Assets::load(&self.assets_dir)
            .map(|_| ())
            .map_err(|error| BadSetting::new("ASSETS_DIR", error))
    }

    /// The path the app is mounted under: empty, or `/money`.
    pub fn base_path(&self) -> &str {
        self.public_url.as_ref().map_or("", |url| &url.path)
    }

    /// Whether people come by https.
    pub fn https(&self) -> bool {
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
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority, self.path)
    }
}

impl PublicUrl {
    /// Reads `https://host[:port][/path]`.
    pub fn parse(url: &str) -> Result<Self, BadSetting> {
        let wrong = || {
            BadSetting::new(
                "PUBLIC_URL",
                "give an address such as https://home.example or https://home.example/money",
            )
        };
        let (https, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(wrong()),
        };
        let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        let path = path.trim_end_matches('/');
        let uri: actix_web::http::Uri = format!("http://{authority}{path}").parse().map_err(|_| wrong())?;
        let plain = path
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b))
            && !path.contains("//");
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        if !plain || authority.contains('@') || path.split('/').any(|part| part == "." || part == "..") {
            return Err(wrong());
        }
        let own_port = if https { 443 } else { 80 };
        let authority = match uri.port_u16() {
            Some(port) if port != own_port => format!("{host}:{port}"),
            // A port that is no number reads as none.
            None if authority.len() > host.len() => return Err(wrong()),
            _ => host.to_owned(),
        };
        Ok(Self {
            https,
            authority: authority.to_ascii_lowercase(),
            path: path.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_anything_given_the_defaults_hold() {
        let settings = Settings::check(Given::default()).unwrap();
        assert_eq!((settings.host.as_str(), settings.port), ("127.0.0.1", 8000));
        assert_eq!(settings.database, DatabaseUrl::Sqlite("data/expenses.db".into()));
        assert_eq!(settings.password_rounds, 600_000);
        assert!(settings.registration_open && !settings.https());
    }

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

    #[test]
    fn a_public_address_is_taken_apart() {
        let url = |text| PublicUrl::parse(text).map(|url| (url.https, url.authority, url.path));
        let parts = |https, authority: &str, path: &str| Ok((https, authority.to_owned(), path.to_owned()));
        assert_eq!(url("https://Home.example"), parts(true, "home.example", ""));
        assert_eq!(
            url("https://home.example:443/money/"),
            parts(true, "home.example", "/money")
        );
        assert_eq!(
            url("http://home.example:8080/a/b"),
            parts(false, "home.example:8080", "/a/b")
        );
        for wrong in [
            "home.example",
            "ftp://x",
            "https://",
            "https://x/a b",
            "https://x/../y",
            "https://u@x",
            "https://x/?q",
            "https://x:99999",
            "https://x:",
        ] {
            assert!(url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_wrong_setting_is_named_in_one_line() {
        let cases: [(Given, &str); 7] = [
            (
                Given {
                    port: Some("99999".into()),
                    ..Given::default()
                },
                "PORT",
            ),
            (
                Given {
                    host: Some("not an address".into()),
                    ..Given::default()
                },
                "HOST",
            ),
            (
                Given {
                    jwt_secret: Some("short".into()),
                    ..Given::default()
                },
                "JWT_SECRET",
            ),
            (
                Given {
                    registration: Some("maybe".into()),
                    ..Given::default()
                },
                "REGISTRATION",
            ),
            (
                Given {
                    password_rounds: Some("0".into()),
                    ..Given::default()
                },
                "PASSWORD_ROUNDS",
            ),
            (
                Given {
                    trusted_proxies: Some("10.0.0.0/99".into()),
                    ..Given::default()
                },
                "TRUSTED_PROXIES",
            ),
            (
                Given {
                    log_format: Some("xml\nmore".into()),
                    ..Given::default()
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
