//! Character references of OFX values, which some banks escape twice.

use std::borrow::Cow;

/// The names of U+00A0 to U+00FF, as HTML has them: French and Spanish banks write them.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 \
    sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml \
    Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml \
    times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave \
    eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute \
    ucirc uuml yacute thorn yuml";

/// No reference is longer.
const LONGEST: usize = 10;

/// `value` with its references replaced, twice: `&amp;lt;` is `<`.
pub fn unescaped(value: Cow<'_, str>) -> Cow<'_, str> {
    if !value.contains('&') {
        return value;
    }
    let once = replaced(&value);
    Cow::Owned(if once.contains('&') { replaced(&once) } else { once })
}

fn replaced(value: &str) -> String {
    let mut all = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(start) = rest.find('&') {
        all.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.bytes().take(LONGEST + 2).position(|byte| byte == b';');
        let found = end.and_then(|end| Some((character(&rest[1..end])?, end)));
        if let Some((character, end)) = found {
            all.push(character);
            rest = &rest[end + 1..];
        } else {
            all.push('&');
            rest = &rest[1..];
        }
    }
    all.push_str(rest);
    all
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "euro" => '€',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "hellip" => '…',
        _ => {
            let code = if let Some(number) = name.strip_prefix('#') {
                match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => number.parse().ok()?,
                }
            } else {
                0xa0 + u32::try_from(LATIN.split_whitespace().position(|latin| latin == name)?).ok()?
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn references_are_replaced_once_or_twice() {
        for (text, expected) in [
            ("A &amp; B", "A & B"),
            ("&amp;lt;X&amp;gt;", "<X>"),
            ("Caf&eacute; &#8364;&#x20AC; &yuml;&nbsp;", "Café €€ ÿ\u{a0}"),
            ("A & B; C &nothing; &", "A & B; C &nothing; &"),
            ("&#xD800; &#99999999;", "&#xD800; &#99999999;"),
            ("AT&T;é", "AT&T;é"),
        ] {
            assert_eq!(unescaped(text.into()), expected, "{text}");
        }
    }
}
