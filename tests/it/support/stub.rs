//! Placeholders for the built browser assets, so that tests of the server don't need npm.

use std::path::Path;

/// Writes the files of a build with minimal content.
pub fn write(folder: &Path) {
    let list = [
        "app.css",
        "app.js",
        "charts.js",
        "favicon.svg",
        "icon-180.png",
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
