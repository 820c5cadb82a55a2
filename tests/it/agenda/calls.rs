use cairn_tests::{both, hours};
use serde_json::{Value, json};

fn standings(list: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let rows = list["items"].as_array().unwrap().iter();
    rows.map(|row| (text(&row["client"]["preferred_name"]), text(&row["standing"]))).collect()
}

fn pair(name: &str, standing: &str) -> (String, String) {
    (name.to_owned(), standing.to_owned())
}

both!(the_list_says_whom_to_call, async |app| {
    let (sam, scheduler) = (app.specialist().await, app.scheduler().await);
    let rules = json!([{ "minutes_before": 60 }]);
    let mut phones = Vec::new();
    for (name, at) in [("Ana", "12:00"), ("Bo", "12:10"), ("Cy", "12:20")] {
        let client = app.client_with(&sam, json!({ "preferred_name": name, "phone": "+1 208 555 0123" })).await;
        let phone = app.phone(&sam, client).await;
        let item = app.appointment(&sam, client, &format!("2027-03-01T{at}"), rules.clone()).await;
        phones.push((phone, format!("{}.20270301T{}", item["id"].as_str().unwrap(), at.replace(':', ""))));
    }
    let dan = app.client_with(&sam, json!({ "preferred_name": "=Dan" })).await;
    app.appointment(&sam, dan, "2027-03-01T12:30", rules.clone()).await;
    app.appointment(&sam, dan, "2027-03-01T20:00", rules.clone()).await;
    app.appointment(&sam, dan, "2027-03-01T21:00", json!([])).await;
    app.item(&sam, dan, json!({ "kind": "to_do", "starts_at_local": "2027-03-01T12:00" })).await;
    app.live(hours(2) - chrono::Duration::minutes(20), chrono::Duration::minutes(5)).await;
    let payload = &phones[1].0.inbox(app)[0];
    let data = &payload["notification"]["data"];
    let receipt = json!({ "delivery_id": data["delivery_id"], "receipt_token": data["receipt_token"], "event": "shown", "at": app.now() });
    app.post("/v1/receipts", receipt).await.expect(204);
    app.post(format!("/v1/occurrences/{}/responses", phones[2].1), json!({ "response": "confirmed" }))
        .by(&phones[2].0)
        .await
        .expect(200);
    let scheduler = app.fresh(&scheduler).await;
    let list = app.get("/v1/agenda/calls?date=2027-03-01").by(&scheduler).await.expect(200);
    assert_eq!(
        standings(&list),
        [
            pair("Ana", "sent"),
            pair("Bo", "shown"),
            pair("Cy", "answered"),
            pair("=Dan", "not_reached"),
            pair("=Dan", "planned"),
            pair("=Dan", "no_reminder"),
        ]
    );
    assert_eq!(list["items"][0]["client"]["phone"], "+1 208 555 0123");
    let open = app.get("/v1/agenda/calls?date=2027-03-01&standing=unanswered").by(&scheduler).await.expect(200);
    assert_eq!(standings(&open).len(), 5);
    let one = app.get("/v1/agenda/calls?date=2027-03-01&standing=shown").by(&scheduler).await.expect(200);
    assert_eq!(standings(&one), [pair("Bo", "shown")]);
    let sheet = app.get("/v1/agenda/calls?date=2027-03-01").by(&scheduler).header("accept", "text/csv").await;
    assert!(sheet.header("content-type").unwrap().starts_with("text/csv"));
    let text = sheet.text();
    assert_eq!(text.lines().count(), 7);
    assert!(text.contains("\"'=Dan\"") && text.contains("\"'+1 208 555 0123\""), "no formulas: {text}");
    let kim = app.specialist().await;
    assert_eq!(standings(&app.get("/v1/agenda/calls?date=2027-03-01").by(&kim).await.expect(200)).len(), 0);
    app.get("/v1/agenda/calls?date=2027-03-01").by(&phones[0].0).await.refused(403);
});
