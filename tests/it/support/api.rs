//! A program that uses the API: a token, JSON, and problem+json.

use serde_json::{Value, json};

use super::app::{App, PASSWORD};
use super::visitor::Visitor;
use super::wire::{Answer, Request};

/// A program with a token, or without one.
pub struct Client {
    wire: Visitor,
    base: String,
    token: Option<String>,
}

impl App {
    /// A program of `person`, with a new token.
    pub fn api(&self, person: &Visitor) -> Client {
        let mut client = self.api_without_token();
        let answer = client.post(
            "/auth/token",
            &json!({"email": person.email, "password": PASSWORD}),
        );
        client.token = Some(
            answer.expect(200).json()["access_token"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
        client
    }

    /// A program that has none.
    pub fn api_without_token(&self) -> Client {
        Client {
            wire: self.anonymous(),
            base: format!("{}/api/v1", self.base()),
            token: None,
        }
    }

    /// A program with this token.
    pub fn api_with(&self, token: &str) -> Client {
        let mut client = self.api_without_token();
        client.token = Some(token.to_owned());
        client
    }
}

impl Client {
    /// A request to a path below `/api/v1`, with the token.
    pub fn request(&self, method: &str, path: &str) -> Request {
        let request = Request::new(method, &format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.header("Authorization", &format!("Bearer {token}")),
            None => request,
        }
    }

    /// The same with a JSON body.
    pub fn json(&self, method: &str, path: &str, body: &Value) -> Request {
        self.request(method, path)
            .body("application/json", body.to_string())
    }

    #[track_caller]
    pub fn send(&self, request: &Request) -> Answer {
        let answer = self.wire.send(request);
        assert_eq!(answer.header("set-cookie"), None, "the API sets no cookies");
        answer
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send(&self.request("GET", path))
    }

    #[track_caller]
    pub fn delete(&self, path: &str) -> Answer {
        self.send(&self.request("DELETE", path))
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(&self.json("POST", path, body))
    }

    #[track_caller]
    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(&self.json("PATCH", path, body))
    }

    #[track_caller]
    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(&self.json("PUT", path, body))
    }

    /// Adds an expense; fails unless it was taken.
    #[track_caller]
    pub fn add(&self, amount: &str, category: &str, date: &str) -> Value {
        let body = json!({"amount": amount, "category": category, "date": date});
        self.post("/expenses", &body).expect(201).json()
    }

    /// The token.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(
            self.header("content-type"),
            Some("application/json"),
            "{}",
            self.text()
        );
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    /// The error that this is; fails unless it is one of this status, as RFC 9457 has it.
    #[track_caller]
    pub fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem: Value = serde_json::from_slice(&self.body).expect("the body is JSON");
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], status);
        for name in ["title", "detail"] {
            assert!(
                problem[name].as_str().is_some_and(|text| !text.is_empty()),
                "{problem}"
            );
        }
        assert_eq!(problem["errors"].is_array(), status == 422, "{problem}");
        problem
    }

    /// The fields of a 422, in the order told.
    #[track_caller]
    pub fn fields(&self) -> Vec<String> {
        let problem = self.problem(422);
        let errors = problem["errors"].as_array().unwrap();
        let text = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
        assert!(errors.iter().all(|error| !text(error, "message").is_empty()));
        errors.iter().map(|error| text(error, "field")).collect()
    }
}
