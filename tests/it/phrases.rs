//! Phrases that were replaced and must not come back into what people read.

use std::fs;
use std::path::{Path, PathBuf};

/// Where people's sentences are: pages, messages, scripts, settings and documents. The changelog may quote old ones.
const PLACES: [&str; 10] = [
    "templates",
    "src",
    "assets/src",
    "docs",
    "scripts",
    ".github",
    "README.md",
    "CONTRIBUTING.md",
    ".env.example",
    "compose.yaml",
];

/// Add a phrase here once the last place that has it is changed.
const GONE: [&str; 43] = [
    // "Enter", not "Type".
    "Type a password",
    "Type an amount",
    "Type a whole number",
    "Type the number",
    "Type at least",
    "Type your",
    "Type a category",
    "Type a date",
    // What people have created, and what they can do.
    "Make a link",
    "Make a token",
    "Use at most {",
    "A change holds",
    "Take the change back",
    "Enter it by itself",
    "Read it this way",
    "shown only this once",
    "Invite somebody",
    "Name of the book",
    "See the expenses",
    "There is no such import",
    "End all sessions",
    "End session:",
    "Send it again",
    "This request can't be read",
    "The same as {",
    "There is none, it is",
    "It now says",
    "Filters in force",
    "Nothing matches",
    "A budget holds",
    "A category is made",
    "Look at another one",
    // The command line, the settings and the documents.
    ": nothing is wrong",
    "within reach",
    "which is little",
    "none is made by this server",
    "backup of this program",
    "no account has the address",
    "from elsewhere than",
    "3 o'clock",
    "forwarding headers are believed",
    "BENCH_HARNESS",
    "../shared",
];

fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            files(&entry.unwrap().path(), found);
        }
    } else {
        found.push(path.to_owned());
    }
}

#[test]
fn phrases_that_were_replaced_do_not_come_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for place in PLACES {
        files(&root.join(place), &mut found);
    }
    assert!(found.len() > 400, "{}", found.len());
    let mut wrong = Vec::new();
    for file in found {
        // Pictures are no text.
        let Ok(text) = fs::read_to_string(&file) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            for phrase in GONE.iter().filter(|phrase| line.contains(**phrase)) {
                let name = file.strip_prefix(root).unwrap().display().to_string();
                wrong.push(format!("{name}:{}: “{phrase}”", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
