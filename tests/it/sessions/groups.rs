use cairn_tests::both;
use serde_json::json;

use super::{at, body, session};

both!(everybody_in_a_group_has_their_own_time, async |app| {
    let sam = app.specialist().await;
    let (ana, ben, cal) = (app.client(&sam).await, app.client(&sam).await, app.client(&sam).await);
    let made = session(app, &sam, &[ana, ben, cal], json!({ "ends_at": "2027-03-01T15:00:00Z" })).await;
    assert_eq!((&made["kind"], &made["attendee_count"]), (&json!("group"), &json!(3)));
    let of = |client: cairn_tests::Client| format!("{}/attendees/{}", at(&made), client.id);
    let late = json!({ "arrived_at": "2027-03-01T14:20:00Z", "others_present": ["interpreter"] });
    app.patch(of(ben), late).by(&sam).header("if-match", "\"1\"").await.expect(200);
    let absent = app.patch(of(cal), json!({ "attendance": "no_show" })).by(&sam).await.expect(200);
    let minutes: Vec<i64> =
        absent["attendees"].as_array().unwrap().iter().map(|one| one["minutes"].as_i64().unwrap()).collect();
    assert_eq!(minutes, [60, 40, 0], "time is each one's own, and never divided");
    assert_eq!(absent["attendees"][1]["others_present"], json!(["interpreter"]));
    let stale = app.patch(of(ben), json!({ "left_at": null })).by(&sam).header("if-match", "\"1\"").await;
    assert_eq!(stale.refused(412), "version_changed");
    // What is excluded of the session is nobody's time.
    let pause = json!({ "excluded_minutes": 10, "excluded_reason": "pause" });
    let changed = app.patch(at(&made), pause).by(&sam).await.expect(200);
    assert_eq!((&changed["attendees"][0]["minutes"], &changed["attendees"][1]["minutes"]), (&json!(50), &json!(30)));
    for (members, field) in [
        (json!({ "arrived_at": "2027-03-01T13:59:00Z" }), "arrived_at"),
        (json!({ "left_at": "2027-03-01T15:01:00Z" }), "left_at"),
        (json!({ "left_at": "2027-03-01T14:10:00Z" }), "left_at"),
        (json!({ "arrived_at": "2027-03-01T14:20:30Z" }), "arrived_at"),
        (json!({ "attendance": "no_show" }), "arrived_at"),
        (json!({ "attendance": "asleep" }), "attendance"),
    ] {
        assert_eq!(app.patch(of(ben), members.clone()).by(&sam).await.wrong_fields(), [field], "{members}");
    }
});

both!(nobody_sees_who_else_was_in_the_group, async |app| {
    let (sam, kim) = (app.specialist().await, app.specialist().await);
    let (ana, ben) = (app.client(&sam).await, app.client(&sam).await);
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let made = session(app, &sam, &[ana, ben], json!({})).await;
    let seen = app.get(at(&made)).by(&phone).await;
    assert!(!seen.text().contains(&ben.id.to_string()), "{}", seen.text());
    let seen = seen.expect(200);
    assert_eq!(seen["attendees"].as_array().unwrap().len(), 1);
    assert_eq!((&seen["attendees"][0]["client_id"], &seen["attendee_count"]), (&json!(ana.id), &json!(2)));
    // A client of somebody else is nobody to bring along.
    let cal = app.client(&kim).await;
    let times = json!({ "starts_at": "2027-03-01T13:00:00Z", "ends_at": "2027-03-01T13:30:00Z" });
    app.post("/v1/sessions", body(&[ana, cal], times)).by(&sam).await.refused(404);
});

both!(an_individual_session_that_nobody_came_to_is_said_of_the_session, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let made = session(app, &sam, &[ana], json!({})).await;
    let target = format!("{}/attendees/{}", at(&made), ana.id);
    assert_eq!(app.patch(&target, json!({ "attendance": "no_show" })).by(&sam).await.wrong_fields(), ["attendance"]);
    app.patch(at(&made), json!({ "state": "no_show" })).by(&sam).await.expect(200);
    let answer = app.patch(&target, json!({ "attendance": "present" })).by(&sam).await;
    assert_eq!(answer.refused(409), "did_not_take_place");
});
