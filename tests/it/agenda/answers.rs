use cairn_tests::{both, hours, minutes};
use serde_json::json;

use super::id;

both!(each_of_the_five_answers_is_kept_and_a_later_one_replaces_it, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-02T10:00", json!([])).await;
    let target = format!("/v1/occurrences/{}.20270302T1000/responses", id(&item));
    for response in ["confirmed", "declined", "done", "snoozed", "help"] {
        app.advance(minutes(1));
        let answered =
            app.post(&target, json!({ "response": response, "note": "A word" })).by(&phone).await.expect(200);
        assert_eq!(
            (&answered["response"]["response"], &answered["response"]["note"]),
            (&json!(response), &json!("A word"))
        );
        assert_eq!(answered["response"]["responded_at"], json!(app.now()));
        let until = if response == "snoozed" { json!(app.now().plus(minutes(30))) } else { json!(null) };
        assert_eq!(answered["response"]["snoozed_until"], until);
        let seen = app.agenda(&sam, ana, "2027-03-02", "2027-03-03").await.remove(0);
        assert_eq!(seen["response"], answered["response"]);
    }
    assert_eq!(app.count("participations").await, 1);
});

// Answered at nine without a network, arrived at eleven.
both!(a_late_answer_keeps_both_times_and_does_not_undo_a_newer_one, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-02T10:00", json!([])).await;
    let target = format!("/v1/occurrences/{}.20270302T1000/responses", id(&item));
    let given = app.now();
    app.advance(hours(2));
    let late = json!({ "response": "confirmed", "answered_at": given });
    let answered = app.post(&target, late).by(&phone).await.expect(200);
    assert_eq!(answered["response"]["answered_at"], json!(given));
    assert_eq!(answered["response"]["responded_at"], json!(app.now()));
    // An older one that took longer.
    let older = json!({ "response": "declined", "answered_at": given.minus(minutes(1)) });
    let unmoved = app.post(&target, older).by(&phone).await.expect(200);
    assert_eq!(unmoved["response"], answered["response"]);
    // One given now says nothing about its time.
    let now = app.post(&target, json!({ "response": "done" })).by(&phone).await.expect(200);
    assert_eq!(now["response"]["answered_at"], json!(app.now()));
    // Neither what is yet to come nor what is long gone.
    for at in [app.now().plus(minutes(3)), given.minus(cairn_tests::days(32))] {
        let body = json!({ "response": "help", "answered_at": at });
        assert_eq!(app.post(&target, body).by(&phone).await.wrong_fields(), ["answered_at"]);
    }
    let ahead = json!({ "response": "help", "answered_at": app.now().plus(minutes(1)) });
    let clamped = app.post(&target, ahead).by(&phone).await.expect(200);
    assert_eq!(clamped["response"]["answered_at"], json!(app.now()), "a clock that is a little ahead");
});

both!(the_same_answer_again_is_harmless, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-02T10:00", json!([{ "minutes_before": 60 }])).await;
    let target = format!("/v1/occurrences/{}.20270302T1000/responses", id(&item));
    let first = app.post(&target, json!({ "response": "confirmed" })).by(&phone).await.expect(200);
    let second = app.post(&target, json!({ "response": "confirmed" })).by(&phone).await.expect(200);
    assert_eq!(first, second);
    assert_eq!(first["reminder"]["state"], "planned", "who comes is still reminded");
});

both!(staff_write_down_what_they_were_told, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let item = app.group(&sam, &[ana, bo], json!({})).await;
    let target = format!("/v1/occurrences/{}.20270302T1000/responses", id(&item));
    assert_eq!(app.post(&target, json!({ "response": "confirmed" })).by(&sam).await.wrong_fields(), ["client_id"]);
    let answer = json!({ "response": "declined", "client_id": bo.id });
    assert_eq!(app.post(&target, answer).by(&sam).await.expect(200)["response"]["response"], "declined");
    assert_eq!(app.agenda(&sam, ana, "2027-03-02", "2027-03-03").await[0]["response"], json!(null));
});

both!(odd_answers_are_refused, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client(&sam).await);
    let (phone, other) = (app.unsubscribed_phone(&sam, ana).await, app.unsubscribed_phone(&sam, bo).await);
    let item = app.appointment(&sam, ana, "2027-03-02T10:00", json!([])).await;
    let target = format!("/v1/occurrences/{}.20270302T1000/responses", id(&item));
    let before = app.contents().await;
    for (body, field) in [
        (json!({ "response": "maybe" }), "response"),
        (json!({}), "response"),
        (json!({ "response": "snoozed", "snooze_minutes": 4 }), "snooze_minutes"),
        (json!({ "response": "snoozed", "snooze_minutes": 1441 }), "snooze_minutes"),
        (json!({ "response": "done", "snooze_minutes": 10 }), "snooze_minutes"),
        (json!({ "response": "done", "note": "x".repeat(1001) }), "note"),
        (json!({ "response": "done", "note": "a\u{0}b" }), "note"),
        (json!({ "response": "done", "mood": 5 }), "mood"),
    ] {
        assert_eq!(app.post(&target, body.clone()).by(&phone).await.wrong_fields(), [field], "{body}");
    }
    app.post(&target, json!({ "response": "done" })).by(&other).await.refused(404);
    for never in ["20270303T1000", "20270302T1001", "nonsense", "20270230T1000"] {
        let target = format!("/v1/occurrences/{}.{never}/responses", id(&item));
        app.post(target, json!({ "response": "done" })).by(&phone).await.refused(404);
    }
    app.assert_unchanged_since(&before).await;
    app.delete(format!("/v1/agenda-items/{}", id(&item))).by(&sam).await.expect(204);
    assert_eq!(app.post(&target, json!({ "response": "done" })).by(&phone).await.refused(409), "cancelled");
});

both!(an_answer_belongs_to_its_day_of_the_series, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let item = app.item(&sam, ana, json!({ "recurrence": "FREQ=DAILY;COUNT=3" })).await;
    app.post(format!("/v1/occurrences/{}.20270303T1000/responses", id(&item)), json!({ "response": "done" }))
        .by(&phone)
        .await
        .expect(200);
    let agenda = app.agenda(&phone, ana, "2027-03-01", "2027-03-10").await;
    let answers: Vec<_> = agenda.iter().map(|one| one["response"]["response"].as_str()).collect();
    assert_eq!(answers, [None, Some("done"), None]);
});

both!(attendance_is_recorded_by_staff_once_it_has_begun, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let item = app.appointment(&sam, ana, "2027-03-01T11:00", json!([])).await;
    let target = format!("/v1/occurrences/{}.20270301T1100/attendance", id(&item));
    assert_eq!(app.post(&target, json!({ "attendance": "attended" })).by(&sam).await.wrong_fields(), ["attendance"]);
    app.post(&target, json!({ "attendance": "excused" })).by(&sam).await.expect(200);
    app.advance(hours(1));
    let sam = app.fresh(&sam).await;
    for attendance in ["attended", "no_show", "excused"] {
        let seen =
            app.post(&target, json!({ "client_id": ana.id, "attendance": attendance })).by(&sam).await.expect(200);
        assert_eq!(seen["attendance"], json!({ "attendance": attendance, "recorded_at": "2027-03-01T16:00:00.000Z" }));
    }
    app.post(&target, json!({ "attendance": "attended" })).by(&phone).await.refused(403);
    assert_eq!(app.post(&target, json!({ "attendance": "late" })).by(&sam).await.wrong_fields(), ["attendance"]);
    // An answer does not wipe it, nor the other way round.
    app.post(format!("/v1/occurrences/{}.20270301T1100/responses", id(&item)), json!({ "response": "done" }))
        .by(&phone)
        .await
        .expect(200);
    let seen = app.agenda(&sam, ana, "2027-03-01", "2027-03-02").await.remove(0);
    assert_eq!((&seen["attendance"]["attendance"], &seen["response"]["response"]), (&json!("excused"), &json!("done")));
});
