use cairn_shared::scope::Role;
use cairn_tests::both;
use serde_json::{Value, json};

fn groups(answer: &Value, measure: &str) -> Vec<Value> {
    let measures = answer["measures"].as_array().unwrap();
    let found = measures.iter().find(|one| one["measure"] == measure).unwrap();
    let groups = found["groups"].as_array().unwrap().iter();
    std::iter::once(&found["total"]).chain(groups).map(|group| group["value"].clone()).collect()
}

both!(small_groups_are_left_out_and_cannot_be_computed, async |app| {
    let sam = app.specialist().await;
    let admin = app.staff(&[Role::Admin]).await;
    let target = "/v1/dashboard/organization?from=2027-03-01&to=2027-04-01";
    for _ in 0..12 {
        app.client(&sam).await;
    }
    let spanish = json!({ "language": "es" });
    app.client_with(&sam, spanish.clone()).await;
    let answer = app.get(target).by(&admin).await.expect(200);
    assert_eq!(groups(&answer, "language"), [json!(13), Value::Null, Value::Null], "one is twelve less than thirteen");
    for _ in 0..10 {
        app.client_with(&sam, spanish.clone()).await;
    }
    let answer = app.get(target).by(&admin).await.expect(200);
    assert_eq!(groups(&answer, "language"), [json!(23), json!(12), json!(11)]);
    assert_eq!(answer["measures"][0]["groups"][0]["suppressed"], false);
    let elsewhere = app.staff_of(app.another_organization().await, &[Role::Admin]).await;
    let answer = app.get(target).by(&elsewhere).await.expect(200);
    for measure in answer["measures"].as_array().unwrap() {
        assert_eq!(measure["total"], json!({ "value": null, "suppressed": true }));
    }
});

both!(only_whole_months_are_counted, async |app| {
    let admin = app.staff(&[Role::Admin]).await;
    for (query, field) in [
        ("from=2027-03-02&to=2027-04-01", "from"),
        ("from=2027-03-01&to=2027-03-15", "to"),
        ("from=2027-03-01&to=2027-03-01", "to"),
        ("from=2027-03-01", "to"),
    ] {
        let answer = app.get(format!("/v1/dashboard/organization?{query}")).by(&admin).await;
        assert_eq!(answer.wrong_fields(), [field], "{query}");
    }
});
