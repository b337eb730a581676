//! curl, a client with TLS and cookies.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::visitor::form_text;
use super::wire::Answer;

/// curl with cookies, for one site.
pub struct Curl {
    site: String,
    args: Vec<String>,
    jar: PathBuf,
}

impl Curl {
    /// For the site `https://host:port` on this machine. Trusts only its certificate.
    pub fn new(site: &str, certificate: &Path, folder: &Path) -> Self {
        let authority = site.strip_prefix("https://").expect("a site with TLS");
        let jar = folder.join("jar");
        let args = [
            "--silent",
            "--show-error",
            "--include",
            "--http1.1",
            "--max-time",
            "20",
            "--resolve",
            &format!("{authority}:127.0.0.1"),
            "--cacert",
            certificate.to_str().unwrap(),
            "--cookie",
            jar.to_str().unwrap(),
            "--cookie-jar",
            jar.to_str().unwrap(),
        ];
        Self {
            site: site.to_owned(),
            args: args.map(str::to_owned).to_vec(),
            jar,
        }
    }

    /// The cookies in the file format of curl.
    pub fn jar(&self) -> String {
        std::fs::read_to_string(&self.jar).unwrap_or_default()
    }

    /// Requests a path with further arguments of curl.
    #[track_caller]
    pub fn ask(&self, path: &str, more: &[&str]) -> Answer {
        let output = Command::new("curl")
            .args(&self.args)
            .args(more)
            .arg(format!("{}{path}", self.site))
            .output()
            .expect("curl is installed: run scripts/test-deps");
        assert!(
            output.status.success(),
            "{path}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        parse(&output.stdout)
    }

    /// Requests one path many times with different arguments; returns the statuses.
    #[track_caller]
    pub fn statuses(&self, path: &str, each: &[Vec<String>]) -> Vec<u16> {
        let mut command = Command::new("curl");
        for more in each {
            command.args(&self.args).args(more);
            command.args(["--output", "/dev/null", "--write-out", "%{http_code}\n"]);
            command.arg(format!("{}{path}", self.site)).arg("--next");
        }
        let output = command
            .output()
            .expect("curl is installed: run scripts/test-deps");
        let codes = String::from_utf8(output.stdout).unwrap();
        codes.lines().map(|code| code.parse().unwrap()).collect()
    }

    /// `GET path`
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.ask(path, &[])
    }

    /// `POST path` with a form, like a page of the site.
    #[track_caller]
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = format!("Origin: {}", self.site);
        self.ask(path, &["--header", &origin, "--data", &form_text(fields)])
    }
}

fn parse(bytes: &[u8]) -> Answer {
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a head");
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Answer {
        status,
        headers,
        body: bytes[end + 4..].to_vec(),
    }
}
