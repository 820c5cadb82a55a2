use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

fn document() -> Value {
    serde_json::to_value(cairn_api::document()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if operation.get("operationId").is_some() {
                found.push((format!("{method} {path}"), operation.clone()));
            }
        }
    }
    found
}

/// With `UPDATE_OPENAPI=1` it writes the file instead.
#[test]
fn the_committed_document_is_the_programs_own() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/openapi.json");
    if std::env::var("UPDATE_OPENAPI").as_deref() == Ok("1") {
        let text = serde_json::to_string_pretty(&cairn_api::document()).unwrap();
        std::fs::write(&path, text + "\n").unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let committed: Value = serde_json::from_str(&text).unwrap_or_default();
    assert!(committed == document(), "openapi/openapi.json has drifted: run `make openapi`");
}

#[test]
fn operations_have_names_of_their_own() {
    let document = document();
    let operations = operations(&document);
    let names: Vec<&str> = operations.iter().map(|(_, operation)| operation["operationId"].as_str().unwrap()).collect();
    let distinct: BTreeSet<&&str> = names.iter().collect();
    assert_eq!(distinct.len(), names.len(), "{names:?}");
    for name in names {
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_') && name.len() > 4, "{name}");
    }
}

#[test]
fn every_operation_says_what_it_does_and_how_it_fails() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    for (name, operation) in operations(&document) {
        assert!(operation["summary"].is_string() || operation["description"].is_string(), "{name} says nothing");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name} never succeeds");
        if name.contains("/v1/") && !name.contains("public-key") {
            for status in ["400", "401", "403", "404", "422", "429", "503"] {
                assert!(responses.contains_key(status), "{name} does not tell of {status}");
            }
        }
    }
}

/// Two types of one name would be one schema in the document, and one of them told wrongly.
#[test]
fn schemas_have_names_of_their_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut folders = vec![root.join("api/src"), root.join("shared/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                for name in schemas(&std::fs::read_to_string(&path).unwrap()) {
                    found.entry(name).or_default().push(path.display().to_string());
                }
            }
        }
    }
    assert!(found.len() > 100, "the search found little");
    let document = document();
    let told = document["components"]["schemas"].as_object().unwrap();
    found.retain(|name, places| places.len() > 1 && told.contains_key(name));
    assert!(found.is_empty(), "{found:#?}");
}

/// The names under which a file's types stand in the document.
fn schemas(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut derives, mut renamed) = (false, None);
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[derive(") {
            (derives, renamed) = (line.contains("ToSchema"), None);
        } else if let Some(name) = line.strip_prefix("#[schema(as = ") {
            renamed = Some(name.trim_end_matches(")]").to_owned());
        } else if let Some(rest) = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum ")) {
            let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
            if std::mem::take(&mut derives) {
                names.push(renamed.take().unwrap_or(name));
            }
        }
    }
    names
}
