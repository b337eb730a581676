//! A stand-in for the built browser assets, so that no test of the server needs npm.

use std::path::Path;

/// Writes the files that a build leaves, with next to nothing in them.
pub fn write(folder: &Path) {
    let list = [
        "app.css",
        "app.js",
        "charts.js",
        "favicon.svg",
        "manifest.webmanifest",
    ]
    .map(|name| {
        let (stem, ending) = name.split_once('.').unwrap();
        let file = format!("{stem}-STUB.{ending}");
        std::fs::write(folder.join(&file), format!("/* {name} */")).unwrap();
        format!(r#""{name}": {{"file": "{file}"}}"#)
    });
    std::fs::write(folder.join("manifest.json"), format!("{{{}}}", list.join(", "))).unwrap();
}
