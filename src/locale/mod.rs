//! How a user's country writes numbers, money and dates; the interface itself is English.

mod dates;
mod negotiate;
mod numbers;
mod table;

use std::{fmt, hash, ptr};

pub use numbers::MoneyParts;

/// One of a closed list of locales: a handle to static facts, free to copy.
#[derive(Clone, Copy)]
pub struct Locale(&'static table::Facts);

impl Locale {
    /// By its BCP 47 tag, `de-CH`; any case, `_` for `-` too. `None` if it is not on the list.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.replace('_', "-");
        Self::all().find(|locale| locale.tag().eq_ignore_ascii_case(&tag))
    }

    /// The best for an `Accept-Language` header (RFC 9110); `en-US` if nothing fits.
    pub fn negotiate(accept_language: &str) -> Self {
        negotiate::best(accept_language)
    }

    /// Every locale, for a select: `en-US` first, the others by tag.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        table::LOCALES.iter().map(Self)
    }

    /// The BCP 47 tag, `de-CH`.
    pub fn tag(self) -> &'static str {
        self.0.tag
    }

    /// Its name in its own language, `Deutsch (Schweiz)`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The language of the tag, `de`: for a `lang` attribute around dates.
    pub fn language(self) -> &'static str {
        self.0
            .tag
            .split_once('-')
            .map_or(self.0.tag, |(language, _)| language)
    }
}

impl Default for Locale {
    fn default() -> Self {
        Self(&table::LOCALES[0])
    }
}

impl PartialEq for Locale {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.0, other.0)
    }
}

impl Eq for Locale {}

impl hash::Hash for Locale {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.tag().hash(state);
    }
}

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Locale({})", self.tag())
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::Locale;

    #[test]
    fn the_list_is_closed_sorted_and_long_enough() {
        let tags: Vec<_> = Locale::all().map(Locale::tag).collect();
        assert!(tags.len() >= 24);
        assert_eq!(tags[0], Locale::default().tag());
        assert_eq!(tags[0], "en-US");
        assert!(tags[1..].is_sorted());
        for locale in Locale::all() {
            assert_eq!(Locale::from_tag(locale.tag()), Some(locale));
        }
    }

    #[test]
    fn a_tag_is_found_in_any_case_and_with_an_underscore() {
        for tag in ["de-CH", "DE-ch", "de_CH", "de_ch"] {
            assert_eq!(
                Locale::from_tag(tag).map(Locale::name),
                Some("Deutsch (Schweiz)"),
                "{tag}"
            );
        }
        for tag in ["", "de", "xx-XX", "de-CHE", " de-CH", "de--CH", "en-US-POSIX"] {
            assert_eq!(Locale::from_tag(tag), None, "{tag}");
        }
        assert_eq!(Locale::from_tag("pt-BR").map(Locale::language), Some("pt"));
    }
}
