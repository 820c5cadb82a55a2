use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::notes::body::{GoalWork, RiskLevel, Source};
use crate::notes::facts::AttendanceFacts;

fn session() -> SessionFacts {
    SessionFacts {
        id: Uuid::from_u128(3),
        specialist_id: Uuid::from_u128(4),
        kind: "individual".to_owned(),
        state: "finished".to_owned(),
        modality: "in_person".to_owned(),
        place_of_service: "53".to_owned(),
        setting: Some("Park".to_owned()),
        occurrence_id: None,
        starts_at: Timestamp(1_000_000),
        ends_at: Some(Timestamp(4_600_000)),
        time_zone: "America/Boise".to_owned(),
        service_date: NaiveDate::default(),
        minutes: Some(60),
        excluded_minutes: 0,
        excluded_reason: None,
        billable: true,
        non_billable_reason: None,
        service_code: Some("H0038".to_owned()),
        modifiers: Vec::new(),
        group_size: 1,
        attendance: AttendanceFacts {
            attendance: "present".to_owned(),
            arrived_at: None,
            left_at: None,
            others_present: Vec::new(),
        },
    }
}

fn frozen(body: &Body) -> (String, String) {
    let units = UnitsFacts { units: 4, working: vec!["60 minutes / 15 = 4".to_owned()] };
    let goals = body.goals.iter().map(|goal| SignedGoal {
        goal_id: goal.goal_id,
        title: "Walk".to_owned(),
        progress: goal.progress,
        comment: goal.comment.clone(),
    });
    SignedContent {
        format: FORMAT,
        id: Uuid::from_u128(1),
        organization_id: Uuid::from_u128(2),
        replaces: None,
        client: ClientFacts { id: Uuid::from_u128(5), preferred_name: "Ana".to_owned(), legal_name: None },
        author: AuthorFacts { id: Uuid::from_u128(4), name: "Sam".to_owned(), credential: json!({ "number": "7" }) },
        session: &session(),
        care_plan: None,
        profile: Profile { id: Uuid::nil(), hash: "00" },
        units: &units,
        template: TemplateFacts {
            id: Uuid::from_u128(6),
            version_id: Uuid::from_u128(7),
            key: Some("girp".to_owned()),
            name: "GIRP".to_owned(),
            number: 1,
            content_hash: "11".to_owned(),
        },
        goals: goals.collect(),
        texts: &body.texts,
        activities: &body.activities,
        risk: body.risk.as_ref(),
        answers: &body.answers,
        sources: body.marks.iter().map(|(path, mark)| (path.as_str(), mark)).collect(),
        late_entry: None,
        signed_at: Timestamp(5_000_000),
    }
    .freeze()
    .expect("frozen")
}

fn body(text: &str) -> Body {
    let mut body = Body::default();
    body.texts.insert(Part::Intervention, text.to_owned());
    body.goals.push(GoalWork { goal_id: Uuid::from_u128(9), progress: Some(Progress::Met), comment: None });
    body.risk = Some(Risk { level: RiskLevel::None, action: None });
    body.answers.insert("topic".to_owned(), json!("sleep"));
    body.marks.insert("goals".to_owned(), Mark { source: Source::CarePlan, source_id: None, confirmed: true });
    body
}

#[test]
fn what_is_signed_is_canonical_and_says_everything() {
    let (text, hash) = frozen(&body("Walked \"slowly\", más"));
    let expected = concat!(
        r#"{"activities":[],"answers":{"topic":"sleep"},"#,
        r#""author":{"credential":{"number":"7"},"id":"00000000-0000-0000-0000-000000000004","name":"Sam"},"care_plan":null,"#,
        r#""client":{"id":"00000000-0000-0000-0000-000000000005","legal_name":null,"preferred_name":"Ana"},"#,
        r#""format":"cairn-note/1","goals":[{"comment":null,"goal_id":"00000000-0000-0000-0000-000000000009","#,
        r#""progress":"met","title":"Walk"}],"id":"00000000-0000-0000-0000-000000000001","late_entry":null,"#,
        r#""organization_id":"00000000-0000-0000-0000-000000000002","#,
        r#""profile":{"hash":"00","id":"00000000-0000-0000-0000-000000000000"},"replaces":null,"#,
        r#""risk":{"action":null,"level":"none"},"session":{"attendance":{"arrived_at":null,"attendance":"present","#,
        r#""left_at":null,"others_present":[]},"billable":true,"ends_at":"1970-01-01T01:16:40.000Z","excluded_minutes":0,"#,
        r#""excluded_reason":null,"group_size":1,"id":"00000000-0000-0000-0000-000000000003","kind":"individual","#,
        r#""minutes":60,"modality":"in_person","modifiers":[],"non_billable_reason":null,"occurrence_id":null,"#,
        r#""place_of_service":"53","service_code":"H0038","service_date":"1970-01-01","setting":"Park","#,
        r#""specialist_id":"00000000-0000-0000-0000-000000000004","starts_at":"1970-01-01T00:16:40.000Z","state":"finished","#,
        r#""time_zone":"America/Boise"},"signed_at":"1970-01-01T01:23:20.000Z","#,
        r#""sources":{"goals":{"confirmed":true,"source":"care_plan","source_id":null}},"#,
        r#""template":{"content_hash":"11","id":"00000000-0000-0000-0000-000000000006","key":"girp","name":"GIRP","number":1,"#,
        r#""version_id":"00000000-0000-0000-0000-000000000007"},"texts":{"intervention":"Walked \"slowly\", más"},"#,
        r#""units":{"units":4,"working":["60 minutes / 15 = 4"]}}"#,
    );
    assert_eq!(text, expected);
    assert_eq!(hash, hash_of(expected));
    assert_eq!(hash.len(), 64);
}

#[test]
fn names_are_compared_as_people_do() {
    assert!(same_name(" sam  ROE ", "Sam Roe") && same_name("José", "josé"));
    assert!(!same_name("Sam", "Sam Roe") && !same_name("", "Sam"));
}

proptest! {
    /// Another word is another hash, and what was written comes back as it was.
    #[test]
    fn what_is_signed_is_read_back_and_no_two_are_alike(one in "\\PC{0,60}", other in "\\PC{0,60}") {
        let (text, hash) = frozen(&body(&one));
        let (read, goals) = read_signed(&text).expect("readable");
        prop_assert_eq!(read, body(&one));
        prop_assert_eq!(&goals[0].title, "Walk");
        prop_assert_eq!(hash == frozen(&body(&other)).1, one == other);
    }
}
