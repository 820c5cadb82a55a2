use cairn_tests::{both, id_of};
use serde_json::json;

both!(a_view_is_kept_for_oneself, async |app| {
    let (sam, rosa) = (app.specialist().await, app.specialist().await);
    let body = json!({ "name": "Jane's \u{1f33f}", "filter": { "sort": "name", "reason": "not_safe" } });
    let made = app.post("/v1/me/saved-views", body.clone()).by(&sam).await.expect(201);
    assert_eq!((&made["name"], &made["filter"]), (&body["name"], &body["filter"]));
    let list = app.get("/v1/me/saved-views").by(&sam).await.expect(200);
    assert_eq!(list["items"], json!([made]));
    assert_eq!(app.get("/v1/me/saved-views").by(&rosa).await.expect(200)["items"], json!([]));
    assert!(!app.rows_of("saved_views").await.concat().contains("Jane"), "what somebody wrote is sealed");
    let target = format!("/v1/me/saved-views/{}", id_of(&made));
    app.delete(&target).by(&rosa).await.refused(404);
    app.delete(&target).by(&sam).await.expect(204);
    app.delete(&target).by(&sam).await.refused(404);
});

both!(a_view_holds_codes_and_nothing_written, async |app| {
    let sam = app.specialist().await;
    for (body, field) in [
        (json!({ "name": "", "filter": {} }), "name"),
        (json!({ "name": "a\u{7}b", "filter": {} }), "name"),
        (json!({ "name": "Mine", "filter": { "reason": "Ana is not well" } }), "filter.reason"),
        (json!({ "name": "Mine", "filter": { "search": "Ana" } }), "filter.search"),
    ] {
        let answer = app.post("/v1/me/saved-views", body).by(&sam).await;
        assert_eq!(answer.wrong_fields(), [field]);
    }
});
