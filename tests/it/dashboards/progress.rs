use cairn_tests::both;
use serde_json::{Value, json};

use super::check_in;

both!(progress_shows_gaps_as_gaps, async |app| {
    let sam = app.specialist().await;
    let ana = app.client(&sam).await;
    let phone = app.unsubscribed_phone(&sam, ana).await;
    let target = |range: &str| format!("/v1/clients/{}/progress?range={range}", ana.id);
    let empty = app.get(target("2w")).by(&phone).await.expect(200);
    assert_eq!((empty["days_shown_up"].clone(), empty["goals"].clone()), (json!(0), json!([])));
    for (date, mood) in [("2026-06-01", 3), ("2027-02-15", 4), ("2027-02-16", 6), ("2027-03-01", 0), ("2027-03-01", 5)]
    {
        check_in(app, ana, date, Some(mood), None).await;
    }
    check_in(app, ana, "2027-02-20", None, Some(("phq9", Some(12)))).await;
    check_in(app, ana, "2027-02-27", None, Some(("phq9", None))).await;
    let answer = app.get(target("2w")).by(&phone).await.expect(200);
    assert_eq!((answer["from"].clone(), answer["to"].clone()), (json!("2027-02-16"), json!("2027-03-01")));
    let points = |answer: &Value, index: usize| answer["series"][index]["points"].as_array().unwrap().clone();
    let mood = points(&answer, 0);
    assert_eq!(mood.len(), 14);
    assert_eq!(mood[0], json!({ "date": "2027-02-16", "value": 6.0 }));
    assert_eq!(mood[1], json!({ "date": "2027-02-17", "value": null }));
    assert_eq!(mood[13], json!({ "date": "2027-03-01", "value": 2.5 }), "zero is an answer, no gap");
    let scores = json!([{ "date": "2027-02-20", "value": 12.0 }, { "date": "2027-02-27", "value": null }]);
    assert_eq!(answer["series"][1]["measure"], "phq9");
    assert_eq!(json!(points(&answer, 1)), scores);
    assert_eq!(answer["days_shown_up"], 6);

    for (range, days) in [("3m", 90), ("1y", 365)] {
        let answer = app.get(target(range)).by(&sam).await.expect(200);
        assert_eq!(points(&answer, 0).len(), days, "{range}");
        assert_eq!(answer["days_shown_up"], 6, "it does not depend on the range");
    }
    assert_eq!(app.get(target("5d")).by(&sam).await.wrong_fields(), ["range"]);
});
