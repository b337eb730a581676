//! nginx with a configuration of the project, in front of one or more instances of the app.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::visitor::Visitor;

/// A running nginx, stopped at the end of the test.
pub struct Nginx {
    child: Child,
    folder: TempDir,
    /// Where it listens.
    pub address: SocketAddr,
}

/// A configuration that a test can change before nginx reads it.
pub struct Site<'a> {
    /// The text of the file in `deploy/nginx`.
    pub text: String,
    /// The free address to listen on.
    pub listen: SocketAddr,
    /// A folder for files such as certificates, removed with nginx.
    pub folder: &'a Path,
}

impl Site<'_> {
    /// Replaces `old`, which has to exist.
    #[track_caller]
    pub fn replace(&mut self, old: &str, new: &str) {
        assert!(self.text.contains(old), "the configuration has “{old}”");
        self.text = self.text.replace(old, new);
    }
}

impl Nginx {
    /// Starts nginx with the file `name` of `deploy/nginx` in the `http` part of its configuration. `change` replaces its
    /// addresses by those of the test.
    pub fn start(name: &str, change: impl FnOnce(&mut Site)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("deploy/nginx")
            .join(name);
        let mut site = Site {
            text: std::fs::read_to_string(&file)
                .unwrap_or_else(|error| panic!("{}: {error}", file.display())),
            listen: free_address(),
            folder: folder.path(),
        };
        change(&mut site);
        let (text, address) = (site.text, site.listen);
        let path = folder.path().display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {path}/{kind};\n"))
            .concat();
        let whole = format!(
            "{}daemon off;\nworker_processes 2;\npid {path}/pid;\nerror_log {path}/error.log warn;\n\
             events {{ worker_connections 1024; }}\nhttp {{\naccess_log off;\n{temporary}{text}\n}}\n",
            run_as()
        );
        std::fs::write(folder.path().join("nginx.conf"), whole).unwrap();
        let child = Command::new("nginx")
            .arg("-e")
            .arg(folder.path().join("error.log"))
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(folder.path().join("nginx.conf"))
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx is installed: run scripts/test-deps");
        let mut nginx = Self {
            child,
            folder,
            address,
        };
        nginx.wait_until_it_listens();
        nginx
    }

    /// A visitor through nginx who is not signed in.
    pub fn anonymous(&self) -> Visitor {
        Visitor::new(self.address, "")
    }

    /// The error log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }

    fn wait_until_it_listens(&mut self) {
        let began = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            let ended = self.child.try_wait().unwrap();
            assert!(
                ended.is_none() && began.elapsed() < Duration::from_secs(20),
                "nginx does not listen: {}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // SIGTERM also ends the workers.
        let _ = Command::new("sh")
            .args(["-c", &format!("kill -TERM {}", self.child.id())])
            .status();
        let _ = self.child.wait();
    }
}

/// An unused address on this machine.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap()
}

/// The workers of nginx normally run as another user, who can't read the folder of the test. Here they run as root.
fn run_as() -> &'static str {
    use std::os::unix::fs::MetadataExt as _;
    let root = std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if root { "user root;\n" } else { "" }
}
