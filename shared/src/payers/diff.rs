use serde_json::Value;

/// One member that two profiles do not have alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `units.rounding_threshold`, `codes[H0038].unit`
    pub path: String,
    /// JSON; empty when it is not there.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// What is not alike, in the order of the members. Items of lists are compared by their `code` when they have one.
pub fn diff(before: &Value, after: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    compare("", Some(before), Some(after), &mut found);
    found
}

fn compare(path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Change>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let mut names: Vec<&String> =
                one.keys().chain(other.keys().filter(|name| !one.contains_key(*name))).collect();
            names.sort();
            for name in names {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                compare(&path, one.get(name), other.get(name), found);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) if by_code(one) && by_code(other) => {
            let code = |item: &Value| item["code"].as_str().unwrap_or_default().to_owned();
            let mut codes: Vec<String> = one.iter().chain(other).map(code).collect();
            codes.sort();
            codes.dedup();
            for name in codes {
                let of = |list: &[Value]| list.iter().find(|item| code(item) == name).cloned();
                compare(&format!("{path}[{name}]"), of(one).as_ref(), of(other).as_ref(), found);
            }
        }
        _ => found.push(Change {
            path: path.to_owned(),
            before: before.map(Value::to_string),
            after: after.map(Value::to_string),
        }),
    }
}

fn by_code(list: &[Value]) -> bool {
    list.iter().all(|item| item["code"].is_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_not_alike_is_named() {
        let before = json!({
            "units": { "rounding_threshold": 15, "first_unit_min": 15 },
            "codes": [{ "code": "H0038", "unit": "min15" }, { "code": "H2015", "unit": "min15" }],
        });
        let after = json!({
            "units": { "rounding_threshold": 8, "first_unit_min": 15 },
            "codes": [{ "code": "H2016", "unit": "per_diem" }, { "code": "H0038", "unit": "each" }],
            "plan": { "required": false },
        });
        let found = diff(&before, &after);
        let paths: Vec<&str> = found.iter().map(|change| change.path.as_str()).collect();
        assert_eq!(paths, ["codes[H0038].unit", "codes[H2015]", "codes[H2016]", "plan", "units.rounding_threshold"]);
        assert_eq!((found[4].before.as_deref(), found[4].after.as_deref()), (Some("15"), Some("8")));
        assert_eq!((found[1].after.as_deref(), found[2].before.as_deref()), (None, None));
        assert_eq!(diff(&after, &after), []);
    }
}
