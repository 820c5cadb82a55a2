use cairn_tests::both;
use serde_json::json;

use super::{id, local_starts, originals};

both!(an_occurrence_says_when_it_is_in_every_way, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "time_zone": "America/Los_Angeles" })).await;
    let staff = json!({ "staff_ids": [sam.id], "location": "Library", "notes": "Bring the form" });
    let item = app.item(&sam, ana, staff).await;
    let agenda = app.agenda(&sam, ana, "2027-03-02", "2027-03-03").await;
    assert_eq!(
        agenda,
        [json!({
            "occurrence_id": format!("{}.20270302T1000", id(&item)),
            "item_id": id(&item),
            "kind": "appointment",
            "title": "Coffee with Sam",
            "location": "Library",
            "notes": "Bring the form",
            "starts_at": "2027-03-02T15:00:00.000Z",
            "starts_at_local": "2027-03-02T10:00",
            "ends_at": "2027-03-02T16:00:00.000Z",
            "utc_offset": "-05:00",
            "time_zone": "America/New_York",
            "duration_minutes": 60,
            "recurring": false,
            "status": "planned",
            "moved": false,
            "staff": [{ "id": sam.id, "name": sam.name }],
            "response": null,
            "attendance": null,
            "reminder": null,
            "created_by": "staff",
            "goal_id": null,
            "step_id": null,
            "check_in_schedule_id": null,
            "form_id": null,
        })]
    );
});

both!(a_time_that_the_clock_skips_moves_forward_and_one_that_it_repeats_is_the_first, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    for (at, local, offset, instant) in [
        ("2027-03-14T02:30", "2027-03-14T03:30", "-04:00", "2027-03-14T07:30:00.000Z"),
        ("2027-11-07T01:30", "2027-11-07T01:30", "-04:00", "2027-11-07T05:30:00.000Z"),
    ] {
        let item = app.appointment(&sam, ana, at, json!([])).await;
        let next = if at < "2027-06" { ("2027-03-14", "2027-03-15") } else { ("2027-11-07", "2027-11-08") };
        let one = app.agenda(&sam, ana, next.0, next.1).await.remove(0);
        assert_eq!((one["starts_at_local"].as_str(), one["utc_offset"].as_str()), (Some(local), Some(offset)));
        assert_eq!(one["starts_at"], instant);
        let original: String = at.chars().filter(|c| *c != '-' && *c != ':').collect();
        assert_eq!(one["occurrence_id"], format!("{}.{original}", id(&item)), "the id keeps what was written");
        // It can be looked up by that id.
        app.get(format!("/v1/occurrences/{}", one["occurrence_id"].as_str().unwrap())).by(&sam).await.expect(200);
    }
});

both!(a_series_keeps_its_hour_across_the_change, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    app.item(&sam, ana, json!({ "starts_at_local": "2027-03-12T02:30", "recurrence": "FREQ=DAILY;COUNT=4" })).await;
    let agenda = app.agenda(&sam, ana, "2027-03-12", "2027-03-20").await;
    assert_eq!(local_starts(&agenda), ["2027-03-12T02:30", "2027-03-13T02:30", "2027-03-14T03:30", "2027-03-15T02:30"]);
    let instants: Vec<_> = agenda.iter().map(|one| one["starts_at"].as_str().unwrap()).collect();
    assert_eq!(instants[1..3], ["2027-03-13T07:30:00.000Z", "2027-03-14T07:30:00.000Z"]);
});

both!(days_are_those_of_the_clients_zone, async |app| {
    let sam = app.specialist().await;
    let ana = app.client_with(&sam, json!({ "time_zone": "Asia/Tokyo" })).await;
    // Eight in the evening in New York is ten in the morning of the next day in Tokyo.
    app.appointment(&sam, ana, "2027-03-02T20:00", json!([])).await;
    assert!(app.agenda(&sam, ana, "2027-03-02", "2027-03-03").await.is_empty());
    assert_eq!(originals(&app.agenda(&sam, ana, "2027-03-03", "2027-03-04").await), ["20270302T2000"]);
});

both!(items_in_the_clients_zone_travel_with_them, async |app| {
    let sam = app.specialist().await;
    let (ana, bo) = (app.client(&sam).await, app.client_with(&sam, json!({ "time_zone": "Asia/Kolkata" })).await);
    app.group(
        &sam,
        &[ana, bo],
        json!({ "kind": "routine", "time_zone": "client", "starts_at_local": "2027-03-02T09:00" }),
    )
    .await;
    let of = async |client| app.agenda(&sam, client, "2027-03-02", "2027-03-03").await.remove(0);
    let (hers, his) = (of(ana).await, of(bo).await);
    assert_eq!(
        (&hers["time_zone"], &hers["starts_at"]),
        (&json!("America/New_York"), &json!("2027-03-02T14:00:00.000Z"))
    );
    assert_eq!((&his["time_zone"], &his["starts_at"]), (&json!("Asia/Kolkata"), &json!("2027-03-02T03:30:00.000Z")));
    assert_eq!((&his["utc_offset"], &his["starts_at_local"]), (&json!("+05:30"), &json!("2027-03-02T09:00")));
});
