//! From the session to a line that nothing stands in the way of.

use cairn_tests::both;
use serde_json::json;

use super::{lines, payer, rules};
use crate::notes::{Desk, afternoon, at};
use crate::sessions;

both!(a_line_is_ready_once_its_note_is_signed_by_all, async |app| {
    let desk = Desk::open(app).await;
    afternoon(app);
    let session = desk.session(app, 17).await;
    let sam = desk.sam(app).await;
    app.patch(sessions::at(&session), json!({ "service_code": "H0038" })).by(&sam).await.expect(200);
    assert_eq!(rules(&lines(app, &sam).await[0]), ["note"]);
    let note = desk.note(app, &session).await;
    let note = desk.write(app, &note, desk.body()).await.expect(200);
    assert_eq!(rules(&lines(app, &sam).await[0]), ["note"], "a draft is no evidence");
    let note = desk.sign(app, &note).await.expect(200)["note"].clone();
    assert_eq!(rules(&lines(app, &sam).await[0]), ["cosignature"]);
    let supervisor = app.fresh(&desk.team.supervisor).await;
    let cosign = json!({ "name": supervisor.name });
    app.post(format!("{}/cosign", at(&note)), cosign).by(&supervisor).await.expect(200);
    let line = &lines(app, &sam).await[0];
    assert_eq!((&line["ready"], &line["findings"], &line["units"]), (&json!(true), &json!([]), &json!(4)));
    // What rests on a signed note does not move under it.
    let moved = app.patch(sessions::at(&session), json!({ "ends_at": "2027-03-01T16:50:00Z" })).by(&sam).await;
    assert_eq!(moved.status, 409);
    app.post(format!("{}/void", at(&note)), json!({ "reason": "Wrong end" })).by(&sam).await.expect(200);
    assert_eq!(rules(&lines(app, &sam).await[0]), ["note"]);
    app.patch(sessions::at(&session), json!({ "ends_at": "2027-03-01T16:50:00Z" })).by(&sam).await.expect(200);
    assert_eq!(lines(app, &sam).await[0]["units"], 3);
});

both!(no_more_units_than_the_payer_pays_for, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    payer(app, &sam, ana, json!({ "caps": { "units_per_day": 4, "units_per_week": 5 } })).await;
    for hour in [10, 12] {
        let times = json!({
            "starts_at": format!("2027-03-01T{hour}:00:00Z"), "ends_at": format!("2027-03-01T{hour}:45:00Z"),
            "service_code": "H0038",
        });
        sessions::session(app, &sam, &[ana], times).await;
    }
    let caps = |line: &serde_json::Value| -> Vec<String> {
        rules(line).into_iter().filter(|rule| rule.ends_with("_cap")).map(str::to_owned).collect()
    };
    let found = lines(app, &sam).await;
    assert!(caps(&found[0]).is_empty());
    assert_eq!(caps(&found[1]), ["daily_cap", "weekly_cap"]);
    let findings = found[1]["findings"].as_array().unwrap();
    let daily = findings.iter().find(|finding| finding["rule"] == "daily_cap").unwrap();
    assert_eq!(daily["message"], "with these 3 units it is 6 in a day; 4 are paid");
    assert_eq!(daily["fix"], "bill 1 of these units, or mark the session as not billable");
});
