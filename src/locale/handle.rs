//! The locale of a person, as a value.

use std::{fmt, hash, ptr};

use super::table::{Entry, LOCALES};

/// A supported locale: a reference to a row of the static table, so it is cheap to copy.
#[derive(Clone, Copy)]
pub struct Locale(&'static Entry);

impl Locale {
    /// By BCP 47 tag, `de-CH`, in any case, also with `_`. `None` if the locale is not supported.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.replace('_', "-");
        Self::all().find(|locale| locale.tag().eq_ignore_ascii_case(&tag))
    }

    /// The default first, the others sorted by tag.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        LOCALES.iter().map(Self)
    }

    /// The BCP 47 tag: `de-CH`.
    pub(crate) fn tag(self) -> &'static str {
        self.0.tag
    }

    /// The name in the locale's own language: `Deutsch (Schweiz)`.
    pub(crate) fn name(self) -> &'static str {
        self.0.name
    }

    /// The language of the tag, `de`, for the `lang` attribute of dates.
    pub(crate) fn language(self) -> &'static str {
        self.0
            .tag
            .split_once('-')
            .map_or(self.0.tag, |(language, _)| language)
    }

    pub(super) fn entry(self) -> &'static Entry {
        self.0
    }
}

impl Default for Locale {
    fn default() -> Self {
        Self(&LOCALES[0])
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
    fn the_default_is_first_and_the_others_are_sorted() {
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
