use cairn_shared::scope::Role;
use cairn_tests::{both, days};
use serde_json::json;

both!(an_assignment_opens_on_its_first_day_and_closes_after_its_last, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let supervisor = app.staff(&[Role::Supervisor]).await;
    app.supervise(&supervisor, &sam).await;
    let ana = app.client(&sam).await;
    let target = format!("/v1/clients/{}", ana.id);
    let period = json!({ "staff_id": kim.id, "starts_on": "2027-03-03", "ends_on": "2027-03-04" });
    let made = app.post(format!("{target}/assignments"), period).by(&supervisor).await.expect(201);
    assert_eq!((&made["starts_on"], &made["ends_on"]), (&json!("2027-03-03"), &json!("2027-03-04")));

    // Days of the organization, in New York: midnight there is five in the morning UTC.
    for (moment, sees) in [
        ("2027-03-03T04:59:59Z", false),
        ("2027-03-03T05:00:00Z", true),
        ("2027-03-05T04:59:59Z", true),
        ("2027-03-05T05:00:00Z", false),
    ] {
        app.travel_to(moment);
        let kim = app.fresh(&kim).await;
        let status = app.get(&target).by(&kim).await.status;
        assert_eq!(status, if sees { 200 } else { 404 }, "{moment}");
        let listed = app.get("/v1/clients").by(&kim).await.expect(200)["items"].as_array().unwrap().len();
        assert_eq!(listed, usize::from(sees), "{moment}");
    }
});

both!(a_last_day_can_be_set_later, async |app| {
    let sam = app.specialist().await;
    let supervisor = app.staff(&[Role::Supervisor]).await;
    app.supervise(&supervisor, &sam).await;
    let ana = app.client(&sam).await;
    let list = app.get(format!("/v1/clients/{}/assignments", ana.id)).by(&sam).await.expect(200);
    assert_eq!(list["items"][0]["staff_id"], json!(sam.id));
    let target = format!("/v1/assignments/{}", list["items"][0]["id"].as_str().unwrap());
    assert_eq!(
        app.patch(&target, json!({ "ends_on": "2027-02-01" })).by(&supervisor).await.wrong_fields(),
        ["ends_on"]
    );
    app.patch(&target, json!({ "ends_on": "2027-03-01" })).by(&sam).await.refused(403);
    app.patch(&target, json!({ "ends_on": "2027-03-01" })).by(&supervisor).await.expect(200);
    app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.expect(200);
    app.advance(days(1));
    app.get(format!("/v1/clients/{}", ana.id)).by(&app.fresh(&sam).await).await.refused(404);
});

both!(only_specialists_of_the_house_are_assigned_on_days_that_exist, async |app| {
    let sam = app.specialist().await;
    let supervisor = app.staff(&[Role::Supervisor]).await;
    app.supervise(&supervisor, &sam).await;
    let ana = app.client(&sam).await;
    let elsewhere = app.another_organization().await;
    let (scheduler, stranger) = (app.scheduler().await, app.staff_of(elsewhere, &[Role::Specialist]).await);
    let target = format!("/v1/clients/{}/assignments", ana.id);
    let before = app.contents().await;
    for (body, field) in [
        (json!({ "staff_id": scheduler.id, "starts_on": "2027-03-03" }), "staff_id"),
        (json!({ "staff_id": stranger.id, "starts_on": "2027-03-03" }), "staff_id"),
        (json!({ "staff_id": ana.id, "starts_on": "2027-03-03" }), "staff_id"),
        (json!({ "staff_id": sam.id, "starts_on": "2027-02-29" }), "starts_on"),
        (json!({ "staff_id": sam.id, "starts_on": "2027-3-3" }), "starts_on"),
        (json!({ "staff_id": sam.id, "starts_on": "2027-03-03", "ends_on": "2027-03-02" }), "ends_on"),
        (json!({ "staff_id": sam.id }), "starts_on"),
    ] {
        assert_eq!(app.post(&target, body.clone()).by(&supervisor).await.wrong_fields(), [field], "{body}");
    }
    app.assert_unchanged_since(&before).await;
});

both!(a_scheduler_adds_a_client_for_a_specialist, async |app| {
    let (scheduler, sam) = (app.scheduler().await, app.specialist().await);
    let body = json!({ "preferred_name": "Ana", "time_zone": "America/New_York" });
    assert_eq!(app.post("/v1/clients", body.clone()).by(&scheduler).await.wrong_fields(), ["specialist_ids"]);
    let ana = app.client_with(&scheduler, json!({ "specialist_ids": [sam.id] })).await;
    app.get(format!("/v1/clients/{}", ana.id)).by(&sam).await.expect(200);
});
