use cairn_tests::{both, hours};
use serde_json::json;

both!(a_day_shows_who_comes_and_who_was_reached, async |app| {
    let (sam, scheduler) = (app.specialist().await, app.scheduler().await);
    let (ana, ben) = (app.client(&sam).await, app.client(&sam).await);
    let phone = app.phone(&sam, ana).await;
    let mut ids = Vec::new();
    for hour in ["12", "13", "14"] {
        let item =
            app.appointment(&scheduler, ana, &format!("2027-03-01T{hour}:00"), json!([{ "minutes_before": 90 }])).await;
        ids.push(format!("{}.20270301T{hour}00", item["id"].as_str().unwrap()));
    }
    let item = app.appointment(&scheduler, ben, "2027-03-01T15:00", json!([{ "minutes_before": 240 }])).await;
    app.delete(format!("/v1/agenda-items/{}", item["id"].as_str().unwrap())).by(&scheduler).await.expect(204);
    app.appointment(&scheduler, ben, "2027-03-01T16:00", json!([{ "minutes_before": 300 }])).await;
    app.item(&sam, ana, json!({ "kind": "routine", "starts_at_local": "2027-03-01T17:00" })).await;
    app.appointment(&scheduler, ana, "2027-03-02T09:00", json!([])).await;
    app.advance(hours(1));
    app.deliver().await;
    let target = format!("/v1/occurrences/{}/responses", ids[0]);
    app.post(target, json!({ "response": "confirmed" })).by(&phone).await.expect(200);

    let scheduler = app.fresh(&scheduler).await;
    let day = app.get("/v1/dashboard/day?on=2027-03-01").by(&scheduler).await.expect(200);
    assert_eq!(
        day["totals"],
        json!({ "appointments": 5, "cancelled": 1, "confirmed": 1, "declined": 0, "unanswered": 3, "reminded": 0,
            "not_reached": 1 })
    );
    assert_eq!(day["items"].as_array().unwrap().len(), 5);
    assert_eq!(day["items"][0]["response"]["response"], "confirmed");
    assert_eq!(app.get("/v1/dashboard/day").by(&scheduler).await.expect(200)["on"], "2027-03-01");
    let none = app.get(format!("/v1/dashboard/day?on=2027-03-01&staff_id={}", scheduler.id)).by(&scheduler).await;
    assert_eq!(none.expect(200)["totals"]["appointments"], 0);
});

both!(a_specialist_sees_the_day_of_their_own_clients, async |app| {
    let (sam, rosa) = (app.specialist().await, app.specialist().await);
    let (ana, ben) = (app.client(&sam).await, app.client(&rosa).await);
    app.appointment(&sam, ana, "2027-03-01T12:00", json!([])).await;
    app.appointment(&rosa, ben, "2027-03-01T12:00", json!([])).await;
    let day = app.get("/v1/dashboard/day").by(&sam).await.expect(200);
    assert_eq!(day["totals"]["appointments"], 1);
    assert_eq!(day["items"][0]["client"]["id"], ana.id.to_string());
});
