//! The app behind nginx with TLS, under a path of a site.
//!
//! More than 300 lines, because all tests need the same site with nginx and a certificate.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use super::support::{Curl, Nginx, PASSWORD, Page, Place, Running, free_address};

/// The app behind nginx; `host` is the public name.
struct Site {
    curl: Curl,
    url: String,
    nginx: Nginx,
    /// Where nginx listens without TLS.
    plain: std::net::SocketAddr,
    server: Running,
    place: Place,
}

const HOST: &str = "home.example";

impl Site {
    fn start() -> Self {
        let place = Place::new();
        let (key, certificate) = (place.path("key.pem"), place.path("cert.pem"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"])
            .args([
                "-subj",
                "/CN=home.example",
                "-addext",
                "subjectAltName=DNS:home.example",
            ])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .stderr(Stdio::null())
            .status();
        assert!(
            made.is_ok_and(|status| status.success()),
            "openssl makes a certificate"
        );
        let (listen, app, plain) = (free_address(), free_address(), free_address());
        let url = format!("https://{HOST}:{}", listen.port());
        let server = place.serve(|command| {
            command
                .env("PORT", app.port().to_string())
                .env("PUBLIC_URL", format!("{url}/money"))
                .env("TRUSTED_PROXIES", "127.0.0.1");
        });
        let nginx = Nginx::start("tls.conf", |site| {
            site.listen = listen;
            site.replace("listen 443 ssl;", &format!("listen {listen} ssl;"));
            site.replace("listen 80;", &format!("listen {plain};"));
            site.replace("127.0.0.1:8000", &app.to_string());
            site.replace(
                "/etc/ssl/home.example/fullchain.pem",
                certificate.to_str().unwrap(),
            );
            site.replace("/etc/ssl/home.example/privkey.pem", key.to_str().unwrap());
        });
        Self {
            curl: Curl::new(&url, &certificate, &place.path(".")),
            url,
            nginx,
            plain,
            server,
            place,
        }
    }

    fn register(&self) {
        let form = [("email", "a@example.com"), ("password", PASSWORD)];
        let answer = self.curl.post("/money/register", &form);
        assert_eq!(answer.location(), "/money/");
    }

    /// Checks that neither nginx nor the app has logged an error.
    fn end(self) {
        assert_eq!(self.nginx.log(), "");
        let said = self.server.stop().concat();
        assert!(!said.contains("ERROR") && !said.contains("WARN"), "{said}");
        drop(self.place);
    }
}

/// Every address that a page names.
fn addresses(page: &Page, names: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = names
        .iter()
        .flat_map(|name| page.attrs(&format!("[{name}]"), name))
        .collect();
    found.retain(|address| !address.starts_with('#'));
    found
}

#[test]
fn every_link_form_and_file_of_every_page_is_there() {
    let site = Site::start();
    let curl = &site.curl;
    site.register();
    for day in 1..=28 {
        let form = [
            ("amount", "1"),
            ("category", "Coffee"),
            ("date", &format!("2026-11-{day:02}")),
            ("description", "Tea"),
        ];
        for _ in 0..2 {
            assert_eq!(
                curl.post("/money/expenses?view=list", &form).location(),
                "/money/expenses"
            );
        }
    }
    curl.post("/money/budgets", &[("amount", "10"), ("category", "Coffee")])
        .location();

    let mut waiting = vec!["/money".to_owned(), "/money/".to_owned()];
    let mut seen = BTreeSet::new();
    let mut posts = BTreeSet::new();
    while let Some(address) = waiting.pop() {
        let bare = address.split('#').next().unwrap().to_owned();
        // A few of each kind, because there are endlessly many periods.
        let kind = bare
            .split('?')
            .next()
            .unwrap()
            .replace(|c: char| c.is_ascii_digit(), "");
        if seen.iter().filter(|(of, _)| *of == kind).count() >= 6 || !seen.insert((kind, bare.clone())) {
            continue;
        }
        assert!(bare.starts_with("/money"), "{bare}");
        let answer = curl.get(&bare);
        if let Some(location) = answer.header("location") {
            assert!(matches!(answer.status, 303 | 308), "{bare}");
            let on = location.strip_prefix(&site.url).unwrap_or(location);
            waiting.push(on.to_owned());
            continue;
        }
        assert_eq!(answer.status, 200, "{bare}");
        if answer.header("content-type") != Some("text/html; charset=utf-8") || bare.contains("/docs") {
            continue;
        }
        let page = answer.page();
        waiting.extend(addresses(&page, &["href", "src", "hx-get", "data-href"]));
        posts.extend(addresses(&page, &["action", "hx-post"]));
    }
    assert!(seen.len() > 30, "{seen:?}");
    assert!(posts.len() > 10, "{posts:?}");
    for action in posts {
        assert!(action.starts_with("/money/"), "{action}");
        // It exists: an unsupported method is not a 404.
        assert_eq!(curl.ask(&action, &["--request", "PUT"]).status, 405, "{action}");
    }
    site.end();
}

#[test]
fn cookies_redirects_and_headers_are_those_of_https() {
    let site = Site::start();
    let curl = &site.curl;
    let away = curl.get("/money/expenses?period=all");
    assert_eq!(
        away.location(),
        "/money/login?next=%2Fmoney%2Fexpenses%3Fperiod%3Dall"
    );
    let htmx = curl.ask("/money/budgets", &["--header", "HX-Request: true"]);
    assert_eq!(htmx.status, 401);
    assert_eq!(
        htmx.header("hx-redirect"),
        Some("/money/login?next=%2Fmoney%2Fbudgets")
    );

    site.register();
    // curl keeps such a cookie only if it is Secure, without a domain, and for the whole site.
    assert!(curl.jar().contains("__Host-session"), "{}", curl.jar());
    let home = curl.get("/money/").expect(200);
    for (name, value) in [
        ("strict-transport-security", "max-age=31536000"),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
    ] {
        let values: Vec<&str> = home
            .headers
            .iter()
            .filter(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
            .collect();
        assert_eq!(values, [value], "{name}");
    }
    assert!(
        home.header("server").is_none_or(|server| server == "nginx"),
        "no version"
    );
    site.end();
}

#[test]
fn a_person_adds_expenses_and_signs_out_and_in_over_https() {
    let site = Site::start();
    let curl = &site.curl;
    site.register();
    let add = [
        ("amount", "4.50"),
        ("category", "Coffee"),
        ("date", "2026-11-20"),
        ("description", "Espresso"),
    ];
    assert_eq!(
        curl.post("/money/expenses?view=list&period=all", &add).location(),
        "/money/expenses?period=all"
    );
    let page = curl.get("/money/expenses?period=all").page();
    assert_eq!(page.total(), "4.50");
    assert!(
        page.text("[role=status]").contains("Added Espresso"),
        "the notice came along"
    );
    let fragment = curl.ask(
        "/money/expenses?view=list&period=all",
        &[
            "--header",
            "HX-Request: true",
            "--header",
            "Sec-Fetch-Site: same-origin",
            "--data",
            "amount=1&category=Tea&date=2026-11-20",
        ],
    );
    assert_eq!(fragment.expect(200).fragment().total(), "5.50");

    let bare = curl.ask("/money?add_amount=4.50", &[]);
    assert_eq!(
        (bare.status, bare.header("location")),
        (308, Some(format!("{}/money/?add_amount=4.50", site.url).as_str()))
    );
    curl.get("/elsewhere").expect(404);
    let out = curl.post("/money/logout", &[]);
    assert_eq!(out.location(), "/money/login");
    let removal = out
        .headers
        .iter()
        .find(|(_, value)| value.starts_with("__Host-session=;"));
    let removal = &removal.expect("the cookie is taken back").1;
    for part in ["Path=/", "Secure", "Max-Age=0"] {
        assert!(removal.split("; ").any(|other| other == part), "{removal}");
    }
    assert_eq!(
        curl.get("/money/settings").location(),
        "/money/login?next=%2Fmoney%2Fsettings"
    );
    let next = [
        ("email", "a@example.com"),
        ("password", PASSWORD),
        ("next", "/money/budgets"),
    ];
    assert_eq!(curl.post("/money/login", &next).location(), "/money/budgets");
    site.end();
}

#[test]
fn requests_of_other_sites_are_refused_and_those_of_this_one_pass() {
    let site = Site::start();
    let curl = &site.curl;
    site.register();
    let form = ["--data", "amount=1&category=Tea&date=2026-11-20"];
    for (header, status) in [
        (format!("Origin: {}", site.url), 303),
        ("Origin: https://evil.example".to_owned(), 403),
        (format!("Origin: https://{HOST}"), 403),
        ("Origin: null".to_owned(), 403),
        ("Sec-Fetch-Site: cross-site".to_owned(), 403),
        ("Sec-Fetch-Site: same-origin".to_owned(), 303),
    ] {
        let answer = curl.ask("/money/expenses", &[&["--header", &header], &form[..]].concat());
        assert_eq!(answer.status, status, "{header}");
    }
    site.end();
}

#[test]
fn the_explorer_and_the_api_work_under_the_path() {
    let site = Site::start();
    let curl = &site.curl;
    site.register();
    let entered = curl.get("/money/docs");
    assert_eq!(entered.location(), "/money/docs/");
    let page = curl.get("/money/docs/").expect(200);
    let text = page.text();
    for file in text
        .split(['"', '\''])
        .filter(|part| matches!(part.rsplit('.').next(), Some("js" | "css")))
    {
        let file = file.strip_prefix("./").unwrap_or(file);
        let path = if file.starts_with('/') {
            file.to_owned()
        } else {
            format!("/money/docs/{file}")
        };
        assert!(path.starts_with("/money/"), "{path}");
        curl.get(&path).expect(200);
    }
    let document: serde_json::Value =
        serde_json::from_slice(&curl.get("/money/api/openapi.json").expect(200).body).unwrap();
    assert_eq!(document["servers"][0]["url"], "/money");
    let person = format!(r#"{{"email":"a@example.com","password":"{PASSWORD}"}}"#);
    let json = ["--header", "Content-Type: application/json"];
    let answer = curl
        .ask(
            "/money/api/v1/auth/token",
            &[&json[..], &["--data", &person]].concat(),
        )
        .expect(200);
    let answer: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let bearer = format!(
        "Authorization: Bearer {}",
        answer["access_token"].as_str().unwrap()
    );
    let made = curl.ask(
        "/money/api/v1/expenses",
        &[
            &json[..],
            &[
                "--header",
                &bearer,
                "--data",
                r#"{"amount":"4.50","category":"Coffee"}"#,
            ],
        ]
        .concat(),
    );
    let location = made.expect(201);
    let location = location.header("location").unwrap();
    assert!(location.starts_with("/money/api/v1/expenses/"), "{location}");
    curl.ask(location, &["--header", &bearer]).expect(200);
    site.end();
}

#[test]
fn the_address_of_a_client_comes_from_nginx_only() {
    let site = Site::start();
    let curl = &site.curl;
    // Requests through a proxy don't count as local, so they get no metrics.
    curl.get("/money/metrics").expect(404);
    assert_eq!(curl.get("/money/readyz").expect(200).text(), "ready\n");
    // Plain http is redirected to https.
    let plain = Command::new("curl")
        .args(["--silent", "--include", "--header", "Host: home.example"])
        .arg(format!("http://{}/money/expenses?period=all", site.plain))
        .output()
        .unwrap();
    let plain = String::from_utf8(plain.stdout).unwrap();
    assert!(plain.starts_with("HTTP/1.1 308"), "{plain}");
    assert!(
        plain.contains("Location: https://home.example/money/expenses?period=all"),
        "{plain}"
    );
    // Attempts with forged client addresses count as those of one client.
    let tries: Vec<Vec<String>> = (0..150)
        .map(|number| {
            let claim = format!("X-Forwarded-For: 203.0.113.{number}");
            let form = format!("email=nobody{number}%40example.com&password=wrong");
            ["--header", &claim, "--data", &form].map(str::to_owned).to_vec()
        })
        .collect();
    let statuses = curl.statuses("/money/login", &tries);
    assert_eq!(statuses[0], 422);
    assert!(statuses.contains(&429), "{statuses:?}");
    site.end();
}

#[test]
fn a_body_that_is_too_large_gets_the_apps_error_page() {
    let site = Site::start();
    let curl = &site.curl;
    site.register();
    let file = site.place.path("large");
    std::fs::write(&file, [b"description=".to_vec(), vec![b'x'; 3 << 20]].concat()).unwrap();
    let body = format!("@{}", file.display());
    let answer = curl.ask(
        "/money/expenses",
        &["--header", "Expect:", "--data-binary", &body],
    );
    let page = answer.expect(413).page();
    assert_eq!(page.text("h1"), "This is too large");
    site.nginx.log();
}
