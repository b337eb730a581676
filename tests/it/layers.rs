//! Checks the layers of `src`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the crate from the bottom up; each uses only modules of the lines above its own.
const LAYERS: [(&str, &[&str]); 8] = [
    (
        "plain values",
        &[
            "text",
            "timing",
            "private_files",
            "permits",
            "period",
            "clock",
            "locale",
            "money",
            "statements",
            "error",
            "settings",
        ],
    ),
    ("mechanics", &["db", "crypto", "slice", "web", "state", "api"]),
    ("people", &["books", "accounts"]),
    ("the ledger", &["ledger"]),
    ("slices", &["sharing", "categories", "expenses", "budgets"]),
    (
        "slices that make expenses of other things",
        &["imports", "recurring"],
    ),
    ("pages over several slices", &["dashboard"]),
    ("program", &["ops", "app", "serve", "main"]),
];

#[test]
fn a_module_uses_only_modules_below_it() {
    let order: Vec<&str> = LAYERS
        .iter()
        .flat_map(|(_, modules)| modules.iter().copied())
        .collect();
    let level = |module: &str| order.iter().position(|known| *known == module);
    let mut wrong = Vec::new();
    for file in files() {
        if file.module == "lib" {
            continue;
        }
        let Some(own) = level(&file.module) else {
            wrong.push(format!("{}: “{}” is in no layer", file.name(), file.module));
            continue;
        };
        for (number, path) in &file.paths {
            let used = path.split("::").nth(1).unwrap_or_default();
            match level(used) {
                Some(used_level) if used_level < own || used == file.module => {}
                Some(_) => wrong.push(format!(
                    "{}:{number}: {path} is above “{}”",
                    file.name(),
                    file.module
                )),
                // `crate::Name` is not used: everything is in a module.
                None => wrong.push(format!("{}:{number}: {path} is in no layer", file.name())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let files = files();
    let names: BTreeSet<String> = files.iter().map(File::path).collect();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in &files {
        let own = file.path();
        for (_, path) in &file.paths {
            // The longest prefix of the path that is a file.
            let parts: Vec<&str> = path.split("::").collect();
            let target = (1..=parts.len())
                .rev()
                .map(|count| parts[..count].join("::"))
                .find(|path| names.contains(path));
            if let Some(target) = target.filter(|target| *target != own) {
                uses.entry(own.clone()).or_default().insert(target);
            }
        }
    }
    // A file that uses none of the remaining files, or that none of them uses, is in no circle.
    loop {
        let left = uses.len();
        let sources: BTreeSet<String> = uses.keys().cloned().collect();
        for targets in uses.values_mut() {
            targets.retain(|target| sources.contains(target));
        }
        let all_targets: BTreeSet<String> = uses.values().flatten().cloned().collect();
        uses.retain(|own, targets| !targets.is_empty() && all_targets.contains(own));
        if uses.len() == left {
            break;
        }
    }
    assert!(uses.is_empty(), "files that use each other: {uses:#?}");
}

/// One file of `src`.
struct File {
    /// Below `src`.
    relative: PathBuf,
    /// The module of the crate that it belongs to.
    module: String,
    /// Each path into the crate, complete (`crate::db::Conn`), with the number of its line.
    paths: Vec<(usize, String)>,
}

impl File {
    fn name(&self) -> String {
        format!("src/{}", self.relative.display())
    }

    /// `crate::db::file` for `db/file.rs`.
    fn path(&self) -> String {
        own_path(&self.relative).join("::")
    }
}

fn own_path(relative: &Path) -> Vec<String> {
    let mut path = vec!["crate".to_owned()];
    let parts = relative.with_extension("");
    path.extend(parts.iter().map(|part| part.to_string_lossy().into_owned()));
    if path.last().is_some_and(|last| last == "mod") {
        path.pop();
    }
    path
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let relative = path.strip_prefix(&root).unwrap().to_owned();
                let module = own_path(&relative).get(1).cloned().unwrap_or_default();
                let text = fs::read_to_string(&path).unwrap();
                let paths = paths(&text, &own_path(&relative));
                found.push(File {
                    relative,
                    module,
                    paths,
                });
            }
        }
    }
    assert!(found.len() > 100, "the sources are there");
    found
}

/// Every path of the crate in the code, without its tests and comments.
fn paths(text: &str, own: &[String]) -> Vec<(usize, String)> {
    let code = text.split("\nmod tests {").next().unwrap_or_default();
    let code: Vec<&str> = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < code.len() {
        let number = at + 1;
        let mut line = code[at].to_owned();
        let is_use = line
            .trim_start()
            .trim_start_matches("pub ")
            .trim_start_matches("pub(crate) ")
            .starts_with("use ");
        while is_use && !line.contains(';') && at + 1 < code.len() {
            at += 1;
            line.push_str(code[at]);
        }
        at += 1;
        if is_use {
            let tree = line.split("use ").nth(1).unwrap_or_default();
            for path in expanded(tree.trim_end().trim_end_matches(';')) {
                found.extend(absolute(&path, own).map(|path| (number, path)));
            }
        } else {
            let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            for path in line.split(|c| !is_part(c)) {
                found.extend(absolute(path, own).map(|path| (number, path)));
            }
        }
    }
    found
}

/// `a::{b, c::d}` as `a::b` and `a::c::d`.
fn expanded(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((before, rest)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap_or_default().trim().to_owned()];
    };
    let inside = rest.rsplit_once('}').map_or(rest, |(inside, _)| inside);
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inside[start..]);
    parts
        .into_iter()
        .filter(|part| !part.trim().is_empty())
        .flat_map(expanded)
        .map(|part| format!("{}{part}", before.trim()))
        .collect()
}

/// A path that begins with `crate`, `super` or `self`, from the crate's root.
fn absolute(path: &str, own: &[String]) -> Option<String> {
    // `pub(super)` is no path.
    if !path.contains("::") {
        return None;
    }
    let mut parts = path.split("::").peekable();
    let mut base = match parts.next()? {
        "crate" => vec!["crate".to_owned()],
        "self" => own.to_vec(),
        "super" => own[..own.len() - 1].to_vec(),
        _ => return None,
    };
    while parts.next_if_eq(&"super").is_some() {
        base.pop();
    }
    base.extend(parts.map(str::to_owned));
    base.retain(|part| !part.is_empty() && part != "self");
    (base.len() > 1).then(|| base.join("::"))
}
