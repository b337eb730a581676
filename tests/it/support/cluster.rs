//! A separate PostgreSQL server for a test, which can be stopped and started again.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::nginx::free_address;

/// A running server with an empty database, removed at the end of the test. Commits are synced to disk, so that
/// acknowledged writes survive a stop.
pub struct Cluster {
    bin: String,
    /// The user who runs the server instead of root.
    runs_as: Option<&'static str>,
    folder: TempDir,
    port: u16,
}

impl Cluster {
    /// Makes one and starts it.
    pub fn start() -> Self {
        let found = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/postgres-bin"))
            .output()
            .unwrap();
        assert!(
            found.status.success(),
            "a PostgreSQL server is installed: run scripts/test-deps"
        );
        let folder = tempfile::tempdir().unwrap();
        let runs_as = if shell("test \"$(id -u)\" = 0") {
            let user = if shell("id -u postgres >/dev/null 2>&1") {
                "postgres"
            } else {
                "nobody"
            };
            assert!(shell(&format!("chown {user} '{}'", folder.path().display())));
            Some(user)
        } else {
            None
        };
        let cluster = Self {
            bin: String::from_utf8(found.stdout).unwrap().trim().to_owned(),
            runs_as,
            folder,
            port: free_address().port(),
        };
        cluster.run(
            "initdb",
            &[
                "--pgdata",
                "data",
                "--username",
                "postgres",
                "--auth",
                "trust",
                "--no-sync",
            ],
        );
        let settings = "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 200\njit = off\n";
        let file = cluster.folder.path().join("data/postgresql.conf");
        let before = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{before}\n{settings}")).unwrap();
        cluster.begin();
        for statement in [
            "CREATE ROLE tracker LOGIN",
            "CREATE DATABASE tracker OWNER tracker",
        ] {
            let address = cluster.superuser_url("postgres");
            cluster.run(
                "psql",
                &["--quiet", "--no-psqlrc", "--command", statement, &address],
            );
        }
        cluster
    }

    /// For the setting `DATABASE_URL`, with an ordinary role, so that row-level security applies.
    pub fn url(&self) -> String {
        format!("postgres://tracker@127.0.0.1:{}/tracker", self.port)
    }

    /// The superuser of one of its databases.
    pub fn superuser_url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Sends a signal to every process of the server, the first one first: `KILL`, `STOP` freezes it, `CONT` ends that.
    pub fn signal(&self, name: &str) {
        let file = std::fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap();
        let first = file.lines().next().unwrap().trim();
        let children = std::fs::read_to_string(format!("/proc/{first}/task/{first}/children")).unwrap();
        assert!(shell(&format!("kill -{name} {first}")));
        for child in children.split_whitespace() {
            // It may have ended meanwhile.
            shell(&format!("kill -{name} {child} 2>/dev/null"));
        }
    }

    /// Stops the server: `fast` ends connections cleanly, `immediate` is like a crash.
    pub fn stop(&self, mode: &str) {
        self.run(
            "pg_ctl",
            &["--pgdata", "data", "--mode", mode, "--silent", "stop"],
        );
    }

    /// Starts the stopped server again and waits until it accepts connections.
    pub fn begin(&self) {
        let port = format!("-p {}", self.port);
        self.run(
            "pg_ctl",
            &[
                "--pgdata",
                "data",
                "--log",
                "data/server.log",
                "--options",
                &port,
                "--wait",
                "--silent",
                "start",
            ],
        );
    }

    #[track_caller]
    fn run(&self, program: &str, args: &[&str]) {
        let path = format!("{}/{program}", self.bin);
        let mut command = match self.runs_as {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--", &path]);
                command
            }
            None => Command::new(path),
        };
        let status = command
            .args(args)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .unwrap();
        let log = std::fs::read_to_string(self.folder.path().join("data/server.log")).unwrap_or_default();
        assert!(status.success(), "{program} {args:?}: {log}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.folder.path().join("data/postmaster.pid").exists() && !std::thread::panicking() {
            self.stop("immediate");
        } else if let Ok(text) = std::fs::read_to_string(self.folder.path().join("data/postmaster.pid")) {
            // After a failure: without a word of its own. The first line is the number of the process.
            let number = text.lines().next().unwrap_or_default().to_owned();
            self.signal("CONT");
            shell(&format!("kill -QUIT {number}"));
        }
    }
}

fn shell(command: &str) -> bool {
    Command::new("sh")
        .args(["-c", command])
        .status()
        .is_ok_and(|status| status.success())
}
