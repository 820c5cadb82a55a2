//! The end of a credential on the devices of those who have to see to it.

use std::sync::Arc;

use cairn_shared::credentials::notice_expiring;
use cairn_shared::scope::Role;
use cairn_tests::{Desk, Staff, TestApp, both, days, id_of};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use super::credential;

/// A specialist, their supervisor and an admin, and a browser of each of the first two.
struct House {
    sam: Staff,
    supervisor: Staff,
    admin: Staff,
    desks: [Desk; 2],
}

impl House {
    async fn open(app: &TestApp) -> Self {
        let (sam, admin) = (app.specialist().await, app.staff(&[Role::Admin]).await);
        let supervisor = app.staff(&[Role::Supervisor]).await;
        app.supervise(&supervisor, &sam).await;
        let desks = [app.desk(&sam).await, app.desk(&supervisor).await];
        Self { sam, supervisor, admin, desks }
    }

    /// Told, delivered, and how many messages each browser has had in all.
    async fn tell(&self, app: &TestApp) -> [usize; 2] {
        notice_expiring(&app.database).await.unwrap();
        app.deliver().await;
        [self.desks[0].posts(app).len(), self.desks[1].posts(app).len()]
    }

    async fn change(&self, app: &TestApp, credential: &Value, body: Value) {
        let admin = app.fresh(&self.admin).await;
        app.patch(format!("/v1/credentials/{}", id_of(credential)), body).by(&admin).await.expect(200);
    }
}

both!(an_end_reaches_the_devices_of_its_holder_and_their_supervisor, async |app| {
    let house = House::open(app).await;
    let others = [app.desk(&app.specialist().await).await, app.desk(&house.admin).await];
    let stranger = app.staff(&[Role::Supervisor]).await;
    let made =
        credential(app, &house.admin, &house.sam, json!({ "number": "SECRET-77", "expires_on": "2027-05-31" })).await;
    assert_eq!(house.tell(app).await, [0, 0], "91 days are more than 90");
    app.advance(days(1));
    assert_eq!(house.tell(app).await, [1, 1]);
    assert_eq!(house.tell(app).await, [1, 1], "once");
    for desk in &house.desks {
        let notification = desk.inbox(app)[0]["notification"].clone();
        assert_eq!(
            (&notification["title"], &notification["body"]),
            (&json!("Something new for you"), &json!("Open Cairn to see it"))
        );
        let delivery = notification["data"]["delivery_id"].as_str().unwrap().to_owned();
        let about = format!("/v1/me/alerts/{delivery}");
        let (own, other) = if desk.path == house.desks[0].path {
            (&house.sam, &house.supervisor)
        } else {
            (&house.supervisor, &house.sam)
        };
        let seen = app.get(&about).by(&app.fresh(own).await).await.expect(200);
        let expected = json!({ "delivery_id": delivery, "client_id": null, "attention_reason_id": null,
            "help_request_id": null, "break_glass_id": null, "credential_id": id_of(&made) });
        assert_eq!(seen, expected);
        for who in [other, &stranger] {
            app.get(&about).by(&app.fresh(who).await).await.refused(404);
        }
    }
    let mut seen = vec![house.tell(app).await];
    for _ in 0..100 {
        app.advance(days(1));
        let now = house.tell(app).await;
        if seen.last() != Some(&now) {
            seen.push(now);
        }
    }
    assert_eq!(
        seen,
        [[1, 1], [2, 2], [3, 3], [4, 4], [5, 5], [6, 6]],
        "90, 60, 30, 14, 7 and 1 days before, and no more"
    );
    assert!(others.iter().all(|desk| desk.posts(app).is_empty()));
    let said = app.column("SELECT detail FROM audit_events WHERE action = 'expire_soon' ORDER BY seq").await;
    let first: Value = serde_json::from_str(&said[0]).unwrap();
    let ids = json!([house.sam.id, house.supervisor.id]);
    assert_eq!(first, json!({ "days_before": 90, "devices": 2, "staff_ids": ids }));
    assert_eq!(app.count_where("escalations", "client_id IS NULL AND state = 'running'").await, 1, "the last one");
    assert_eq!(app.watch().await, 0, "nobody else is asked");
});

both!(nobody_is_told_at_night, async |app| {
    let house = House::open(app).await;
    credential(app, &house.admin, &house.sam, json!({ "expires_on": "2027-05-31" })).await;
    // The day begins at 05:00 UTC in New York; 9 o'clock is 14:00 UTC.
    for moment in ["2027-03-02T05:00:01Z", "2027-03-02T13:59:59Z", "2027-03-02T23:00:00Z", "2027-03-03T04:59:59Z"] {
        app.travel_to(moment);
        assert_eq!((notice_expiring(&app.database).await.unwrap(), house.tell(app).await), (0, [0, 0]), "{moment}");
    }
    app.travel_to("2027-03-03T14:00:00Z");
    assert_eq!(notice_expiring(&app.database).await.unwrap(), 1, "89 days, of the stage of 90");
    // A device that nothing reaches until the evening is left alone: the list still has it.
    app.travel_to("2027-03-04T01:00:00Z");
    assert_eq!(house.tell(app).await, [0, 0]);
    assert_eq!(app.column("SELECT DISTINCT state FROM alerts").await, ["missed"]);
});

both!(what_is_renewed_before_it_was_sent_is_not_sent, async |app| {
    let house = House::open(app).await;
    let made = credential(app, &house.admin, &house.sam, json!({ "expires_on": "2027-03-30" })).await;
    assert_eq!(notice_expiring(&app.database).await.unwrap(), 1);
    house.change(app, &made, json!({ "expires_on": "2027-03-30" })).await;
    assert_eq!(app.count_where("alerts", "state = 'sending'").await, 2, "nothing has changed");
    house.change(app, &made, json!({ "expires_on": "2029-03-30" })).await;
    assert_eq!(house.tell(app).await, [0, 0]);
    assert_eq!(app.column("SELECT DISTINCT state FROM alerts").await, ["cancelled"]);
    assert_eq!(app.column("SELECT state FROM escalations").await, ["settled"]);
    // The new end has its own stages.
    app.travel_to("2029-03-20T15:00:00Z");
    assert_eq!(house.tell(app).await, [1, 1]);
    // Whoever has no credential any more hears of none.
    app.travel_to("2029-03-23T15:00:00Z");
    assert_eq!(notice_expiring(&app.database).await.unwrap(), 1);
    house.change(app, &made, json!({ "status": "revoked" })).await;
    assert_eq!(house.tell(app).await, [1, 1]);
});

both!(who_is_gone_is_not_told_nor_is_their_supervisor, async |app| {
    let house = House::open(app).await;
    credential(app, &house.admin, &house.sam, json!({ "expires_on": "2027-03-30" })).await;
    let disable = json!({ "disabled": true });
    app.patch(format!("/v1/staff/{}", house.sam.id), disable).by(&app.fresh(&house.admin).await).await.expect(200);
    assert_eq!(house.tell(app).await, [0, 0]);
});

both!(one_that_cannot_be_told_holds_up_no_other, async |app| {
    let house = House::open(app).await;
    credential(app, &house.admin, &house.sam, json!({ "expires_on": "2027-03-29" })).await;
    credential(app, &house.admin, &house.sam, json!({ "expires_on": "2027-03-30" })).await;
    app.sql("UPDATE credentials SET expires_on = '2027-03-2x' WHERE expires_on = '2027-03-29'").await;
    assert_eq!(house.tell(app).await, [1, 1]);
});

both!(who_supervises_themselves_is_told_once, async |app| {
    let house = House::open(app).await;
    // Refused today; rows of before may say so.
    app.sql("UPDATE supervisions SET supervisor_id = staff_id").await;
    credential(app, &house.admin, &house.sam, json!({ "expires_on": "2027-03-30" })).await;
    assert_eq!(house.tell(app).await, [1, 0]);
});

// Red when the notice and its alerts are not one transaction, or a notice can be written twice.
both!(workers_that_race_tell_each_stage_once, async |app| {
    let house = House::open(app).await;
    for _ in 0..8 {
        credential(app, &house.admin, &house.sam, json!({ "expires_on": "2027-03-30" })).await;
    }
    let workers = [app.another_worker(11).await, app.another_worker(12).await];
    let start = Arc::new(Barrier::new(workers.len()));
    let running = workers.map(|worker| {
        let start = Arc::clone(&start);
        tokio::spawn(async move {
            start.wait().await;
            let mut told = 0;
            for _ in 0..5 {
                match notice_expiring(&worker.database).await {
                    Ok(count) => told += count,
                    Err(cairn_shared::Error::Unavailable(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            worker.database.clone().close().await;
            told
        })
    });
    for worker in running {
        worker.await.unwrap();
    }
    assert_eq!(house.tell(app).await, [8, 8]);
    assert_eq!((app.count("credential_notices").await, app.count("alerts").await), (8, 16));
});
