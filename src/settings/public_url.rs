//! The setting `PUBLIC_URL`.

use std::fmt;

use super::bad_setting::BadSetting;

/// The address that people use, in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    /// With https, cookies are Secure and HSTS is sent.
    pub https: bool,
    /// Host in lower case, and the port unless it is the default of the scheme.
    pub authority: String,
    /// The path under which the app is mounted, without a slash at the end; empty for the root.
    pub path: String,
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.path)
    }
}

impl PublicUrl {
    /// Without the path.
    pub(crate) fn origin(&self) -> String {
        let scheme = if self.https { "https" } else { "http" };
        format!("{scheme}://{}", self.authority)
    }

    /// Reads `https://host[:port][/path]`.
    pub(crate) fn parse(url: &str) -> Result<Self, BadSetting> {
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
        let is_plain = path
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b))
            && !path.contains("//");
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        if !is_plain || authority.contains('@') || path.split('/').any(|part| part == "." || part == "..") {
            return Err(wrong());
        }
        let default_port = if https { 443 } else { 80 };
        let authority = match uri.port_u16() {
            Some(port) if port != default_port => format!("{host}:{port}"),
            // `port_u16` is also `None` for a port that is not a number.
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
    fn a_public_url_is_split_into_its_parts() {
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
}
