//! Ready to bill: units with their working, and what is in the way.

mod ready;

use cairn_shared::scope::Role;
use cairn_tests::{Client, Staff, TestApp, both};
use serde_json::{Value, json};

use crate::credentials::credential;
use crate::sessions::{at, session};

const MARCH: &str = "/v1/billing/readiness?from=2027-03-01&to=2027-04-01";

async fn lines(app: &TestApp, by: &Staff) -> Vec<Value> {
    app.get(MARCH).by(by).await.expect(200)["items"].as_array().unwrap().clone()
}

fn rules(line: &Value) -> Vec<&str> {
    line["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect()
}

async fn payer(app: &TestApp, by: &Staff, client: Client, rules: Value) {
    let admin = app.staff(&[Role::Admin]).await;
    let profile =
        json!({ "state": "ID", "payer": "harbor", "program": "any", "effective_from": "2027-01-01", "rules": rules });
    app.post("/v1/payer-profiles", profile).by(&admin).await.expect(201);
    let coverage = json!({ "state": "ID", "payer": "harbor", "program": "any", "starts_on": "2027-01-01" });
    app.post(format!("/v1/clients/{}/coverages", client.id), coverage).by(by).await.expect(201);
}

both!(every_rule_that_is_failed_is_said_with_what_to_do, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let made = session(app, &sam, &[ana], json!({ "service_code": "H0038" })).await;
    let found = lines(app, &sam).await;
    assert_eq!(found.len(), 1);
    let line = &found[0];
    assert_eq!((&line["session_id"], &line["minutes"], &line["units"]), (&made["id"], &json!(50), &json!(3)));
    assert_eq!(line["working"][0], "50 minutes are 3 full units of 15 and 5 minutes");
    assert_eq!(rules(line), ["note", "plan", "credential", "supervision"]);
    assert_eq!(line["ready"], false);
    for finding in line["findings"].as_array().unwrap() {
        assert!(!finding["message"].as_str().unwrap().is_empty() && !finding["fix"].as_str().unwrap().is_empty());
    }
    // One by one they are put right.
    let (admin, kim) = (app.staff(&[Role::Admin]).await, app.staff(&[Role::Supervisor]).await);
    credential(app, &admin, &sam, json!({})).await;
    app.supervise(&kim, &sam).await;
    assert_eq!(rules(&lines(app, &sam).await[0]), ["note", "plan"]);
    app.patch(at(&made), json!({ "service_code": null })).by(&sam).await.expect(200);
    let without = lines(app, &sam).await;
    assert_eq!((rules(&without[0]), &without[0]["units"]), (vec!["note", "plan", "service_code"], &json!(0)));
    let charting = json!({ "billable": false, "non_billable_reason": "charting" });
    app.patch(at(&made), charting).by(&sam).await.expect(200);
    assert!(lines(app, &sam).await.is_empty(), "what is for no payer is no bill");
});

both!(units_follow_the_payer, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    payer(
        app,
        &sam,
        ana,
        json!({ "units": { "rounding_threshold": 8, "first_unit_min": 8, "aggregate": "per_code_day" } }),
    )
    .await;
    for (from, to) in
        [("2027-03-01T10:00:00Z", "2027-03-01T10:20:00Z"), ("2027-03-01T12:00:00Z", "2027-03-01T12:20:00Z")]
    {
        session(app, &sam, &[ana], json!({ "starts_at": from, "ends_at": to, "service_code": "H0038" })).await;
    }
    let found = lines(app, &sam).await;
    let units: Vec<&Value> = found.iter().map(|line| &line["units"]).collect();
    assert_eq!(units, [&json!(3), &json!(0)], "twenty and twenty are forty minutes of the day");
    assert_eq!(found[0]["working"][0], "20 + 20 = 40 minutes of the day together");
    assert_eq!(found[1]["working"][0], "counted together with an earlier session of the day");
});

both!(everybody_in_a_group_is_billed_for_their_own_minutes, async |app| {
    let sam = app.specialist().await;
    let (ana, ben, cal) = (app.client(&sam).await, app.client(&sam).await, app.client(&sam).await);
    let members = json!({ "service_code": "H0038", "modifiers": ["HQ"] });
    let made = session(app, &sam, &[ana, ben, cal], members).await;
    let of = |client: Client| format!("{}/attendees/{}", at(&made), client.id);
    app.patch(of(ben), json!({ "left_at": "2027-03-01T14:20:00Z", "attendance": "left_early" }))
        .by(&sam)
        .await
        .expect(200);
    app.patch(of(cal), json!({ "attendance": "no_show" })).by(&sam).await.expect(200);
    let found = lines(app, &sam).await;
    let mut units: Vec<(String, i64)> = found
        .iter()
        .map(|line| (line["client_id"].as_str().unwrap().to_owned(), line["units"].as_i64().unwrap()))
        .collect();
    units.sort_unstable();
    let mut expected = vec![(ana.id.to_string(), 3), (ben.id.to_string(), 1)];
    expected.sort_unstable();
    assert_eq!(units, expected, "no line for whoever was not there");
});

both!(a_session_over_midnight_has_two_dates_of_service, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let night = json!({
        "starts_at": "2027-03-01T04:40:00Z", "ends_at": "2027-03-01T05:25:00Z", "service_code": "H0038",
    });
    session(app, &sam, &[ana], night).await;
    let all = app.get("/v1/billing/readiness?from=2027-02-28&to=2027-03-02").by(&sam).await.expect(200);
    let dates: Vec<(&Value, &Value)> =
        all["items"].as_array().unwrap().iter().map(|line| (&line["service_date"], &line["minutes"])).collect();
    assert_eq!(dates, [(&json!("2027-02-28"), &json!(20)), (&json!("2027-03-01"), &json!(25))]);
    assert_eq!(lines(app, &sam).await.len(), 1, "the second part alone lies in March");
});

both!(the_payers_list_of_codes_places_and_modifiers_counts, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let code = json!({
        "code": "H0038", "unit": "min15", "places": ["11"],
        "modifier_sets": [{ "modifiers": ["HF"], "kind": "individual" }],
    });
    payer(app, &sam, ana, json!({ "codes": [code], "limits": { "group_max": 1 } })).await;
    let made = session(app, &sam, &[ana], json!({})).await;
    assert_eq!((&made["service_code"], &made["modifiers"]), (&json!("H0038"), &json!(["HF"])));
    let services = |line: &Value| -> Vec<String> {
        let found =
            rules(line).into_iter().filter(|rule| !["note", "plan", "credential", "supervision"].contains(rule));
        found.map(str::to_owned).collect()
    };
    assert!(services(&lines(app, &sam).await[0]).is_empty());
    for (change, expected) in [
        (json!({ "modifiers": [] }), "modifiers"),
        (json!({ "modifiers": ["HF"], "place_of_service": "12" }), "place_of_service"),
        (json!({ "place_of_service": "11", "modality": "text" }), "modality"),
        (json!({ "modality": "in_person", "service_code": "H2015", "modifiers": [] }), "service_code"),
    ] {
        app.patch(at(&made), change.clone()).by(&sam).await.expect(200);
        assert_eq!(services(&lines(app, &sam).await[0]), [expected], "{change}");
    }
});

both!(lines_are_for_those_who_have_to_do_with_them, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let (ana, ben) = (app.client(&sam).await, app.client(&kim).await);
    let biller = app.staff(&[Role::Biller]).await;
    session(app, &sam, &[ana], json!({ "setting": "Kitchen table" })).await;
    session(app, &kim, &[ben], json!({})).await;
    assert_eq!(lines(app, &sam).await.len(), 1);
    let answer = app.get(MARCH).by(&biller).await;
    assert!(!answer.text().contains("Kitchen"), "no words for billers");
    assert_eq!(answer.expect(200)["items"].as_array().unwrap().len(), 2);
    let first = app.get(format!("{MARCH}&limit=1")).by(&biller).await.expect(200);
    let target = format!("{MARCH}&limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = app.get(target).by(&biller).await.expect(200);
    assert_eq!(second["next_cursor"], json!(null));
    assert_ne!(first["items"], second["items"]);
    for (query, field) in [
        ("from=2027-03-01", "to"),
        ("from=2027-03-01&to=2027-03-01", "to"),
        ("from=2027-03-01&to=2027-06-01", "to"),
        ("from=2027-02-30&to=2027-03-01", "from"),
    ] {
        let answer = app.get(format!("/v1/billing/readiness?{query}")).by(&biller).await;
        assert_eq!(answer.wrong_fields(), [field], "{query}");
    }
});
