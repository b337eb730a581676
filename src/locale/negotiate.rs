//! Choosing a locale from a browser's `Accept-Language`.

use super::Locale;

/// More ranges than any browser sends; the rest of a longer header is not read.
const MOST_RANGES: usize = 32;

/// The first range, by falling weight, that fits a locale.
pub(super) fn best(accept_language: &str) -> Locale {
    let mut ranges: Vec<(u16, &str)> = accept_language
        .split(',')
        .take(MOST_RANGES)
        .filter_map(weighted)
        .collect();
    // Stable: of equal weights the first named wins.
    ranges.sort_by_key(|&(weight, _)| std::cmp::Reverse(weight));
    ranges
        .into_iter()
        .find_map(|(_, range)| fitting(range))
        .unwrap_or_default()
}

/// A range with its weight in thousandths; `None` when it is refused (`q=0`) or malformed.
fn weighted(range: &str) -> Option<(u16, &str)> {
    let mut pieces = range.split(';').map(str::trim);
    let tag = pieces.next().filter(|tag| !tag.is_empty())?;
    let weight = match pieces.find_map(|piece| piece.strip_prefix("q=").or(piece.strip_prefix("Q="))) {
        Some(quality) => thousandths(quality)?,
        None => 1000,
    };
    (weight > 0).then_some((weight, tag))
}

/// `1`, `0.8`, `0.875` in thousandths, up to one.
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

/// The locale of the tag itself, or the nearest one of its language.
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
    let has = |subtag: &str| rest.iter().any(|own| own == subtag);
    let elsewhere = !rest.is_empty();
    let tag = match language.as_str() {
        "de" if has("li") => "de-CH",
        "de" => "de-DE",
        // Most of the world's English and Spanish is written like that of these two.
        "en" if elsewhere => "en-GB",
        "en" => "en-US",
        "es" if elsewhere => "es-MX",
        "es" => "es-ES",
        "fr" => "fr-FR",
        "nl" => "nl-NL",
        "nn" | "no" => "nb-NO",
        "pt" if elsewhere => "pt-PT",
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
    fn the_header_decides_by_weight_then_order() {
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
