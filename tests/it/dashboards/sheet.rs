use cairn_tests::both;
use serde_json::json;

use super::{catch_up, reason};

/// Cells as a reader of RFC 4180 finds them.
fn parse(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {
                chars.next();
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    assert!(row.is_empty() && cell.is_empty(), "the last line is whole");
    rows
}

both!(the_sheet_has_what_the_list_has_and_does_nothing, async |app| {
    let sam = app.specialist().await;
    let names = ["=HYPERLINK(\"http://evil.test\",\"x\")", "+1", "-2", "@SUM(A1)", "Ana, \"the\" first", "＝1", "Zoe"];
    for name in names {
        let client = app.client_with(&sam, json!({ "preferred_name": name })).await;
        if name == "Zoe" {
            reason(app, client, "goal_due", 1, "2027-02-20T12:00:00Z").await;
        }
    }
    catch_up(app).await;
    let answer = app.get("/v1/dashboard/caseload?sort=name").by(&sam).header("accept", "text/csv").await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").unwrap().starts_with("text/csv; charset=utf-8"));
    let rows = parse(&answer.text());
    assert_eq!(rows.len(), names.len() + 1);
    assert_eq!(rows[0][..2], ["client_id", "preferred_name"]);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    for row in &rows[1..] {
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
    let list = app.get("/v1/dashboard/caseload?sort=name").by(&sam).await.expect(200);
    let plain = |row: &Vec<String>| row[1].strip_prefix('\'').unwrap_or(&row[1]).to_owned();
    let told: Vec<String> = rows[1..].iter().map(plain).collect();
    let shown = list["items"].as_array().unwrap().iter();
    assert_eq!(told, shown.map(|row| row["client"]["preferred_name"].as_str().unwrap()).collect::<Vec<_>>());

    let target = "/v1/dashboard/caseload?reason=goal_due";
    let answer = app.get(target).by(&sam).header("accept", "text/csv").await;
    assert_eq!(parse(&answer.text()).len(), 2, "the same filter");
});

both!(a_long_sheet_is_whole, async |app| {
    let sam = app.specialist().await;
    for index in 0..430 {
        app.client_with(&sam, json!({ "preferred_name": format!("Client {index:03}") })).await;
    }
    let answer = app.get("/v1/dashboard/caseload").by(&sam).header("accept", "text/csv").await;
    let mut ids: Vec<String> = parse(&answer.text()).into_iter().skip(1).map(|row| row[0].clone()).collect();
    assert_eq!(ids.len(), 430);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 430, "nobody is left out or told twice");
    assert_eq!(app.count_where("audit_events", "action = 'read' AND object_type = 'summary'").await, 430);
});

both!(who_may_not_see_the_list_gets_no_sheet, async |app| {
    let scheduler = app.scheduler().await;
    let answer = app.get("/v1/dashboard/caseload").by(&scheduler).header("accept", "text/csv").await;
    assert_eq!(answer.refused(403), "role");
});
