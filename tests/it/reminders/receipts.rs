use cairn_tests::{Phone, TestApp, both, days, hours, minutes};
use serde_json::{Value, json};

use super::an_hour_before;

fn receipt(phone: &Phone, app: &TestApp, event: &str, at: &str) -> Value {
    let data = &phone.inbox(app)[0]["notification"]["data"];
    json!({ "delivery_id": data["delivery_id"], "receipt_token": data["receipt_token"], "event": event, "at": at })
}

both!(the_phone_reports_and_staff_see_when, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    let occurrence = format!("{}.20270301T1200", item["id"].as_str().unwrap());
    app.advance(hours(1));
    app.deliver().await;
    app.advance(minutes(2));
    for (event, at) in [("shown", "2027-03-01T16:00:05Z"), ("clicked", "2027-03-01T16:01:00Z")] {
        for _ in 0..2 {
            app.post("/v1/receipts", receipt(&phone, app, event, at)).await.expect(204);
        }
    }
    app.post(format!("/v1/occurrences/{occurrence}/responses"), json!({ "response": "confirmed" }))
        .by(&phone)
        .await
        .expect(200);
    let seen = app.reminders(&sam, ana).await.remove(0);
    assert_eq!(seen["state"], "sent");
    assert_eq!(seen["sent_at"], "2027-03-01T16:00:00.000Z");
    assert_eq!(seen["shown_at"], "2027-03-01T16:00:05.000Z");
    assert_eq!(seen["clicked_at"], "2027-03-01T16:01:00.000Z");
    assert_eq!(seen["answered_at"], "2027-03-01T16:02:00.000Z");
    let events: Vec<_> =
        seen["deliveries"][0]["history"].as_array().unwrap().iter().map(|e| e["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["accepted", "shown", "clicked"], "repeats are stored once");

    // The same in the lists of occurrences.
    let listed = app.agenda(&phone, ana, "2027-03-01", "2027-03-02").await.remove(0);
    assert_eq!(listed["reminder"]["clicked_at"], "2027-03-01T16:01:00.000Z");
    assert_eq!(listed["response"]["response"], "confirmed");
});

both!(a_click_says_that_it_was_shown, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    app.advance(hours(1));
    app.deliver().await;
    // A phone whose clock is a year ahead is put right.
    app.post("/v1/receipts", receipt(&phone, app, "clicked", "2028-03-01T16:00:05Z")).await.expect(204);
    let seen = app.reminders(&sam, ana).await.remove(0);
    assert_eq!(
        (&seen["shown_at"], &seen["clicked_at"]),
        (&json!("2027-03-01T16:00:00.000Z"), &json!("2027-03-01T16:00:00.000Z"))
    );
});

both!(a_receipt_needs_its_token_and_its_time, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    app.advance(hours(1));
    app.deliver().await;
    let good = receipt(&phone, app, "shown", "2027-03-01T16:00:00Z");
    let mut wrong = good.clone();
    wrong["receipt_token"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
    let mut unknown = good.clone();
    unknown["delivery_id"] = json!("01928374-0000-7000-8000-000000000000");
    let (wrong, unknown) = (app.post("/v1/receipts", wrong).await, app.post("/v1/receipts", unknown).await);
    assert_eq!((wrong.refused(404), unknown.refused(404)), ("not_found", "not_found"));
    app.advance(days(7) + hours(2));
    assert_eq!(app.post("/v1/receipts", good).await.refused(404), "not_found");
    assert_eq!(app.count_where("delivery_events", "event = 'shown'").await, 0);
});

both!(the_notification_leads_to_its_occurrence_and_nobody_elses_does, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let (phone, other) = (app.phone(&sam, ana).await, app.phone(&sam, bo).await);
    let item = app.appointment(&sam, ana, "2027-03-01T12:00", an_hour_before()).await;
    app.advance(hours(1));
    app.deliver().await;
    let delivery = phone.inbox(app)[0]["notification"]["data"]["delivery_id"].as_str().unwrap().to_owned();
    let target = format!("/v1/me/deliveries/{delivery}");
    let found = app.get(&target).by(&phone).await.expect(200);
    assert_eq!(found["occurrence"]["item_id"], item["id"]);
    assert_eq!(found["occurrence"]["title"], "Coffee with Sam");
    app.get(&target).by(&other).await.refused(404);
    app.get(&target).await.refused(401);
});
