use cairn_tests::{Staff, TestApp, both, hours, minutes};
use serde_json::Value;

use super::sign_in::by_id;

async fn lives(app: &TestApp, staff: &Staff) -> bool {
    match app.get("/v1/me").by(staff).await.status {
        200 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

both!(a_sign_in_ends_after_a_quarter_of_an_hour_without_use, async |app| {
    let (sam, idle) = (app.specialist().await, app.specialist().await);
    app.advance(minutes(14));
    assert!(lives(app, &sam).await);
    app.advance(minutes(14));
    assert!(lives(app, &sam).await, "use renews it");
    assert!(!lives(app, &idle).await);
    app.advance(minutes(16));
    assert!(!lives(app, &sam).await);
});

both!(a_sign_in_ends_after_twelve_hours_however_busy, async |app| {
    let sam = app.specialist().await;
    for _ in 0..71 {
        app.advance(minutes(10));
        assert!(lives(app, &sam).await);
    }
    app.advance(minutes(11));
    assert!(!lives(app, &sam).await);
});

both!(signing_out_ends_it_at_once_for_every_process, async |app| {
    let sam = app.specialist().await;
    let second = app.fresh(&sam).await;
    assert!(lives(app, &sam).await);
    app.call("POST", "/v1/auth/sign-out").by(&sam).await.expect(204);
    assert!(!lives(app, &sam).await);
    assert!(lives(app, &second).await, "the other sign-in goes on");
});

both!(a_disabled_member_of_staff_is_out_at_once, async |app| {
    let sam = app.specialist().await;
    assert!(lives(app, &sam).await);
    app.sql(&format!("UPDATE staff SET disabled_at = {} WHERE {}", app.now().0, by_id(app, &sam))).await;
    assert!(!lives(app, &sam).await);
});

both!(ones_own_sign_ins_can_be_seen_and_ended, async |app| {
    let sam = app.specialist().await;
    app.advance(minutes(1));
    let second = app.fresh(&sam).await;
    let other = app.specialist().await;
    let list = app.get("/v1/me/sign-ins").by(&sam).await.expect(200);
    let items: &Vec<Value> = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!((&items[0]["current"], &items[1]["current"]), (&false.into(), &true.into()), "newest first");
    let target = format!("/v1/me/sign-ins/{}", items[0]["id"].as_str().unwrap());
    app.delete(&target).by(&other).await.refused(404);
    app.delete(&target).by(&sam).await.expect(204);
    assert!(!lives(app, &second).await);
    assert!(lives(app, &sam).await);
    app.delete(&target).by(&sam).await.refused(404);
    // One that has run out is not listed.
    app.advance(minutes(10));
    assert!(lives(app, &sam).await);
    app.fresh(&sam).await;
    app.advance(minutes(10));
    assert!(lives(app, &sam).await);
    app.advance(minutes(6));
    let list = app.get("/v1/me/sign-ins").by(&sam).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
});

both!(a_removed_role_is_gone_with_the_next_request, async |app| {
    let scheduler = app.scheduler().await;
    app.get("/v1/clients").by(&scheduler).await.expect(200);
    app.sql("DELETE FROM staff_roles").await;
    app.get("/v1/clients").by(&scheduler).await.refused(403);
    app.advance(hours(1));
});
