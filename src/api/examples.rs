//! Examples for the bodies in the OpenAPI document, composed of the examples of their fields.

use serde_json::{Map, Value, json};

/// Adds an example to each body without one.
pub(super) fn add(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let paths = document["paths"].as_object_mut().into_iter();
    let items = paths.flat_map(|paths| paths.values_mut());
    let operations = items
        .filter_map(Value::as_object_mut)
        .flat_map(|item| item.values_mut());
    for operation in operations.filter_map(Value::as_object_mut) {
        for (name, part) in operation {
            match (name.as_str(), part) {
                ("requestBody", body) => complete(body, &schemas),
                ("responses", Value::Object(responses)) => {
                    for response in responses.values_mut() {
                        complete(response, &schemas);
                    }
                }
                _ => {}
            }
        }
    }
}

fn complete(body: &mut Value, schemas: &Value) {
    let Some(contents) = body.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    for content in contents.values_mut() {
        if content["example"].is_null() {
            content["example"] = example(&content["schema"], schemas);
        }
    }
}

/// The example of a schema, or one composed of the examples of its parts.
fn example(schema: &Value, schemas: &Value) -> Value {
    let example_of = |schema: &Value| example(schema, schemas);
    if let Some(own) = schema.get("example") {
        return own.clone();
    }
    if let Some(name) = schema["$ref"].as_str() {
        return example_of(&schemas[name.rsplit('/').next().unwrap_or_default()]);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().map(example_of);
        let members = parts.filter_map(|part| part.as_object().cloned()).flatten();
        return Value::Object(members.collect());
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let non_null = choices.iter().find(|choice| choice["type"] != "null");
        return non_null.map_or(Value::Null, example_of);
    }
    if let Some(items) = schema.get("items") {
        return json!([example_of(items)]);
    }
    match schema["properties"].as_object() {
        Some(properties) => {
            let members = properties
                .iter()
                .map(|(name, schema)| (name.clone(), example_of(schema)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        None => json!("…"),
    }
}
