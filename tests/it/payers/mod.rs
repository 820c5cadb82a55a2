//! Payers: rules as dated data, and which hold for whom on which day.

use cairn_shared::payers::{self, ProfileFile};
use cairn_shared::scope::Role;
use cairn_tests::{both, id_of};
use serde_json::{Value, json};

fn profile(from: &str, threshold: i64) -> Value {
    json!({
        "state": "ID", "payer": "harbor", "program": "any", "effective_from": from,
        "rules": { "units": { "rounding_threshold": threshold, "first_unit_min": 8 } },
    })
}

both!(rules_are_loaded_once_and_never_changed, async |app| {
    let admin = app.staff(&[Role::Admin]).await;
    let before = app.get("/v1/payer-profiles").by(&admin).await.expect(200);
    assert_eq!(before["items"].as_array().unwrap().len(), 8, "what comes with the program");
    assert!(before["items"].as_array().unwrap().iter().all(|item| item["source"] == "shipped"));
    let made = app.post("/v1/payer-profiles", profile("2027-01-01", 8)).by(&admin).await.expect(201);
    assert_eq!((&made["version_number"], &made["source"]), (&json!(1), &json!("organization")));
    assert_eq!(made["rules"]["notes"]["max_sign_days"], 7, "what is left out is the usual");
    let same = app.post("/v1/payer-profiles", profile("2027-01-01", 8)).by(&admin).await.expect(200);
    assert_eq!(same["id"], made["id"]);
    let next = app.post("/v1/payer-profiles", profile("2027-01-01", 15)).by(&admin).await.expect(201);
    assert_eq!(next["version_number"], 2);
    assert_ne!(next["rules_hash"], made["rules_hash"]);
    let old = app.get(format!("/v1/payer-profiles/{}", id_of(&made))).by(&admin).await.expect(200);
    assert_eq!(old, made, "what notes rest on stays");
    let shipped = format!("/v1/payer-profiles/{}", id_of(&before["items"][0]));
    assert_eq!(app.get(shipped).by(&admin).await.expect(200), before["items"][0]);
});

both!(the_date_of_service_and_the_coverage_pick_the_rules, async |app| {
    let (sam, admin) = (app.specialist().await, app.staff(&[Role::Admin]).await);
    let ana = app.client(&sam).await;
    for (from, threshold) in [("2026-01-01", 9), ("2027-01-01", 8)] {
        app.post("/v1/payer-profiles", profile(from, threshold)).by(&admin).await.expect(201);
    }
    let target = format!("/v1/clients/{}/coverages", ana.id);
    let coverage = json!({
        "state": "ID", "payer": "harbor", "program": "any", "starts_on": "2026-06-01", "ends_on": "2027-02-28",
    });
    let made = app.post(&target, coverage.clone()).by(&sam).await.expect(201);
    let second = app.post(&target, coverage.clone()).by(&sam).await;
    assert_eq!(second.refused(409), "coverage_overlap");
    let tx = app.database.begin_read(&app.organization.scope()).await.unwrap();
    for (date, threshold) in [
        ("2026-05-31", 15),
        ("2026-06-01", 9),
        ("2026-12-31", 9),
        ("2027-01-01", 8),
        ("2027-02-28", 8),
        ("2027-03-01", 15),
    ] {
        let found = payers::profile_on(&tx, ana.id, date.parse().unwrap()).await.unwrap();
        assert_eq!(found.rules.units.rounding_threshold, threshold, "{date}");
    }
    tx.finish().await.unwrap();
    let open =
        app.patch(format!("/v1/coverages/{}", id_of(&made)), json!({ "ends_on": null })).by(&sam).await.expect(200);
    assert_eq!(open["ends_on"], json!(null));
    let tx = app.database.begin_read(&app.organization.scope()).await.unwrap();
    let found = payers::profile_on(&tx, ana.id, "2027-03-01".parse().unwrap()).await.unwrap();
    assert_eq!(found.rules.units.rounding_threshold, 8);
    tx.finish().await.unwrap();
    for (name, value) in [
        ("state", json!("Idaho")),
        ("payer", json!("Harbor Health")),
        ("program", json!("")),
        ("starts_on", json!("2027-02-30")),
        ("ends_on", json!("2026-05-31")),
    ] {
        let mut body = coverage.clone();
        body[name] = value;
        assert_eq!(app.post(&target, body).by(&sam).await.wrong_fields(), [name]);
    }
});

both!(what_is_wrong_with_rules_is_named, async |app| {
    let admin = app.staff(&[Role::Admin]).await;
    let before = app.contents().await;
    for (rules, field) in [
        (json!({ "units": { "rounding_threshold": 0 } }), "rules.units.rounding_threshold"),
        (json!({ "units": { "rounding_threshold": 8.5 } }), "rules.units.rounding_threshold"),
        (json!({ "units": { "threshold": 8 } }), "rules.units.threshold"),
        (json!({ "codes": [{ "code": "h38", "unit": "min15" }] }), "rules.codes[0].code"),
        (json!({ "codes": [{ "code": "H0038", "unit": "hour" }] }), "rules.codes[0].unit"),
        (json!({ "codes": [{ "code": "H0038", "unit": "min15", "places": ["office"] }] }), "rules.codes[0].places"),
        (json!({ "filing": { "rendering": "somebody" } }), "rules.filing.rendering"),
        (json!({ "notes": { "cosign": { "when": "percent", "percent": 101 } } }), "rules.notes.cosign.percent"),
    ] {
        let mut body = profile("2027-01-01", 8);
        body["rules"] = rules.clone();
        assert_eq!(app.post("/v1/payer-profiles", body).by(&admin).await.wrong_fields(), [field], "{rules}");
    }
    app.assert_unchanged_since(&before).await;
});

both!(a_file_says_the_same_as_a_request, async |app| {
    let admin = app.staff(&[Role::Admin]).await;
    let text = r#"
        state = "ID"
        payer = "harbor"
        program = "any"
        effective_from = "2027-01-01"
        [rules.units]
        rounding_threshold = 8
        first_unit_min = 8
    "#;
    let file = ProfileFile::parse(text).unwrap();
    let mut tx = app.database.begin_write(&app.organization.scope()).await.unwrap();
    let added = payers::add(&mut tx, &file).await.unwrap();
    assert!(added.changed);
    tx.commit().await.unwrap();
    let same = app.post("/v1/payer-profiles", profile("2027-01-01", 8)).by(&admin).await.expect(200);
    assert_eq!(same["rules_hash"], json!(added.profile.hash));
    let before = serde_json::to_value(&added.profile.rules).unwrap();
    let after = ProfileFile::parse(&text.replace("rounding_threshold = 8", "rounding_threshold = 15")).unwrap();
    let changes = payers::diff(&before, &serde_json::to_value(&after.rules).unwrap());
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].path, "units.rounding_threshold");
    let wrong = ProfileFile::parse("state = \"ID\"\npayer = 7").unwrap_err();
    assert!(format!("{wrong:?}").contains("profile"), "{wrong:?}");
});
