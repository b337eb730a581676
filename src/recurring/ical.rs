//! Calendars as text (RFC 5545): all-day events, with folded lines and escaped texts.

use time::{Date, PrimitiveDateTime};

/// The most bytes of a line, without its end.
const MAX_LINE: usize = 75;
const PRODUCT: &str = "-//Expense Tracker Pro//Recurring entries//EN";

/// An event of one day.
#[derive(Debug, Clone)]
pub struct Event {
    /// The same for the same event in every answer.
    pub uid: String,
    /// When it was changed last, UTC.
    pub changed_at: PrimitiveDateTime,
    /// Grows with each change.
    pub sequence: i32,
    pub day: Date,
    pub summary: String,
    pub category: String,
}

/// A calendar of this name.
pub fn calendar(name: &str, events: &[Event]) -> String {
    let mut lines = Lines::default();
    lines.add("BEGIN", "VCALENDAR");
    lines.add("VERSION", "2.0");
    lines.add("PRODID", PRODUCT);
    lines.add("CALSCALE", "GREGORIAN");
    lines.add("NAME", &escaped(name));
    // What most programs read instead.
    lines.add("X-WR-CALNAME", &escaped(name));
    for event in events {
        lines.add("BEGIN", "VEVENT");
        lines.add("UID", &event.uid);
        lines.add("DTSTAMP", &moment(event.changed_at));
        lines.add("SEQUENCE", &event.sequence.to_string());
        // Without an end it is the whole day.
        lines.add("DTSTART;VALUE=DATE", &day(event.day));
        lines.add("SUMMARY", &escaped(&event.summary));
        lines.add("CATEGORIES", &escaped(&event.category));
        lines.add("TRANSP", "TRANSPARENT");
        lines.add("END", "VEVENT");
    }
    lines.add("END", "VCALENDAR");
    lines.0
}

/// `20261130`.
pub fn day(date: Date) -> String {
    let (year, month, day) = date.to_calendar_date();
    format!("{year:04}{:02}{day:02}", u8::from(month))
}

fn moment(at: PrimitiveDateTime) -> String {
    let (hour, minute, second) = at.time().as_hms();
    format!("{}T{hour:02}{minute:02}{second:02}Z", day(at.date()))
}

/// A text as a value: marks of the format get a backslash, line feeds become `\n`.
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => value.extend(['\\', letter]),
            '\n' => value.push_str("\\n"),
            '\t' => value.push(' '),
            other if other.is_control() => {}
            other => value.push(other),
        }
    }
    value
}

#[derive(Debug, Default)]
struct Lines(String);

impl Lines {
    /// Adds a line; a long one is folded, never inside of a character.
    fn add(&mut self, name: &str, value: &str) {
        let mut length = 0;
        for letter in name.chars().chain([':']).chain(value.chars()) {
            if length + letter.len_utf8() > MAX_LINE {
                self.0.push_str("\r\n ");
                length = 1;
            }
            length += letter.len_utf8();
            self.0.push(letter);
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(value: &str) -> String {
        let mut lines = Lines::default();
        lines.add("SUMMARY", value);
        lines.0
    }

    #[test]
    fn a_text_is_escaped() {
        assert_eq!(escaped("a;b,c\\d\ne\tf:g\u{7}"), "a\\;b\\,c\\\\d\\ne f:g");
    }

    #[test]
    fn a_line_of_75_bytes_is_not_folded() {
        assert_eq!(folded(&"x".repeat(67)).matches("\r\n ").count(), 0);
        assert_eq!(folded(&"x".repeat(68)).matches("\r\n ").count(), 1);
    }

    proptest! {
        #[test]
        fn lines_are_short_whole_characters_and_unfold_to_the_text(value in "[a-zé💶\u{301}]{0,400}") {
            let text = folded(&value);
            for line in text.split("\r\n") {
                prop_assert!(line.len() <= MAX_LINE, "{}", line);
            }
            prop_assert_eq!(text.replace("\r\n ", ""), format!("SUMMARY:{value}\r\n"));
        }
    }
}
