use cairn_tests::{both, days, hours};
use serde_json::json;

use super::{id, originals};

both!(one_day_this_and_following_or_everything, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = app.item(&sam, ana, json!({ "recurrence": "FREQ=DAILY" })).await;
    let scoped =
        |scope: &str, at: &str| format!("/v1/agenda-items/{0}?scope={scope}&occurrence_id={0}.{at}", id(&item));
    app.delete(scoped("this", "20270303T1000")).by(&sam).await.expect(204);
    let agenda = app.agenda(&sam, ana, "2027-03-02", "2027-03-06").await;
    let states: Vec<_> = agenda.iter().map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!(states, ["planned", "cancelled", "planned", "planned"]);

    app.delete(scoped("following", "20270305T1000")).by(&sam).await.expect(204);
    assert_eq!(
        originals(&app.agenda(&sam, ana, "2027-03-02", "2027-03-20").await),
        ["20270302T1000", "20270303T1000", "20270304T1000"]
    );
    // It was there once, so its address still leads somewhere.
    let gone = app.get(format!("/v1/occurrences/{}.20270306T1000", id(&item))).by(&sam).await.expect(200);
    assert_eq!(gone["status"], "cancelled");

    app.delete(format!("/v1/agenda-items/{}", id(&item))).by(&sam).await.expect(204);
    let read = app.get(format!("/v1/agenda-items/{}", id(&item))).by(&sam).await.expect(200);
    assert_eq!(read["status"], "cancelled");
    app.delete(format!("/v1/agenda-items/{}", id(&item))).by(&sam).await.expect(204);
    assert_eq!(
        app.patch(format!("/v1/agenda-items/{}", id(&item)), json!({ "title": "x" })).by(&sam).await.refused(409),
        "cancelled"
    );
});

both!(what_has_been_stays_in_the_agenda, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = app.item(&sam, ana, json!({ "recurrence": "FREQ=DAILY" })).await;
    app.advance(days(2) + hours(2));
    let sam = app.fresh(&sam).await;
    app.delete(format!("/v1/agenda-items/{}", id(&item))).by(&sam).await.expect(204);
    let agenda = app.agenda(&sam, ana, "2027-03-01", "2027-03-20").await;
    assert_eq!(originals(&agenda), ["20270302T1000", "20270303T1000"]);
    assert!(agenda.iter().all(|one| one["status"] == "planned"));
});

both!(a_cancelled_appointment_is_shown_as_such, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = app.appointment(&sam, ana, "2027-03-02T10:00", json!([])).await;
    app.delete(format!("/v1/agenda-items/{}", id(&item))).by(&sam).await.expect(204);
    let agenda = app.agenda(&sam, ana, "2027-03-02", "2027-03-03").await;
    assert_eq!(agenda[0]["status"], "cancelled");
});

both!(an_old_version_is_not_cancelled, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let item = app.appointment(&sam, ana, "2027-03-02T10:00", json!([])).await;
    let target = format!("/v1/agenda-items/{}", id(&item));
    app.patch(&target, json!({ "title": "Tea" })).by(&sam).await.expect(200);
    app.delete(&target).by(&sam).header("if-match", "\"1\"").await.refused(412);
    app.delete(&target).by(&sam).header("if-match", "\"2\"").await.expect(204);
});
