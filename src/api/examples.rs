//! An example for every body of the document, put together from those of its fields.

use serde_json::{Map, Value, json};

/// Gives each body that has no example one.
pub fn add(document: &mut Value) {
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

/// A value of this schema: its own example, or one made of the examples inside.
fn example(schema: &Value, schemas: &Value) -> Value {
    let inside = |schema: &Value| example(schema, schemas);
    if let Some(own) = schema.get("example") {
        return own.clone();
    }
    if let Some(name) = schema["$ref"].as_str() {
        return inside(&schemas[name.rsplit('/').next().unwrap_or_default()]);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().map(inside);
        let members = parts.filter_map(|part| part.as_object().cloned()).flatten();
        return Value::Object(members.collect());
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let something = choices.iter().find(|choice| choice["type"] != "null");
        return something.map_or(Value::Null, inside);
    }
    if let Some(items) = schema.get("items") {
        return json!([inside(items)]);
    }
    match schema["properties"].as_object() {
        Some(properties) => {
            let members = properties
                .iter()
                .map(|(name, schema)| (name.clone(), inside(schema)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        None => json!("…"),
    }
}
