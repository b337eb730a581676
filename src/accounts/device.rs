//! Short descriptions of signed-in devices: "Firefox on Linux".
//!
//! No crate is used: a few names are enough for a list of devices, and crates bring tables of hundreds of user agents.

/// Of a description.
const MAX_CHARS: usize = 80;

const UNKNOWN: &str = "Unknown device";

/// Browsers by a part of their `User-Agent`. Most also contain the names of Chrome and Safari, so those two are last.
const BROWSERS: [(&str, &str); 17] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Headless Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems by a part of their `User-Agent`. That of Android contains "Linux", and that of iPhones "like Mac OS X".
const SYSTEMS: [(&str, &str); 9] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("FreeBSD", "FreeBSD"),
    ("OpenBSD", "OpenBSD"),
    ("Linux", "Linux"),
];

/// Describes the sender of a `User-Agent` header: browser and system if they are known, else the name of the program
/// (`curl`), else "Unknown device". Copies only letters, digits and `-_.` from the header.
pub(super) fn describe(user_agent: &str) -> String {
    let find = |known: &[(&str, &'static str)]| {
        known
            .iter()
            .find(|(part, _)| user_agent.contains(part))
            .map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) => name.to_owned(),
        (None, Some(system)) => match program(user_agent) {
            Some(program) if program != "Mozilla" => format!("{program} on {system}"),
            _ => format!("Browser on {system}"),
        },
        (None, None) => program(user_agent).unwrap_or_else(|| UNKNOWN.to_owned()),
    }
}

/// The name before the version in the first product of the header: `curl` of `curl/8.5.0`.
fn program(user_agent: &str) -> Option<String> {
    let first = user_agent.split_whitespace().next()?;
    let name: String = first
        .split('/')
        .next()?
        .chars()
        .filter(|c| c.is_alphanumeric() || "-_.".contains(*c))
        .take(MAX_CHARS / 2)
        .collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_recognized() {
        for (user_agent, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox on Windows",
            ),
            (
                "Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0",
                "Firefox on Android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
                "Samsung Internet on Android",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                "Safari on Mac",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.0.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPad",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36",
                "Headless Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) Something/1.0",
                "Browser on Linux",
            ),
        ] {
            assert_eq!(describe(user_agent), expected, "{user_agent}");
        }
    }

    #[test]
    fn programs_are_recognized() {
        for (user_agent, expected) in [
            ("Lynx/2.9.2 libwww-FM/2.14 (Linux)", "Lynx on Linux"),
            ("curl/8.14.1", "curl"),
            ("python-requests/2.32.5", "python-requests"),
            ("HTTPie/3.2.4", "HTTPie"),
            ("shortcut", "shortcut"),
            ("", UNKNOWN),
            ("   ", UNKNOWN),
            ("/1.0", UNKNOWN),
            ("<script>alert(1)</script>", "scriptalert1"),
        ] {
            assert_eq!(describe(user_agent), expected, "{user_agent}");
        }
    }

    #[test]
    fn a_description_stays_short() {
        for long in [
            "x".repeat(100_000),
            "é/".repeat(50_000),
            format!("{} (Linux)", "y".repeat(9_000)),
        ] {
            assert!(describe(&long).chars().count() <= MAX_CHARS);
        }
    }
}
