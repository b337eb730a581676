//! The tags of an OFX file in order, each with the text behind it: SGML without closing tags, XML, and files between.

use std::borrow::Cow;

use memchr::{memchr, memmem};

/// No name of a tag is longer; without a limit a file of `<` alone would take quadratic time.
const LONGEST_NAME: usize = 80;

#[derive(Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    /// In capitals, without a prefix.
    pub name: Cow<'a, str>,
    pub is_closing: bool,
    /// Where the tag starts.
    pub start: usize,
    /// Where the text behind it ends.
    pub end: usize,
    /// The text up to the next tag, as it stands in the file.
    pub value: Cow<'a, str>,
}

/// The first tag at or after `position`.
pub fn tag_at(text: &str, mut position: usize) -> Option<Tag<'_>> {
    loop {
        let start = position + memchr(b'<', text.as_bytes().get(position..)?)?;
        match markup(text, start) {
            Markup::Tag {
                name,
                is_closing,
                end,
            } => {
                let (value, end) = value(text, end);
                return Some(Tag {
                    name,
                    is_closing,
                    start,
                    end,
                    value,
                });
            }
            Markup::Skipped { end } | Markup::Verbatim { end, .. } => position = end,
            Markup::Text => position = start + 1,
        }
    }
}

enum Markup<'a> {
    Tag {
        name: Cow<'a, str>,
        is_closing: bool,
        end: usize,
    },
    /// A comment or an instruction.
    Skipped {
        end: usize,
    },
    Verbatim {
        inside: &'a str,
        end: usize,
    },
    /// A `<` that begins nothing.
    Text,
}

/// What starts at the `<` at `start`.
fn markup(text: &str, start: usize) -> Markup<'_> {
    let rest = &text[start..];
    let until = |opening: usize, closing: &str| {
        memmem::find(&rest.as_bytes()[opening..], closing.as_bytes()).map_or((rest.len(), rest.len()), |at| {
            (opening + at, opening + at + closing.len())
        })
    };
    if rest.starts_with("<!--") {
        return Markup::Skipped {
            end: start + until(4, "-->").1,
        };
    }
    if rest.starts_with("<![CDATA[") {
        let (inside, end) = until(9, "]]>");
        return Markup::Verbatim {
            inside: &rest[9..inside],
            end: start + end,
        };
    }
    if rest.starts_with("<?") || rest.starts_with("<!") {
        return Markup::Skipped {
            end: start + until(2, ">").1,
        };
    }
    tag(rest).map_or(Markup::Text, |(name, is_closing, length)| Markup::Tag {
        name,
        is_closing,
        end: start + length,
    })
}

/// Name, whether it closes, and length of the tag that `rest` begins with.
fn tag(rest: &str) -> Option<(Cow<'_, str>, bool, usize)> {
    let is_closing = rest.starts_with("</");
    let from = if is_closing { 2 } else { 1 };
    let bytes = rest.as_bytes();
    let length = bytes[from..]
        .iter()
        .take(LONGEST_NAME)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"._-:".contains(byte))
        .count();
    let end = from + length;
    if length == 0 || !bytes[from].is_ascii_alphabetic() {
        return None;
    }
    let close = match bytes.get(end)? {
        b'>' => end,
        b'/' if bytes.get(end + 1) == Some(&b'>') => end + 1,
        // Attributes, which only the outermost tags of XML files have.
        b' ' | b'\t' | b'\r' | b'\n' => {
            let inside = &bytes[end..bytes.len().min(end + 1024)];
            let close = inside.iter().position(|byte| matches!(byte, b'>' | b'<'))?;
            let attributes = &inside[..close];
            let is_tag = inside[close] == b'>'
                && (attributes.contains(&b'=')
                    || attributes.trim_ascii().is_empty()
                    || attributes.trim_ascii() == b"/");
            is_tag.then_some(end + close)?
        }
        _ => return None,
    };
    let name = rest[from..end].rsplit(':').next().unwrap_or_default();
    let name = if name.bytes().any(|byte| byte.is_ascii_lowercase()) {
        Cow::Owned(name.to_ascii_uppercase())
    } else {
        Cow::Borrowed(name)
    };
    Some((name, is_closing, close + 1))
}

/// The text from `start` to the next tag, without comments, and where it ends.
fn value(text: &str, start: usize) -> (Cow<'_, str>, usize) {
    let mut value = Cow::Borrowed("");
    let mut from = start;
    let mut at = start;
    let mut append = |part: &'_ str, is_first: bool| {
        if is_first {
            value = Cow::Owned(String::new());
        }
        value.to_mut().push_str(part);
    };
    let mut is_whole = true;
    let end = loop {
        let Some(next) = memchr(b'<', &text.as_bytes()[at..]) else {
            break text.len();
        };
        let next = at + next;
        match markup(text, next) {
            Markup::Tag { .. } => break next,
            Markup::Text => at = next + 1,
            Markup::Skipped { end } => {
                append(&text[from..next], is_whole);
                (is_whole, from, at) = (false, end, end);
            }
            Markup::Verbatim { inside, end } => {
                append(&text[from..next], is_whole);
                append(inside, false);
                (is_whole, from, at) = (false, end, end);
            }
        }
    };
    if is_whole {
        return (Cow::Borrowed(&text[start..end]), end);
    }
    append(&text[from..end], false);
    (value, end)
}

#[cfg(test)]
mod tests {
    use super::tag_at;

    fn tags(text: &str) -> Vec<(String, String)> {
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some(tag) = tag_at(text, at) {
            let sign = if tag.is_closing { "/" } else { "" };
            found.push((format!("{sign}{}", tag.name), tag.value.trim().to_owned()));
            at = tag.end;
        }
        found
    }

    #[test]
    fn the_text_up_to_the_next_tag_is_the_value() {
        for (text, expected) in [
            ("junk <A>1<B>2</B>", vec![("A", "1"), ("B", "2"), ("/B", "")]),
            ("<A>1 < 2 <3 <- x<B>", vec![("A", "1 < 2 <3 <- x"), ("B", "")]),
            ("<!-- <A>9 --><A>1<!-- 2 -->3", vec![("A", "13")]),
            (
                "<A><![CDATA[a <B> c]]> d</A>",
                vec![("A", "a <B> c d"), ("/A", "")],
            ),
            (
                "<INTU.BID>3</intu.bid>",
                vec![("INTU.BID", "3"), ("/INTU.BID", "")],
            ),
            (
                "<o:OFX xmlns=\"x\"><MEMO/><NAME >x",
                vec![("OFX", ""), ("MEMO", ""), ("NAME", "x")],
            ),
            ("<A>1<!-- no end", vec![("A", "1")]),
            ("<", vec![]),
            ("<A", vec![]),
        ] {
            let expected: Vec<_> = expected
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect();
            assert_eq!(tags(text), expected, "{text}");
        }
    }
}
