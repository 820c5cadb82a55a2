use crate::Outcome;

/// Prints the document exactly as `openapi/openapi.json` holds it.
pub fn run() -> Outcome {
    let document = cairn_api::document();
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(())
}
