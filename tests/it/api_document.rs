//! The OpenAPI document lists exactly the existing paths, methods and statuses.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::support::App;

/// Where the calls are registered.
const SOURCES: [&str; 8] = [
    include_str!("../../src/accounts/api.rs"),
    include_str!("../../src/expenses/api/mod.rs"),
    include_str!("../../src/categories/api.rs"),
    include_str!("../../src/budgets/api.rs"),
    include_str!("../../src/dashboard/api.rs"),
    include_str!("../../src/imports/api/mod.rs"),
    include_str!("../../src/recurring/api/mod.rs"),
    include_str!("../../src/sharing/api.rs"),
];

fn document(app: &App) -> Value {
    app.anonymous().get("/api/openapi.json").expect(200).json()
}

fn methods(document: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let paths = document["paths"].as_object().unwrap();
    let methods = |item: &Value| {
        item.as_object()
            .unwrap()
            .keys()
            .map(|name| name.to_uppercase())
            .collect()
    };
    paths
        .iter()
        .map(|(path, item)| (path.clone(), methods(item)))
        .collect()
}

#[test]
fn the_documents_paths_are_the_routes() {
    let app = App::start();
    let client = app.api(&app.person());
    let documented = methods(&document(&app));
    let registered: BTreeSet<String> = SOURCES
        .iter()
        .flat_map(|source| source.split("web::resource(\"").skip(1))
        .map(|rest| format!("/api/v1{}", rest.split('"').next().unwrap()))
        .collect();
    assert_eq!(documented.keys().cloned().collect::<BTreeSet<_>>(), registered);
    for (path, mut methods) in documented {
        // GET includes HEAD, which OpenAPI does not list.
        if methods.contains("GET") {
            methods.insert("HEAD".to_owned());
        }
        // The answer to an unsupported method lists the supported ones.
        let path = path
            .strip_prefix("/api/v1")
            .unwrap()
            .replace("{id}", "1")
            .replace("{date}", "1");
        let answer = client.send(&client.request("PROPFIND", &path)).expect(405);
        let allowed = answer.header("allow").unwrap().split(", ");
        let allowed: BTreeSet<String> = allowed.map(str::to_owned).collect();
        assert_eq!(allowed, methods, "{path}");
    }
}

#[test]
fn every_call_that_needs_a_token_says_so_and_refuses_those_without() {
    let app = App::start();
    let person = app.person();
    let document = document(&app);
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["license"]["identifier"], "MIT");
    assert_eq!(
        document["components"]["securitySchemes"]["token"]["scheme"],
        "bearer"
    );
    let (mut open, mut ids) = (Vec::new(), BTreeSet::new());
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
            assert!(
                operation["summary"].is_string() && operation["tags"].is_array(),
                "{id}"
            );
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.keys().any(|status| status.starts_with('2')), "{id}");
            for (status, response) in responses
                .iter()
                .filter(|(status, _)| *status >= &"400".to_owned())
            {
                let content = &response["content"]["application/problem+json"];
                assert_eq!(
                    content["schema"]["$ref"], "#/components/schemas/Problem",
                    "{id} {status}"
                );
                assert_eq!(content["example"]["status"].to_string(), *status, "{id}");
            }
            if operation["security"].is_array() {
                open.push(id.to_owned());
                continue;
            }
            assert!(responses.contains_key("401"), "{id}");
            let path = path.replace("{id}", "1").replace("{date}", "1");
            // Even if the rest is invalid, and although the browser is signed in.
            let request = super::support::Request::new(&method.to_uppercase(), &path)
                .header("Idempotency-Key", "not a key")
                .body("text/plain", "{");
            person.send(&request).problem(401);
        }
    }
    assert_eq!(open, ["register", "getToken"]);
}

#[test]
fn every_body_has_an_example() {
    let app = App::start();
    let document = document(&app);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let bodies = operation["responses"]
                .as_object()
                .unwrap()
                .values()
                .chain(operation.get("requestBody"));
            for content in bodies
                .filter_map(|body| body["content"].as_object())
                .flat_map(|content| content.values())
            {
                assert!(!content["example"].is_null(), "{method} {path}: {content}");
            }
        }
    }
}

#[test]
fn the_document_and_the_explorer_work_under_a_sub_path() {
    let app = App::with(|given| given.public_url = Some("http://home.example/money".to_owned()));
    let visitor = app.anonymous();
    let document = visitor.get("/api/openapi.json").expect(200).json();
    assert_eq!(document["servers"][0]["url"], "/money");
    assert_eq!(visitor.get("/docs").location(), "/money/docs/");
    let page = visitor.get("/docs/").expect(200);
    assert!(page.text().contains("/money/docs/swagger-ui-bundle.js"));
    let script = visitor.get("/docs/swagger-initializer.js").expect(200).text();
    assert!(script.contains("\"/money/api/openapi.json\""), "{script}");
    let client = app.api(&app.person());
    let body = serde_json::json!({"amount": "1", "category": "A"});
    let answer = client.post("/expenses", &body).expect(201);
    assert!(
        answer
            .header("location")
            .unwrap()
            .starts_with("/money/api/v1/expenses/")
    );
}

#[test]
fn the_explorer_is_served_locally_and_only_it_has_an_inline_style() {
    let app = App::start();
    let visitor = app.anonymous();
    let page = visitor.get("/docs/").expect(200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        !policy.contains("unsafe") && policy.contains("script-src 'self';"),
        "{policy}"
    );
    let (before, rest) = policy.split_once(" 'sha256-").expect("the hash of the one style");
    let (_, after) = rest.split_once('\'').unwrap();
    let login = visitor.get("/login");
    assert_eq!(
        login.header("content-security-policy"),
        Some(format!("{before}{after}").as_str())
    );
    assert!(
        !page.text().contains("//"),
        "nothing comes from elsewhere: {}",
        page.text()
    );
    for file in [
        "swagger-ui.css",
        "swagger-ui-bundle.js",
        "swagger-ui-standalone-preset.js",
        "index.css",
    ] {
        visitor.get(&format!("/docs/{file}")).expect(200);
    }
    visitor.get("/docs/nothing.js").expect(404);
    visitor.get("/docs/../../etc/passwd").expect(404);
}

#[test]
fn an_example_is_composed_of_examples() {
    let app = App::start();
    for (path, item) in document(&app)["paths"].as_object().unwrap() {
        assert!(
            !item.to_string().contains("\"…\""),
            "{path}: a schema has no example"
        );
    }
    let summary = &document(&app)["paths"]["/api/v1/summary"]["get"]["responses"]["200"];
    let budget = &summary["content"]["application/json"]["example"]["budget"];
    assert!(budget["percent"].is_number(), "{budget}");
}
