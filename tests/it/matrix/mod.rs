//! Who may do what: every operation of the OpenAPI document, asked by everybody, against a table that says what each
//! hears. An operation or a cell that the table lacks fails.

mod forms;
mod notes;
mod papers;
mod request;
mod table;
mod world;

use std::collections::BTreeSet;

use cairn_tests::{TestApp, both};

use table::TABLE;
use world::{ACTORS, World};

fn operations() -> BTreeSet<String> {
    let document = serde_json::to_value(cairn_api::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|path| path.as_object().unwrap().values());
    operations.filter_map(|operation| Some(operation["operationId"].as_str()?.to_owned())).collect()
}

#[test]
fn the_table_has_every_operation_and_no_other() {
    let declared: Vec<&str> = TABLE.iter().map(|row| row.0).collect();
    let distinct: BTreeSet<String> = declared.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(distinct.len(), declared.len(), "a row stands twice");
    assert_eq!(distinct, operations());
    for (operation, cells) in TABLE {
        assert_eq!(cells.split_whitespace().count(), ACTORS.len(), "{operation}: a cell for each of {ACTORS:?}");
    }
}

/// The table is asked in so many stories, each with a world of its own, side by side.
const PARTS: usize = 8;

both!(everybody_hears_what_the_first_part_says, async |app| { everybody_hears_what_the_table_says(app, 0).await });
both!(everybody_hears_what_the_second_part_says, async |app| { everybody_hears_what_the_table_says(app, 1).await });
both!(everybody_hears_what_the_third_part_says, async |app| { everybody_hears_what_the_table_says(app, 2).await });
both!(everybody_hears_what_the_fourth_part_says, async |app| { everybody_hears_what_the_table_says(app, 3).await });
both!(everybody_hears_what_the_fifth_part_says, async |app| { everybody_hears_what_the_table_says(app, 4).await });
both!(everybody_hears_what_the_sixth_part_says, async |app| { everybody_hears_what_the_table_says(app, 5).await });
both!(everybody_hears_what_the_seventh_part_says, async |app| { everybody_hears_what_the_table_says(app, 6).await });
both!(everybody_hears_what_the_eighth_part_says, async |app| { everybody_hears_what_the_table_says(app, 7).await });

async fn everybody_hears_what_the_table_says(app: &TestApp, part: usize) {
    let world = World::build(app).await;
    let mut wrong = Vec::new();
    // Rows stay beside each other: some go on from the one above.
    let rows = part * TABLE.len() / PARTS..(part + 1) * TABLE.len() / PARTS;
    for (operation, cells) in &TABLE[rows] {
        for (actor, expected) in ACTORS.iter().zip(cells.split_whitespace()) {
            let call = request::request(app, &world, operation).await;
            let call = world.ask(app, actor, operation, call).await;
            // Who is let in may write; whoever is refused must not.
            let before = if expected.starts_with('2') { None } else { Some(app.contents().await) };
            let answer = call.await;
            if answer.status.to_string() != expected {
                wrong.push(format!(
                    "{operation} by {actor}: {} instead of {expected}: {:.200}",
                    answer.status,
                    answer.text()
                ));
            }
            if let Some(before) = before {
                app.assert_unchanged_since(&before).await;
            }
            if actor.starts_with("other ") || *actor == "nobody" {
                let text = answer.text();
                let leak = world.secrets.iter().find(|secret| answer.status < 400 && text.contains(secret.as_str()));
                assert!(
                    leak.is_none() || request::is_public(operation),
                    "{operation} tells {actor} of {leak:?}: {text}"
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{} cells:\n{}", wrong.len(), wrong.join("\n"));
}
