//! The built browser assets: their addresses by name, and the responses that send them.
//!
//! More than 300 lines, because more than half of the file is its table of tests.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use actix_files::NamedFile;
use actix_web::http::header::{AcceptEncoding, ContentEncoding, Encoding, Header as _};
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, VARY};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::error::AppError;

/// The files that the pages need.
const REQUIRED: [&str; 5] = [
    "app.css",
    "app.js",
    "charts.js",
    "favicon.svg",
    "manifest.webmanifest",
];

/// The name of a file contains a hash of its content, so the content never changes.
const CACHE_FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The compressed files that the build writes beside each file; the smaller first.
const COMPRESSED_VARIANTS: [(ContentEncoding, &str); 2] =
    [(ContentEncoding::Brotli, "br"), (ContentEncoding::Gzip, "gz")];

/// The files listed in `manifest.json` in the folder of the assets.
#[derive(Debug, Clone)]
pub struct Assets {
    folder: PathBuf,
    /// `app.css` → `/assets/app-1A2B3C4D.css`
    addresses: HashMap<String, String>,
    /// `app-1A2B3C4D.css` → its compressed variants.
    files: HashMap<String, Vec<ContentEncoding>>,
    /// For an unknown name: an address that answers 404.
    unknown: String,
}

/// Why the assets can't be used, in one line for the administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingAssets(String);

impl fmt::Display for MissingAssets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MissingAssets {}

#[derive(serde::Deserialize)]
struct Built {
    file: String,
}

impl Assets {
    /// Reads `manifest.json` in `folder`. Fails if it can't be read or if a required file is missing.
    pub fn load(folder: &Path) -> Result<Self, MissingAssets> {
        let list = folder.join("manifest.json");
        let text = std::fs::read(&list).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => missing(folder, "there is no manifest.json"),
            _ => missing(folder, &error.to_string()),
        })?;
        let built: HashMap<String, Built> = serde_json::from_slice(&text)
            .map_err(|error| missing(folder, &format!("manifest.json: {error}")))?;
        if let Some(name) = REQUIRED.iter().find(|name| !built.contains_key(**name)) {
            return Err(missing(folder, &format!("{name} is not listed in it")));
        }
        let mut files = HashMap::new();
        for Built { file } in built.values() {
            if !folder.join(file).is_file() {
                return Err(missing(folder, &format!("{file} is listed but not there")));
            }
            let variants = COMPRESSED_VARIANTS
                .iter()
                .filter(|(_, ending)| folder.join(format!("{file}.{ending}")).is_file());
            files.insert(file.clone(), variants.map(|(encoding, _)| *encoding).collect());
        }
        let addresses = built
            .into_iter()
            .map(|(name, built)| (name, format!("/assets/{}", built.file)))
            .collect();
        Ok(Self {
            folder: folder.to_owned(),
            addresses,
            files,
            unknown: "/assets/unknown".to_owned(),
        })
    }

    /// No assets, for commands that render no pages.
    pub fn none() -> Self {
        Self {
            folder: PathBuf::new(),
            addresses: HashMap::new(),
            files: HashMap::new(),
            unknown: "/assets/unknown".to_owned(),
        }
    }

    /// The same assets in an app that is mounted under `base` (`/money`; empty for the root).
    #[must_use]
    pub fn mounted_at(mut self, base: &str) -> Self {
        for address in self.addresses.values_mut().chain([&mut self.unknown]) {
            address.insert_str(0, base);
        }
        self
    }

    /// The address of the file `name` (`app.css`). An unknown name gets an address that answers 404, so that the
    /// mistake is logged and breaks no page.
    pub fn url(&self, name: &str) -> &str {
        self.addresses.get(name).unwrap_or(&self.unknown)
    }

    /// Responds with the built file `name`, in the smallest variant that the client accepts. Only names in the manifest
    /// are read from the disk; others are [`AppError::NotFound`].
    pub async fn respond(&self, request: &HttpRequest, name: &str) -> Result<HttpResponse, AppError> {
        let (name, variants) = self.files.get_key_value(name).ok_or(AppError::NotFound)?;
        let encoding = negotiate(request, variants);
        let plain = self.folder.join(name);
        let path = match COMPRESSED_VARIANTS
            .iter()
            .find(|(variant, _)| Some(*variant) == encoding)
        {
            Some((_, ending)) => self.folder.join(format!("{name}.{ending}")),
            None => plain.clone(),
        };
        let file = web::block(move || NamedFile::from_file(std::fs::File::open(path)?, plain))
            .await
            .map_err(AppError::internal)?
            .map_err(|error| match error.kind() {
                // The assets were rebuilt while the server runs, with other names.
                io::ErrorKind::NotFound => AppError::NotFound,
                _ => AppError::internal(error),
            })?;
        let file = match encoding {
            // Then the compressing middleware leaves the response as it is.
            Some(encoding) => file.set_content_encoding(encoding),
            None => file,
        };
        let mut response = file.disable_content_disposition().into_response(request);
        response.headers_mut().insert(CACHE_CONTROL, CACHE_FOREVER);
        response
            .headers_mut()
            .insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        Ok(response)
    }
}

fn missing(folder: &Path, why: &str) -> MissingAssets {
    MissingAssets(format!(
        "The browser assets are missing: run `make build` ({}: {why})",
        folder.display()
    ))
}

/// The best of `variants` for this client; `None` means uncompressed.
pub(super) fn negotiate(request: &HttpRequest, variants: &[ContentEncoding]) -> Option<ContentEncoding> {
    let accepted = AcceptEncoding::parse(request).ok()?;
    let offered: Vec<Encoding> = variants
        .iter()
        .copied()
        .chain([ContentEncoding::Identity])
        .map(Encoding::Known)
        .collect();
    match accepted.negotiate(offered.iter())? {
        Encoding::Known(ContentEncoding::Identity) | Encoding::Unknown(_) => None,
        Encoding::Known(encoding) => Some(encoding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::StatusCode;
    use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
    use actix_web::middleware::from_fn;
    use actix_web::{App, test as http};
    use std::sync::atomic::{AtomicU32, Ordering};

    /// A folder of built files that is deleted at the end of the test.
    struct Folder(PathBuf);

    impl Folder {
        fn empty() -> Self {
            static NEXT: AtomicU32 = AtomicU32::new(0);
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = std::env::temp_dir().join(format!("assets-test-{}-{number}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn built() -> Self {
            let folder = Self::empty();
            folder.write("app-AA.css", "plain css ".repeat(500).as_bytes());
            folder.write("app-AA.css.br", b"small css, by brotli");
            folder.write("app-AA.css.gz", b"small css, by gzip");
            folder.write("app-BB.js", b"plain js");
            folder.write("charts-CC.js", b"plain charts");
            folder.write("favicon-DD.svg", b"<svg/>");
            folder.write("manifest-EE.webmanifest", b"{}");
            folder.write("secret.txt", b"not for the world");
            folder.write(
                "manifest.json",
                br#"{
                    "app.css": {"file": "app-AA.css", "bytes": 5000},
                    "app.js": {"file": "app-BB.js", "bytes": 8},
                    "charts.js": {"file": "charts-CC.js", "bytes": 12},
                    "favicon.svg": {"file": "favicon-DD.svg", "bytes": 6},
                    "manifest.webmanifest": {"file": "manifest-EE.webmanifest", "bytes": 2}
                }"#,
            );
            folder
        }

        fn write(&self, name: &str, content: &[u8]) {
            std::fs::write(self.0.join(name), content).unwrap();
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    struct Response {
        status: StatusCode,
        headers: actix_web::http::header::HeaderMap,
        body: Vec<u8>,
    }

    impl Response {
        fn header(&self, name: impl actix_web::http::header::AsHeaderName) -> Option<&str> {
            self.headers.get(name).and_then(|value| value.to_str().ok())
        }
    }

    async fn send(
        request: HttpRequest,
        name: web::Path<String>,
        assets: web::Data<Assets>,
    ) -> Result<HttpResponse, AppError> {
        assets.respond(&request, &name).await
    }

    /// One request, through the middleware that compresses everything else.
    async fn get(folder: &Folder, path: &str, accept: Option<&str>) -> Response {
        let assets = web::Data::new(Assets::load(&folder.0).unwrap());
        let app = App::new()
            .app_data(assets)
            .wrap(from_fn(super::super::compress::compress));
        let app = http::init_service(app.route("/assets/{file}", web::get().to(send))).await;
        let mut request = http::TestRequest::get().uri(path);
        if let Some(accept) = accept {
            request = request.insert_header((ACCEPT_ENCODING, accept));
        }
        let response = http::call_service(&app, request.to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        Response {
            status,
            headers,
            body: http::read_body(response).await.to_vec(),
        }
    }

    #[actix_web::test]
    async fn a_file_is_sent_to_be_kept_for_ever() {
        let answer = get(&Folder::built(), "/assets/app-AA.css", None).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(
            answer.header(CACHE_CONTROL),
            Some("public, max-age=31536000, immutable")
        );
        assert_eq!(answer.header(CONTENT_TYPE), Some("text/css; charset=utf-8"));
        assert_eq!(answer.header(VARY), Some("Accept-Encoding"));
        assert_eq!(answer.header(CONTENT_ENCODING), None);
        assert_eq!(answer.body.len(), 5000);
    }

    #[actix_web::test]
    async fn the_smallest_form_that_the_client_takes_is_sent_as_it_was_built() {
        let folder = Folder::built();
        for (accept, encoding, body) in [
            ("gzip, deflate, br, zstd", Some("br"), "small css, by brotli"),
            ("gzip, deflate", Some("gzip"), "small css, by gzip"),
            ("br;q=0.1, gzip;q=0.9", Some("gzip"), "small css, by gzip"),
        ] {
            let answer = get(&folder, "/assets/app-AA.css", Some(accept)).await;
            assert_eq!(answer.header(CONTENT_ENCODING), encoding, "{accept}");
            assert_eq!(
                answer.header(CONTENT_TYPE),
                Some("text/css; charset=utf-8"),
                "{accept}"
            );
            assert_eq!(String::from_utf8(answer.body).unwrap(), body, "{accept}");
        }
        let plain = get(&folder, "/assets/app-AA.css", Some("identity")).await;
        assert_eq!(plain.header(CONTENT_ENCODING), None);
        assert_eq!(plain.body.len(), 5000);
    }

    #[actix_web::test]
    async fn each_kind_of_file_has_its_type() {
        let folder = Folder::built();
        for (name, kind) in [
            ("app-BB.js", "text/javascript"),
            ("favicon-DD.svg", "image/svg+xml"),
            ("manifest-EE.webmanifest", "application/manifest+json"),
        ] {
            let answer = get(&folder, &format!("/assets/{name}"), None).await;
            assert_eq!(answer.header(CONTENT_TYPE), Some(kind), "{name}");
            assert_eq!(answer.header("content-disposition"), None, "{name}");
        }
    }

    #[actix_web::test]
    async fn what_was_not_built_is_not_found() {
        let folder = Folder::built();
        for path in [
            "/assets/",
            "/assets/app-00.css",
            "/assets/app-AA.css.br",
            "/assets/manifest.json",
            "/assets/secret.txt",
            "/assets/..%2fsecret.txt",
            "/assets/..",
            "/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "/assets/app-AA.css%00",
        ] {
            let answer = get(&folder, path, None).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(answer.header(LOCATION), None, "{path}");
        }
    }

    #[test]
    fn addresses_are_found_by_name_and_begin_with_the_base_path() {
        let folder = Folder::built();
        let assets = Assets::load(&folder.0).unwrap();
        assert_eq!(assets.url("app.css"), "/assets/app-AA.css");
        assert_eq!(assets.url("nothing.css"), "/assets/unknown");
        let mounted = assets.mounted_at("/money");
        assert_eq!(mounted.url("app.js"), "/money/assets/app-BB.js");
        assert_eq!(mounted.url("nothing.css"), "/money/assets/unknown");
    }

    #[test]
    fn missing_assets_say_what_to_do() {
        let empty = Folder::empty();
        let message = |folder: &Folder| Assets::load(&folder.0).unwrap_err().to_string();
        assert!(message(&empty).starts_with("The browser assets are missing: run `make build` ("));
        empty.write("manifest.json", b"{");
        assert!(message(&empty).contains("run `make build`"));
        empty.write(
            "manifest.json",
            br#"{"app.css": {"file": "app-AA.css", "bytes": 1}}"#,
        );
        assert!(message(&empty).contains("app.js is not listed in it"));
        let built = Folder::built();
        std::fs::remove_file(built.0.join("charts-CC.js")).unwrap();
        assert!(message(&built).contains("charts-CC.js is listed but not there"));
        assert_eq!(message(&built).lines().count(), 1);
    }
}
