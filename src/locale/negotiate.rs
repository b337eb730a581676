//! Choosing a locale from a browser's `Accept-Language`.
//!
//! No crate is used because the choice within a language is our own table: `es-AR` gets `es-MX`, `en-ZA` gets `en-GB`.

use super::handle::Locale;

/// Browsers send fewer language ranges; the rest of a longer header is ignored.
const MAX_RANGES: usize = 32;

impl Locale {
    /// The best locale for an `Accept-Language` header (RFC 9110); the default if none fits.
    pub(crate) fn negotiate(accept_language: &str) -> Self {
        let mut ranges: Vec<(u16, &str)> = accept_language
            .split(',')
            .take(MAX_RANGES)
            .filter_map(weighted)
            .collect();
        // The sort is stable: of equal weights the first one wins.
        ranges.sort_by_key(|&(weight, _)| std::cmp::Reverse(weight));
        ranges
            .into_iter()
            .find_map(|(_, range)| fitting(range))
            .unwrap_or_default()
    }
}

/// A range with its weight in thousandths; `None` if it is excluded (`q=0`) or malformed.
fn weighted(range: &str) -> Option<(u16, &str)> {
    let mut pieces = range.split(';').map(str::trim);
    let tag = pieces.next().filter(|tag| !tag.is_empty())?;
    let weight = match pieces.find_map(|piece| piece.strip_prefix("q=").or(piece.strip_prefix("Q="))) {
        Some(quality) => thousandths(quality)?,
        None => 1000,
    };
    (weight > 0).then_some((weight, tag))
}

/// `1`, `0.8` or `0.875` in thousandths.
fn thousandths(quality: &str) -> Option<u16> {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || fraction.len() > 3 {
        return None;
    }
    match (whole, fraction.trim_end_matches('0')) {
        ("0", "") => Some(0),
        ("0", _) => format!("{fraction:0<3}").parse().ok(),
        ("1", "") => Some(1000),
        _ => None,
    }
}

/// The locale with this tag, else the best one of the same language.
fn fitting(range: &str) -> Option<Locale> {
    if range == "*" {
        return Some(Locale::default());
    }
    if let Some(exact) = Locale::from_tag(range) {
        return Some(exact);
    }
    let mut subtags = range.split(['-', '_']);
    let language = subtags.next()?.to_ascii_lowercase();
    let rest: Vec<String> = subtags.map(str::to_ascii_lowercase).collect();
    let has = |subtag: &str| rest.iter().any(|present| present == subtag);
    let has_region = !rest.is_empty();
    let tag = match language.as_str() {
        "de" if has("li") => "de-CH",
        "de" => "de-DE",
        // Most English-speaking and Spanish-speaking countries write dates and numbers like these two.
        "en" if has_region => "en-GB",
        "en" => "en-US",
        "es" if has_region => "es-MX",
        "es" => "es-ES",
        "fr" => "fr-FR",
        "nl" => "nl-NL",
        "nn" | "no" => "nb-NO",
        "pt" if has_region => "pt-PT",
        "pt" => "pt-BR",
        "zh" if has("tw") || has("hk") || has("mo") || has("hant") => "zh-TW",
        "zh" => "zh-CN",
        language => return Locale::all().find(|locale| locale.language() == language),
    };
    Locale::from_tag(tag)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Locale;

    #[test]
    fn the_weight_decides_then_the_order() {
        let table = [
            ("", "en-US"),
            ("*", "en-US"),
            ("de-CH", "de-CH"),
            ("de", "de-DE"),
            ("fr-FR,fr;q=0.9,en;q=0.8", "fr-FR"),
            ("en;q=0.8, fr;q=0.9", "fr-FR"),
            ("en-GB,en-US;q=0.9", "en-GB"),
            ("tlh, sv;q=0.5", "sv-SE"),
            ("de;q=0, it;q=0.1", "it-IT"),
            ("de;q=0.000, it;q=0.001", "it-IT"),
            ("de;q=0.5;x=1, it ; q=0.6", "it-IT"),
            ("xx, *;q=0.1", "en-US"),
            ("pt", "pt-BR"),
            ("pt-AO", "pt-PT"),
            ("es-419", "es-MX"),
            ("es", "es-ES"),
            ("en", "en-US"),
            ("en-ZA", "en-GB"),
            ("no", "nb-NO"),
            ("nn-NO", "nb-NO"),
            ("zh-Hant-HK", "zh-TW"),
            ("zh-Hans-CN", "zh-CN"),
            ("JA_jp", "ja-JP"),
            ("hu", "hu-HU"),
            ("de;q=2, it;q=0.1", "it-IT"),
            ("de;q=, it;q=x, fi;q=0.1", "fi-FI"),
            (",,;;=,q=1", "en-US"),
        ];
        for (header, tag) in table {
            assert_eq!(Locale::negotiate(header).tag(), tag, "{header:?}");
        }
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic(header in any::<String>()) {
            let _ = Locale::negotiate(&header);
        }
    }
}
