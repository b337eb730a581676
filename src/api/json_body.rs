//! JSON bodies. Malformed JSON is a 400; invalid fields are a 422 that lists all of them.
//!
//! More than 300 lines, because a quarter of the file is tests.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use sha2::{Digest as _, Sha256};

use super::json::{self, Json, Members};
use crate::error::{AppError, FieldErrors};
use crate::web::body::{self, Body};

/// An unparsed JSON body. The handler parses it after authentication, so that a missing token is reported first.
#[derive(Debug, Clone)]
pub struct JsonBody {
    body: Bytes,
    is_json: bool,
}

impl FromRequest for JsonBody {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let body = req.extensions().get::<Body>().cloned().unwrap_or_default().0;
        ready(Ok(Self::new(req, body)))
    }
}

/// `application/json` without a charset or with UTF-8.
fn is_json(kind: &str) -> bool {
    let mut parts = kind.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    essence.eq_ignore_ascii_case("application/json")
        && parts.all(|part| {
            part.split_once('=')
                .filter(|(name, _)| name.eq_ignore_ascii_case("charset"))
                .is_none_or(|(_, charset)| charset.trim_matches('"').eq_ignore_ascii_case("utf-8"))
        })
}

impl JsonBody {
    fn new(req: &HttpRequest, body: Bytes) -> Self {
        let kind = req.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let is_json = is_json(kind);
        Self { body, is_json }
    }

    /// The object in the body of a batch, which is read only now. It is parsed off the async threads, which serve others
    /// meanwhile.
    pub async fn object_of_batch(req: &HttpRequest) -> Result<Object, AppError> {
        let sent = Self::new(req, body::batch(req).await?);
        let parsed = web::block(move || sent.object()).await;
        parsed.map_err(|_| AppError::stopped())?
    }

    /// Parses the body into a type that describes all of its members.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, AppError> {
        self.object()?;
        serde_json::from_slice(&self.body).map_err(|error| {
            // The body is JSON, so a member is missing, unknown or of the wrong type.
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            AppError::invalid(
                "body",
                format!("This does not fit: {}.", crate::text::truncated(message, 200)),
            )
        })
    }

    /// Parses the body, which has to be an object.
    pub fn object(&self) -> Result<Object, AppError> {
        if !self.is_json {
            return Err(AppError::UnsupportedType(
                "Send the body as application/json, in UTF-8.".to_owned(),
            ));
        }
        if self.body.trim_ascii().is_empty() {
            return Err(AppError::BadRequest(
                "The body is empty. Send a JSON object.".to_owned(),
            ));
        }
        let value = json::read(&self.body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let what = error.to_string();
            if what.starts_with(TOO_LARGE_NUMBER) {
                return AppError::invalid("body", format!("{NUMBER} See line {line}, column {column}."));
            }
            let what = if what.starts_with(TOO_DEEP) {
                "is nested too deeply"
            } else {
                "is not JSON"
            };
            AppError::BadRequest(format!("The body {what}: see line {line}, column {column}."))
        })?;
        match value {
            Json::Object(members) => Ok(Object::new(members, String::new())),
            _ => Err(AppError::invalid(
                "body",
                "Send a JSON object, in curly brackets.",
            )),
        }
    }
}

/// For `deserialize_with` of a member that can be missing, but not `null`.
pub fn not_null<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// The members of an object. They are taken one by one, and their errors are collected.
#[derive(Debug)]
pub struct Object {
    members: Members,
    /// The path of the object in the body: empty, or `items[3].`.
    prefix: String,
    errors: FieldErrors,
}

const MISSING: &str = "This field is missing.";
const NOT_NULL: &str = "This can't be null. Leave it out to keep it as it is.";
const NOT_TEXT: &str = "Send a string, in quotes.";
const NUMBER: &str = "Send the amount as a string, for example \"12.50\". JSON numbers are not accepted: many programs \
    convert them to binary fractions, which can't represent every cent.";

/// How `serde_json` begins its messages for numbers beyond any float and for too deep nesting.
const TOO_LARGE_NUMBER: &str = "number out of range";
const TOO_DEEP: &str = "recursion limit";

impl Object {
    fn new(members: Members, prefix: String) -> Self {
        Self {
            members,
            prefix,
            errors: FieldErrors::default(),
        }
    }

    /// A hash of the object and `purpose`. It does not depend on the order of the members.
    pub fn fingerprint(&self, purpose: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(purpose);
        hash.update([0]);
        // `Members` can always be serialized.
        hash.update(serde_json::to_string(&self.members).unwrap_or_default());
        URL_SAFE_NO_PAD.encode(hash.finalize())
    }

    /// A required string. If it is missing, the error is added and the result is empty.
    pub fn text(&mut self, name: &str) -> String {
        match self.members.remove(name) {
            None => {
                self.add_error(name, MISSING);
                String::new()
            }
            Some(value) => self.as_text(name, value),
        }
    }

    /// An optional string; `null` is an error.
    pub fn text_if_given(&mut self, name: &str) -> Option<String> {
        let value = self.members.remove(name)?;
        Some(self.as_text(name, value))
    }

    /// An optional string or `null`. The outer `None` means that it is missing.
    #[expect(clippy::option_option, reason = "a member can be missing, `null` or a string")]
    pub fn text_or_null(&mut self, name: &str) -> Option<Option<String>> {
        match self.members.remove(name)? {
            Json::Null => Some(None),
            value => Some(Some(self.as_text(name, value))),
        }
    }

    /// An optional whole number.
    pub fn integer_if_given(&mut self, name: &str) -> Option<i64> {
        if let Json::Number(Some(number)) = self.members.remove(name)? {
            return Some(number);
        }
        self.add_error(name, "Send a whole number.");
        None
    }

    /// An optional whole number or `null`. The outer `None` means that it is missing or wrong.
    #[expect(clippy::option_option, reason = "a member can be missing, `null` or a number")]
    pub fn integer_or_null(&mut self, name: &str) -> Option<Option<i64>> {
        if matches!(self.members.get(name)?, Json::Null) {
            self.members.remove(name);
            return Some(None);
        }
        self.integer_if_given(name).map(Some)
    }

    /// An optional `true` or `false`.
    pub fn bool_if_given(&mut self, name: &str) -> Option<bool> {
        if let Json::Bool(value) = self.members.remove(name)? {
            return Some(value);
        }
        self.add_error(name, "Send true or false.");
        None
    }

    /// Whether it has one of these members.
    pub fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.members.contains_key(*name))
    }

    /// A required string or `null`.
    pub fn needed_or_null(&mut self, name: &str) -> Option<String> {
        self.text_or_null(name).unwrap_or_else(|| {
            self.add_error(name, MISSING);
            None
        })
    }

    /// A required array of at most `max` objects; `max` is at most `json::MAX_ITEMS`.
    pub fn objects(&mut self, name: &str, max: usize) -> Vec<Self> {
        let (items, count) = match self.members.remove(name) {
            None => {
                self.add_error(name, MISSING);
                return Vec::new();
            }
            Some(Json::Array { first, count }) => (first, count),
            Some(_) => {
                self.add_error(name, "Send an array of objects.");
                return Vec::new();
            }
        };
        if count > max {
            let message = format!("Send at most {max} at a time; this has {count}.");
            self.add_error(name, &message);
            return Vec::new();
        }
        let mut objects = Vec::with_capacity(items.len());
        for (at, item) in items.into_iter().enumerate() {
            if let Json::Object(members) = item {
                objects.push(Self::new(members, format!("{}{name}[{at}].", self.prefix)));
            } else {
                self.add_error(&format!("{name}[{at}]"), "Send an object.");
            }
        }
        objects
    }

    fn as_text(&mut self, name: &str, value: Json) -> String {
        let wrong = match value {
            Json::Text(text) => return text,
            Json::Null => NOT_NULL,
            Json::Number(_) if name == "amount" => NUMBER,
            _ => NOT_TEXT,
        };
        self.add_error(name, wrong);
        String::new()
    }

    fn add_error(&mut self, name: &str, message: &str) {
        self.errors.add(&format!("{}{name}", self.prefix), message);
    }

    /// Returns `checked` unless there are errors: of the members that were taken, of the check, or because unknown
    /// members are left.
    pub fn finish<T>(mut self, checked: Result<T, FieldErrors>) -> Result<T, FieldErrors> {
        let unknown: Vec<String> = self.members.keys().cloned().collect();
        for name in unknown {
            let name = crate::text::truncated(&name, 60);
            self.add_error(&name, "Unknown field.");
        }
        match checked {
            Ok(value) if self.errors.is_empty() => Ok(value),
            Ok(_) => Err(self.errors),
            Err(found) => {
                // A member of the wrong type already has an error, so the error of the empty string in its place is ignored.
                for error in found.0 {
                    let field = format!("{}{}", self.prefix, error.field);
                    if self.errors.of(&field).is_none() {
                        self.errors.add(&field, error.message);
                    }
                }
                Err(self.errors)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        let sent = JsonBody {
            body: Bytes::from(text.to_owned()),
            is_json: true,
        };
        sent.object().unwrap()
    }

    #[test]
    fn json_is_recognized_by_its_content_type() {
        for (kind, expected) in [
            ("application/json", true),
            ("Application/JSON; charset=UTF-8", true),
            ("application/json;charset=\"utf-8\"", true),
            ("application/json; charset=latin1", false),
            ("application/problem+json", false),
            ("text/json", false),
            ("", false),
        ] {
            assert_eq!(is_json(kind), expected, "{kind}");
        }
    }

    #[test]
    fn malformed_json_is_a_400_and_another_value_than_an_object_a_422() {
        for text in [
            "",
            " ",
            "{",
            "{\"a\":1,}",
            "nonsense",
            "{} {}",
            "\"\\ud800\"",
            "[1",
            &"[".repeat(1_000),
        ] {
            let body = Bytes::from(text.to_owned());
            let error = JsonBody { body, is_json: true }.object().unwrap_err();
            assert!(matches!(error, AppError::BadRequest(_)), "{text}: {error}");
        }
        for text in ["[]", "1", "\"x\"", "null", "true", "{\"amount\":1e999}"] {
            let body = Bytes::from(text.to_owned());
            let error = JsonBody { body, is_json: true }.object().unwrap_err();
            assert!(matches!(error, AppError::Invalid(_)), "{text}: {error}");
        }
    }

    #[test]
    fn all_errors_are_reported_together_and_each_once() {
        let mut object = object(r#"{"amount":12.5,"category":null,"note":"x"}"#);
        let _ = (
            object.text("amount"),
            object.text("category"),
            object.text("date"),
        );
        let mut checked = FieldErrors::one("amount", "An amount is a string of digits");
        checked.add("description", "Too long.");
        let errors = object.finish::<()>(Err(checked)).unwrap_err();
        let fields: Vec<&str> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["amount", "category", "date", "note", "description"]);
        assert!(errors.of("amount").unwrap().contains("string"));
    }

    #[test]
    fn errors_of_items_have_their_path() {
        let mut body = object(r#"{"items":[{"amount":"1"},7,{"amount":[]}]}"#);
        let mut errors = FieldErrors::default();
        for mut item in body.objects("items", 10) {
            let _ = item.text("amount");
            errors.0.extend(item.finish(Ok(())).err().unwrap_or_default().0);
        }
        let own = body.finish(Ok(())).unwrap_err();
        assert_eq!(own.0[0].field, "items[1]");
        assert_eq!(errors.0[0].field, "items[2].amount");
    }
}
