//! The settings as given on the command line and in the environment.

use clap::Args;

/// The settings as text, unchecked: from the flag, else from the environment, else from `.env`.
#[derive(Debug, Clone, Default, Args)]
#[expect(clippy::doc_markdown, reason = "the doc comments are the text of --help")]
pub struct RawSettings {
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
    /// Seconds after which a request stops waiting for PostgreSQL [default: 30]
    #[arg(long, env = "STATEMENT_TIMEOUT", global = true, hide_env_values = true)]
    pub statement_timeout: Option<String>,
    /// Memory for cached pages on SQLite, in MiB [default: 16]
    #[arg(long, env = "CACHE_SIZE", global = true, hide_env_values = true)]
    pub cache_size: Option<String>,
    /// Key that signs sessions, at least 32 bytes [default: created on first start, kept in DATA_DIR]
    #[arg(long, env = "JWT_SECRET", global = true, hide_env_values = true)]
    pub jwt_secret: Option<String>,
    /// Address people use; https makes cookies Secure, a path mounts the app there [default: none]
    #[arg(long, env = "PUBLIC_URL", global = true, hide_env_values = true)]
    pub public_url: Option<String>,
    /// Trusted proxies, whose X-Forwarded-For is used: comma-separated addresses or networks [default: none]
    #[arg(long, env = "TRUSTED_PROXIES", global = true, hide_env_values = true)]
    pub trusted_proxies: Option<String>,
    /// open or closed [default: open]
    #[arg(long, env = "REGISTRATION", global = true, hide_env_values = true)]
    pub registration: Option<String>,
    /// Accounts that one client address can create in an hour [default: 20]
    #[arg(long, env = "ACCOUNTS_PER_HOUR", global = true, hide_env_values = true)]
    pub accounts_per_hour: Option<String>,
    /// Rounds of PBKDF2 for a password [default: 600000]
    #[arg(long, env = "PASSWORD_ROUNDS", global = true, hide_env_values = true)]
    pub password_rounds: Option<String>,
    /// Folder of the built browser assets [default: assets/dist]
    #[arg(long, env = "ASSETS_DIR", global = true, hide_env_values = true)]
    pub assets_dir: Option<String>,
    /// Bearer token for /metrics for other machines [default: none]
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
