//! When members of staff work, and where there is room.

use cairn_shared::scope::Role;
use cairn_tests::both;
use serde_json::{Value, json};

fn weekdays(from: &str, to: &str) -> Value {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday"];
    days.iter().map(|day| json!({ "weekday": day, "from": from, "to": to })).collect()
}

both!(room_is_what_work_leaves, async |app| {
    let (sam, scheduler) = (app.specialist().await, app.scheduler().await);
    let ana = app.client(&sam).await;
    let target = format!("/v1/staff/{}/availability", sam.id);
    let empty = app.get(&target).by(&scheduler).await.expect(200);
    assert_eq!((&empty["version"], &empty["hours"]), (&json!(0), &json!([])));
    let body = json!({
        "time_zone": "America/New_York",
        "hours": weekdays("09:00", "13:00"),
        "time_off": [{ "from": "2027-03-03T00:00", "to": "2027-03-04T00:00" }],
    });
    let written = app.call("PUT", &target).json(&body).by(&scheduler).await.expect(200);
    assert_eq!((&written["version"], &written["time_off"]), (&json!(1), &body["time_off"]));
    let busy = json!({ "staff_ids": [sam.id], "starts_at_local": "2027-03-02T10:00", "duration_minutes": 90 });
    app.item(&sam, ana, busy).await;
    let cancelled = json!({ "staff_ids": [sam.id], "starts_at_local": "2027-03-02T12:00" });
    let cancelled = app.item(&sam, ana, cancelled).await;
    app.delete(format!("/v1/agenda-items/{}", cancelled["id"].as_str().unwrap())).by(&sam).await.expect(204);
    let slots = format!("/v1/staff/{}/free-slots?from=2027-03-01&to=2027-03-05&minutes=60", sam.id);
    let found = app.get(&slots).by(&scheduler).await.expect(200);
    let starts: Vec<&str> =
        found["items"].as_array().unwrap().iter().map(|slot| slot["starts_at_local"].as_str().unwrap()).collect();
    assert_eq!(
        starts,
        [
            // It is ten o'clock on the first; on the second there is no room from ten to half past eleven; off on the third.
            "2027-03-01T10:00",
            "2027-03-01T11:00",
            "2027-03-01T12:00",
            "2027-03-02T09:00",
            "2027-03-02T11:30",
            "2027-03-04T09:00",
            "2027-03-04T10:00",
            "2027-03-04T11:00",
            "2027-03-04T12:00",
        ]
    );
    assert_eq!(found["items"][3]["starts_at"], "2027-03-02T14:00:00.000Z");
    for (range, field) in [
        ("from=2027-03-05&to=2027-03-05", "to"),
        ("from=2027-03-01&to=2027-05-01", "to"),
        ("from=2027-03-01&to=2027-03-02&minutes=1", "minutes"),
    ] {
        let target = format!("/v1/staff/{}/free-slots?{range}", sam.id);
        assert_eq!(app.get(target).by(&scheduler).await.wrong_fields(), [field]);
    }
});

both!(who_writes_it_and_who_was_faster, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let target = format!("/v1/staff/{}/availability", sam.id);
    let body = json!({ "time_zone": "America/New_York", "hours": weekdays("09:00", "13:00") });
    app.call("PUT", &target).json(&body).by(&kim).await.refused(403);
    app.call("PUT", &target).json(&body).by(&sam).await.expect(200);
    app.get(&target).by(&kim).await.expect(200);
    app.call("PUT", &target).json(&body).by(&sam).header("if-match", "\"0\"").await.refused(412);
    app.call("PUT", &target).json(&body).by(&sam).header("if-match", "\"1\"").await.expect(200);
    app.get(&target).by(&app.staff(&[Role::Biller]).await).await.refused(403);
    let stranger = app.staff_of(app.another_organization().await, &[Role::Scheduler]).await;
    app.get(&target).by(&stranger).await.refused(404);
    let wrong = json!({ "time_zone": "EST", "hours": [{ "weekday": "monday", "from": "10:00", "to": "09:00" }] });
    assert_eq!(app.call("PUT", &target).json(&wrong).by(&sam).await.wrong_fields(), ["time_zone", "hours[0]"]);
});
