use cairn_tests::both;
use serde_json::json;

use super::{calendar, event, send};

both!(attendees_are_matched_by_their_addresses, async |app| {
    let (sam, scheduler) = (app.specialist().await, app.scheduler().await);
    let ana = app.client_with(&sam, json!({ "email": "Ana@Example.org" })).await;
    let bo = app.client_with(&sam, json!({ "preferred_name": "Bo", "email": "bo@example.org" })).await;
    let start = "DTSTART;TZID=America/New_York:20270302T090000";
    let file = calendar(&[
        event("one@x", &["SUMMARY:One", start, "ATTENDEE:mailto:ana@example.org"]),
        event("two@x", &["SUMMARY:Two", start, "ATTENDEE:MAILTO:ANA@EXAMPLE.ORG", "ATTENDEE:mailto:bo@example.org"]),
        event("three@x", &["SUMMARY:Three", start, "ATTENDEE:mailto:stranger@example.org"]),
        event("four@x", &["SUMMARY:Four", start]),
    ]);
    let answer = send(app, &scheduler, "/v1/agenda/imports", file.clone()).await.expect(200);
    assert_eq!(answer["imported"], 2);
    let skipped = answer["skipped"].as_array().unwrap();
    assert_eq!(skipped.len(), 2);
    assert!(skipped.iter().all(|skip| skip["reason"] == "no_client"));
    assert!(skipped.iter().any(|skip| skip["message"].as_str().unwrap().contains("stranger@example.org")));
    let titles = async |client| -> Vec<String> {
        let agenda = app.agenda(&scheduler, client, "2027-03-01", "2027-03-10").await;
        agenda.iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(titles(ana).await, ["One", "Two"]);
    assert_eq!(titles(bo).await, ["Two"]);
    // A specialist's file reaches their own caseload only.
    let kim = app.specialist().await;
    let answer = send(app, &kim, "/v1/agenda/imports", file).await.expect(200);
    assert_eq!((&answer["imported"], answer["skipped"].as_array().unwrap().len()), (&json!(0), 4));
});

both!(whom_a_newer_file_names_take_part_and_nobody_rewrites_what_is_not_theirs, async |app| {
    let (sam, kim, scheduler) = (app.specialist().await, app.specialist().await, app.scheduler().await);
    let ana = app.client_with(&sam, json!({ "email": "ana@example.org" })).await;
    let bo = app.client_with(&kim, json!({ "preferred_name": "Bo", "email": "bo@example.org" })).await;
    let file = |sequence: &str, title: &str, people: &[&str]| {
        let start = "DTSTART;TZID=America/New_York:20270302T090000";
        let mut lines = vec![start.to_owned(), format!("SEQUENCE:{sequence}"), format!("SUMMARY:{title}")];
        lines.extend(people.iter().map(|name| format!("ATTENDEE:mailto:{name}@example.org")));
        calendar(&[event("one@x", &lines.iter().map(String::as_str).collect::<Vec<_>>())])
    };
    let titles = async |client| -> Vec<String> {
        let agenda = app.agenda(&scheduler, client, "2027-03-01", "2027-03-10").await;
        agenda.iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect()
    };
    send(app, &scheduler, "/v1/agenda/imports", file("0", "Walk", &["ana"])).await.expect(200);
    let answer = send(app, &scheduler, "/v1/agenda/imports", file("1", "Walk", &["ana", "bo"])).await.expect(200);
    assert_eq!(answer["updated"], 1);
    assert_eq!((titles(ana).await, titles(bo).await), (vec!["Walk".to_owned()], vec!["Walk".to_owned()]));
    // Sam does not work with Bo, so Sam's file changes nothing of what both have.
    let answer = send(app, &sam, "/v1/agenda/imports", file("2", "Taken over", &["ana"])).await.expect(200);
    assert_eq!((&answer["updated"], &answer["skipped"][0]["reason"]), (&json!(0), &json!("not_yours")));
    assert_eq!(titles(bo).await, ["Walk"]);
    send(app, &scheduler, "/v1/agenda/imports", file("3", "Alone", &["bo"])).await.expect(200);
    assert_eq!((titles(ana).await, titles(bo).await), (vec![], vec!["Alone".to_owned()]));
});

both!(clients_and_those_without_an_agenda_bring_no_calendar_of_the_house, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.phone(&sam, ana).await;
    let file = calendar(&[event("one@x", &["DTSTART:20270302T090000Z"])]);
    send(app, &phone, "/v1/agenda/imports", file.clone()).await.refused(403);
    let biller = app.staff(&[cairn_shared::Role::Biller]).await;
    send(app, &biller, "/v1/agenda/imports", file.clone()).await.refused(403);
    let kim = app.specialist().await;
    send(app, &kim, &format!("/v1/clients/{}/agenda/imports", ana.id), file).await.refused(404);
});
