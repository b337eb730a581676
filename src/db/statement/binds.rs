//! The binds in the text of a statement: `?`, or `:name`.

/// How many `?` there are.
pub(super) const fn count_places(sql: &[&str]) -> usize {
    let (mut piece, mut found) = (0, 0);
    while piece < sql.len() {
        let (text, mut at) = (sql[piece].as_bytes(), 0);
        while at < text.len() {
            found += (text[at] == b'?') as usize;
            at += 1;
        }
        piece += 1;
    }
    found
}

/// The first named bind at or after `from`: where its colon is, and where its name ends. `::` is a cast.
pub(super) const fn next_bind(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    while at + 1 < text.len() {
        let is_cast = text[at + 1] == b':' || (at > 0 && text[at - 1] == b':');
        if text[at] == b':' && !is_cast && text[at + 1].is_ascii_lowercase() {
            let mut end = at + 1;
            while end < text.len() && (text[end].is_ascii_alphanumeric() || text[end] == b'_') {
                end += 1;
            }
            return Some((at, end));
        }
        at += 1;
    }
    None
}

/// Whether `text[from..to]` is `name`.
pub(super) const fn is_name(text: &[u8], from: usize, to: usize, name: &str) -> bool {
    let name = name.as_bytes();
    let mut at = 0;
    while at < name.len() && from + at < to {
        if text[from + at] != name[at] {
            return false;
        }
        at += 1;
    }
    at == name.len() && from + at == to
}

/// Whether the text binds each of `names`, and no other name. [`sql!`] checks it at compile time.
pub(crate) const fn binds_are(sql: &[&str], names: &[&str]) -> bool {
    let mut used = 0_u64;
    let mut piece = 0;
    while piece < sql.len() {
        let (text, mut from) = (sql[piece].as_bytes(), 0);
        while let Some((colon, end)) = next_bind(text, from) {
            let mut name = 0;
            while name < names.len() && !is_name(text, colon + 1, end, names[name]) {
                name += 1;
            }
            if name == names.len() {
                return false;
            }
            used |= 1 << name;
            from = end;
        }
        piece += 1;
    }
    used == (1 << names.len()) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_binds_each_name_and_no_other() {
        for (sql, names, expected) in [
            (&["id = :id AND day = :day"][..], &["id", "day"][..], true),
            (&["id = :id OR :id IS NULL"], &["id"], true),
            (&["id = :id", " AND day = :day"], &["day", "id"], true),
            (&["id = :ids"], &["id"], false),
            (&["id = :i"], &["id"], false),
            (&["id = :id"], &["id", "day"], false),
            (&["id::bigint = :id AND at = '12:00'"], &["id"], true),
        ] {
            assert_eq!(binds_are(sql, names), expected, "{sql:?}");
        }
    }
}
