//! Recurring entries for stories: made, entered, and listed.

use actix_web::rt::System;
use expense_tracker::recurring::clockwork;
use serde_json::{Value, json};

use super::api::Client;
use super::app::App;

/// A monthly entry from `date` on; its answer.
#[track_caller]
pub fn monthly(client: &Client, date: &str, more: &Value) -> Value {
    let mut body = json!({"amount": "900", "category": "Rent", "date": date, "description": "Flat"});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    client.post("/recurring", &body).expect(201).json()
}

/// Its path in the API.
pub fn path(made: &Value) -> String {
    format!("/recurring/{}", made["id"].as_str().unwrap())
}

/// The dates of all expenses, the oldest first.
pub fn entered(client: &Client) -> Vec<String> {
    let list = client.get("/expenses?limit=500").expect(200).json();
    let items = list["items"].as_array().unwrap();
    let mut dates: Vec<String> = items
        .iter()
        .map(|item| item["date"].as_str().unwrap().to_owned())
        .collect();
    dates.reverse();
    dates
}

/// The open dates until `until`.
pub fn upcoming(client: &Client, until: &str) -> Vec<String> {
    let list = client.get(&format!("/upcoming?until={until}")).expect(200).json();
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["date"].as_str().unwrap().to_owned())
        .collect()
}

/// One round of the background task; how many expenses it has entered.
pub fn round(app: &App) -> usize {
    let state = app.state.clone();
    System::new()
        .block_on(async move { clockwork::once(&state).await })
        .expect("the round ends")
}

/// Opens the book at a time, as a person does.
pub fn open_at(app: &App, client: &Client, time: &str) {
    app.set_clock(time);
    client.get("/recurring").expect(200);
}
