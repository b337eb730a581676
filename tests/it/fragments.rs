//! Pages and fragments of the same address are the same.

use super::support::{Answer, App, Request, Visitor, date};

const PAGES: [&str; 9] = [
    "/",
    "/?period=year&on=2026-11-22",
    "/expenses",
    "/expenses?q=n&period=all",
    "/expenses/trash",
    "/budgets",
    "/categories",
    "/by-category",
    "/settings",
];

fn somebody(app: &App) -> (Visitor, String) {
    let person = app.person();
    app.enter(
        &person,
        (0..60)
            .map(|n| (n + 1, "Food <&>", date("2026-11-20"), format!("n{n} <&>")))
            .collect(),
    );
    let id = person.add("4.50", "Coffee", "2026-11-20", "");
    let gone = person.add("4.50", "Coffee", "2026-11-20", "gone");
    person.post(&format!("/expenses/{gone}/delete"), &[]).location();
    person.page("/");
    (person, format!("/expenses/{id}/edit"))
}

/// A text without the unique ids of forms.
fn settled(answer: &Answer) -> String {
    let text = answer.text();
    let mark = "name=\"request_id\" value=\"";
    match text.split_once(mark) {
        Some((before, rest)) => format!("{before}{mark}{}", rest.split_once('"').unwrap().1),
        None => text,
    }
}

#[test]
fn a_fragment_is_byte_for_byte_part_of_its_page() {
    let app = App::start();
    let (person, edit) = somebody(&app);
    for path in PAGES.into_iter().chain([edit.as_str()]) {
        let page = settled(&person.get(path).expect(200));
        let fragment = settled(&person.get_htmx(path).expect(200));
        let (title, view) = fragment
            .strip_prefix("<title>")
            .unwrap()
            .split_once("</title>")
            .unwrap();
        assert!(page.contains(&format!("<title>{title}</title>")), "{path}");
        assert!(view.trim_start().starts_with("<main id=\"main\""), "{path}");
        assert!(view.trim_end().ends_with("</main>"), "{path}");
        assert!(page.contains(view), "{path}");
    }
    let nothing = person.get("/nothing").expect(404).text();
    let fragment = person.get_htmx("/nothing").expect(404).text();
    assert!(nothing.contains(fragment.split_once("</title>").unwrap().1));
}

#[test]
fn a_change_answers_the_fragment_that_its_view_shows() {
    let app = App::start();
    let (person, _) = somebody(&app);
    let add = [
        ("amount", "1"),
        ("category", "Food"),
        ("date", "2026-11-22"),
        ("description", "x"),
    ];
    for (path, view) in [
        (
            "/expenses?view=list&period=month&on=2026-11-20",
            "/expenses?period=month&on=2026-11-20",
        ),
        (
            "/expenses?period=month&on=2026-11-20",
            "/?period=month&on=2026-11-20",
        ),
    ] {
        let swapped = settled(&person.post_htmx(path, &add).expect(200));
        let shown = settled(&person.get_htmx(view).expect(200));
        // The notice and the mark of the new row are only in the answer to the change.
        let plain = swapped
            .replace("<p dir=\"auto\">Added x, $1.00</p>", "")
            .replace("class=\"row fresh\"", "class=\"row\"");
        assert_eq!(plain, shown, "{path}");
    }
}

#[test]
fn the_answer_lists_the_deciding_headers_in_vary() {
    let app = App::start();
    let (person, edit) = somebody(&app);
    let vary = |answer: &Answer| {
        let all: Vec<&str> = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "vary")
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .collect();
        ["HX-Request", "HX-History-Restore-Request"]
            .into_iter()
            .all(|name| all.iter().any(|other| other.eq_ignore_ascii_case(name)))
    };
    for path in PAGES
        .into_iter()
        .chain([edit.as_str(), "/nothing", "/expenses?on=x"])
    {
        assert!(vary(&person.get(path)), "{path}");
        assert!(vary(&person.get_htmx(path)), "{path}");
    }
    let nobody = app.anonymous();
    for path in ["/login", "/register", "/", "/expenses"] {
        assert!(vary(&nobody.get(path)), "{path}");
        assert!(vary(&nobody.get_htmx(path)), "{path}");
    }
    assert!(vary(&person.post("/expenses", &[])));
    assert!(vary(&person.post_htmx("/expenses", &[])));
    let gzip = person.send(&Request::new("GET", "/").header("Accept-Encoding", "gzip, br"));
    assert!(vary(&gzip) && gzip.header("content-encoding").is_some());
}

#[test]
fn a_history_restore_gets_the_whole_page() {
    let app = App::start();
    let (person, edit) = somebody(&app);
    for path in PAGES.into_iter().chain([edit.as_str()]) {
        let request = Request::new("GET", path)
            .htmx()
            .header("HX-History-Restore-Request", "true");
        person.send(&request).expect(200).page();
    }
    let nobody = app.anonymous();
    let request = Request::new("GET", "/")
        .htmx()
        .header("HX-History-Restore-Request", "true");
    assert_eq!(nobody.send(&request).location(), "/login?next=%2F");
    for value in ["false", "1", "TRUE", ""] {
        let request = Request::new("GET", "/").header("HX-Request", value);
        person.send(&request).expect(200).page();
    }
}
