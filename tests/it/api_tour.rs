//! The commands in docs/API.md run unchanged and give the printed answers.

use std::process::Command;

use super::support::App;

const TOUR: &str = include_str!("../../docs/API.md");
/// Ends the answer of each block.
const END: &str = "--- the end of a block";

/// The fenced blocks in order: (language, text).
fn blocks() -> Vec<(&'static str, &'static str)> {
    let fenced = TOUR.split("```").skip(1).step_by(2);
    fenced
        .map(|block| block.split_once('\n').expect("a language and a text"))
        .collect()
}

/// Ids and cursors differ from run to run.
fn same_ids(text: &str) -> String {
    let mut parts: Vec<&str> = text.trim().split('"').collect();
    for part in &mut parts {
        if part.len() >= 17 && part.bytes().all(|byte| byte.is_ascii_digit()) {
            *part = "ID";
        }
    }
    if let Some(at) = parts.iter().position(|part| *part == "next_cursor") {
        // At the end it is `null`.
        if let Some(cursor) = parts.get_mut(at + 2) {
            *cursor = "CURSOR";
        }
    }
    parts.join("\"")
}

#[test]
fn the_tour_can_be_followed_word_for_word() {
    let app = App::start();
    let blocks = blocks();
    let mut script = String::new();
    for (_, text) in blocks.iter().filter(|(language, _)| *language == "bash") {
        script.extend([text, "\necho; echo '", END, "'\n"]);
    }
    let folder = tempfile::tempdir().unwrap();
    let ran = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .env("APP", format!("http://{}", app.host()))
        .env_remove("http_proxy")
        .current_dir(folder.path())
        .output()
        .expect("bash is there");
    let words = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{words}");
    let output = String::from_utf8(ran.stdout).unwrap();
    let mut answers = output.split(END);
    let mut printed = 0;
    for pair in blocks.chunk_by(|_, next| next.0 != "bash") {
        let answer = answers.next().expect("an answer for each block");
        if let [(_, command), (_, expected)] = pair {
            assert_eq!(same_ids(answer), same_ids(expected), "{command}");
            printed += 1;
        }
    }
    assert!(printed > 10, "{printed}");
}
