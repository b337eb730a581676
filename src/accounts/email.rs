//! Email addresses: checked, stored as typed, compared without case.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// In UTF-8 (RFC 5321).
const MAX_BYTES: usize = 254;
const MAX_LOCAL_BYTES: usize = 64;
const MAX_LABEL_CHARS: usize = 63;

const MISSING: &str = "Enter your email address.";
const WRONG: &str = "Enter an email address, for example name@example.com.";
const TOO_LONG: &str = "Use an email address of 254 characters or fewer.";

/// A checked email address. It may contain letters of any script, but no quoted name and no numeric host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    text: String,
}

impl Email {
    /// Trims and checks what was typed; the error is the message for the field.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let text = typed.trim();
        if text.is_empty() {
            return Err(MISSING.to_owned());
        }
        if text.len() > MAX_BYTES {
            return Err(TOO_LONG.to_owned());
        }
        let (local, domain) = text.split_once('@').ok_or(WRONG)?;
        if is_local(local) && is_domain(domain) {
            Ok(Self {
                text: text.to_owned(),
            })
        } else {
            Err(WRONG.to_owned())
        }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form in which addresses are compared: case-folded and Unicode-normalized.
    pub fn key(&self) -> String {
        key(&self.text)
    }
}

/// [`Email::key`] of any text, to look it up at sign-in or to count attempts. Truncated one character beyond the
/// longest address and without control characters, so that every database can store it.
pub fn key(typed: &str) -> String {
    let composed: String = typed.trim().chars().take(MAX_BYTES + 1).nfkc().collect();
    let plain: String = composed
        .to_lowercase()
        .chars()
        .map(|c| match c {
            // Lowercasing leaves two forms of this letter.
            'ς' => 'σ',
            c if c.is_control() => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect();
    // Lowercasing can separate marks from their letters, and some old Arabic forms decompose to a leading space.
    plain.nfkc().collect::<String>().trim().to_owned()
}

/// Letters, digits and the symbols of RFC 5322's `atext`, in parts separated by single dots.
fn is_local(local: &str) -> bool {
    local.len() <= MAX_LOCAL_BYTES
        && local.split('.').all(|part| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| is_letter(c) || "!#$%&'*+-/=?^_`{|}~".contains(c))
        })
}

/// At least two labels, or `localhost`. Another single label is nearly always an unfinished address.
fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let last_is_number = labels
        .last()
        .is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()));
    labels.iter().all(|label| is_label(label))
        && !last_is_number
        && (labels.len() > 1 || domain.eq_ignore_ascii_case("localhost"))
}

fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL_CHARS).contains(&label.chars().count())
        && label.chars().all(|c| is_letter(c) || c == '-')
        && !label.starts_with('-')
        && !label.ends_with('-')
        && !label.starts_with(is_combining_mark)
}

/// Includes combining marks, which are parts of letters in many scripts; not invisible and control characters.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || (!c.is_ascii() && (c.is_alphanumeric() || is_combining_mark(c)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_and_unusual_addresses_are_taken_as_typed() {
        let long_label = format!("a@{}.example", "b".repeat(63));
        for typed in [
            "name@example.com",
            "Name.Surname+expenses@Sub.Example.CO.UK",
            "o'brien_99@my-host.example",
            "!#$%&'*+-/=?^_`{|}~@example.org",
            "me@localhost",
            "me@nas.home.arpa",
            "1@2.example",
            "jürgen@bücher.example",
            "用户@例子.广告",
            "नाम@उदाहरण.भारत",
            "name@xn--bcher-kva.example",
            &format!("{}@example.com", "l".repeat(64)),
            &long_label,
        ] {
            assert_eq!(
                Email::parse(typed).map(|e| e.as_str().to_owned()),
                Ok(typed.to_owned())
            );
        }
        assert_eq!(
            Email::parse(" \tname@example.com\r\n").unwrap().as_str(),
            "name@example.com"
        );
    }

    #[test]
    fn what_is_no_address_is_refused_with_an_example() {
        for typed in [
            "name",
            "@",
            "name@",
            "@example.com",
            "a@b@example.com",
            "name@example",
            "name@.com",
            "name@example.",
            "name@example..com",
            ".name@example.com",
            "name.@example.com",
            "na..me@example.com",
            "na me@example.com",
            "name@exa mple.com",
            "name@-example.com",
            "name@example-.com",
            "name@exam_ple.com",
            "name@127.0.0.1",
            "name@[127.0.0.1]",
            "\"na me\"@example.com",
            "<name@example.com>",
            "name@example.com, other@example.com",
            "na\u{0}me@example.com",
            "na\nme@example.com",
            "na\u{200b}me@example.com",
            "na\u{202e}me@example.com",
            "name@exam\u{ad}ple.com",
            "name\u{ff20}example.com",
            "name@example.com\u{0}",
            "name@\u{301}a.example",
        ] {
            assert_eq!(Email::parse(typed), Err(WRONG.to_owned()), "{typed:?}");
        }
        assert_eq!(
            Email::parse(&format!("{}@example.com", "l".repeat(65))),
            Err(WRONG.to_owned())
        );
        assert_eq!(
            Email::parse(&format!("a@{}.example", "b".repeat(64))),
            Err(WRONG.to_owned())
        );
    }

    #[test]
    fn nothing_and_too_much_have_their_own_messages() {
        assert_eq!(Email::parse(""), Err(MISSING.to_owned()));
        assert_eq!(Email::parse(" \u{3000} "), Err(MISSING.to_owned()));
        let domain = format!(
            "{}.example",
            ["d".repeat(60), "d".repeat(60), "d".repeat(60)].join(".")
        );
        let just = format!("{}@{domain}", "l".repeat(254 - domain.len() - 1));
        assert_eq!(just.len(), 254);
        assert!(Email::parse(&just).is_ok());
        assert_eq!(Email::parse(&format!("l{just}")), Err(TOO_LONG.to_owned()));
        assert_eq!(Email::parse(&"x@y.".repeat(1_000_000)), Err(TOO_LONG.to_owned()));
    }

    #[test]
    fn addresses_compare_without_case() {
        for (one, other) in [
            ("Name@Example.COM", "name@example.com"),
            (" name@example.com ", "name@example.com"),
            ("JÜRGEN@example.com", "jürgen@example.com"),
            ("ju\u{308}rgen@example.com", "j\u{fc}rgen@example.com"),
            ("ΝΊΚΟΣ@example.gr", "νίκος@example.gr"),
            ("ＮＡＭＥ@example.com", "name@example.com"),
        ] {
            assert_eq!(key(one), key(other), "{one}");
        }
        assert_eq!(key("na\0me"), "na\u{fffd}me");
        assert_eq!(key(&"x".repeat(1_000_000)).len(), 255);
        assert_ne!(key("name@example.com"), key("nam@example.com"));
        assert_ne!(key("na.me@example.com"), key("name@example.com"));
    }

    proptest! {
    #[test]
    fn a_key_is_its_own_key(local in "\\pL{1,20}", domain in "\\pL{1,20}") {
            let once = key(&format!("{local}@{domain}.example"));
            prop_assert_eq!(key(&once), once);
        }

        #[test]
        fn no_text_makes_parsing_panic(text in any::<String>()) {
            if let Ok(email) = Email::parse(&text) {
                prop_assert!(!email.as_str().chars().any(char::is_control));
            }
        }
    }
}
