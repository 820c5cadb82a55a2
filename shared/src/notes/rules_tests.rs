use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::note_templates::TemplateContent;
use crate::notes::body::{GoalWork, Mark, Progress, Risk, Source};
use crate::notes::facts::AttendanceFacts;

const HOUR: i64 = 3_600_000;
const START: i64 = 1_000 * HOUR;

fn template(needs_goals: bool) -> TemplateContent {
    let text = json!({
        "needs_goals": needs_goals,
        "schema": { "type": "object", "additionalProperties": false,
            "properties": { "behavior": { "type": "string", "minLength": 1, "maxLength": 100 } }, "required": ["behavior"] },
        "sections": [{ "id": "all", "label": { "en": "All" },
            "parts": ["goals", "intervention", "response", "plan", "risk", "answers.behavior"] }],
        "ui_schema": { "items": [
            { "id": "behavior", "type": "text", "label": { "en": "Behavior" }, "optional": false },
        ] },
    });
    TemplateContent::stored(&text.to_string()).expect("a template")
}

fn session() -> SessionFacts {
    SessionFacts {
        id: Uuid::from_u128(1),
        specialist_id: Uuid::from_u128(2),
        kind: "individual".to_owned(),
        state: "finished".to_owned(),
        modality: "in_person".to_owned(),
        place_of_service: "53".to_owned(),
        setting: None,
        occurrence_id: None,
        starts_at: Timestamp(START),
        ends_at: Some(Timestamp(START + HOUR)),
        time_zone: "UTC".to_owned(),
        service_date: NaiveDate::default(),
        minutes: Some(60),
        excluded_minutes: 0,
        excluded_reason: None,
        billable: true,
        non_billable_reason: None,
        service_code: None,
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

fn goal() -> Uuid {
    Uuid::from_u128(9)
}

fn body() -> Body {
    let mut body = Body::default();
    for (part, text) in [(Part::Intervention, "Walked"), (Part::Response, "Glad"), (Part::Plan, "Again")] {
        body.texts.insert(part, text.to_owned());
    }
    body.goals.push(GoalWork { goal_id: goal(), progress: Some(Progress::Some), comment: None });
    body.risk = Some(Risk { level: RiskLevel::None, action: None });
    body.answers.insert("behavior".to_owned(), json!("Calm"));
    body
}

fn profile() -> ProfileFacts {
    ProfileFacts {
        id: Uuid::nil(),
        hash: String::new(),
        late_after_hours: 24,
        cosign: CosignRule::Never,
        max_minutes: 720,
    }
}

/// What is wrong after a change of facts that were right.
fn wrong(change: impl FnOnce(&mut Change)) -> Vec<(String, &'static str)> {
    let mut facts = Change {
        now: START + 2 * HOUR,
        body: body(),
        session: session(),
        template: template(true),
        outdated: false,
        plan: Some(vec![goal()]),
        credential: Some(true),
        late_reason: None,
        others: Names::default(),
    };
    change(&mut facts);
    let found = problems(&SigningFacts {
        now: Timestamp(facts.now),
        body: &facts.body,
        session: &facts.session,
        template: &facts.template,
        template_outdated: facts.outdated,
        plan_goals: facts.plan.as_deref(),
        credential_held: facts.credential,
        profile: &profile(),
        late_reason: facts.late_reason,
        others: &facts.others,
    });
    found.into_iter().map(|error| (error.field, error.code)).collect()
}

struct Change {
    now: i64,
    body: Body,
    session: SessionFacts,
    template: TemplateContent,
    outdated: bool,
    plan: Option<Vec<Uuid>>,
    credential: Option<bool>,
    late_reason: Option<&'static str>,
    others: Names,
}

fn at(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(field.to_owned(), code)]
}

#[test]
fn each_missing_thing_is_named_and_nothing_else() {
    assert_eq!(wrong(|_| {}), []);
    for (part, path) in
        [(Part::Intervention, "texts.intervention"), (Part::Response, "texts.response"), (Part::Plan, "texts.plan")]
    {
        assert_eq!(wrong(|facts| drop(facts.body.texts.remove(&part))), at(path, "required"));
        assert_eq!(wrong(|facts| drop(facts.body.texts.insert(part, " \n".to_owned()))), at(path, "required"));
    }
    assert_eq!(wrong(|facts| facts.body.risk = None), at("risk", "required"));
    let elevated = Some(Risk { level: RiskLevel::Elevated, action: Some(" ".to_owned()) });
    assert_eq!(wrong(|facts| facts.body.risk = elevated), at("risk.action", "required"));
    assert_eq!(wrong(|facts| drop(facts.body.answers.remove("behavior"))), at("answers.behavior", "required"));
    assert_eq!(wrong(|facts| facts.body.answers["behavior"] = json!(" ")), at("answers.behavior", "required"));
    assert_eq!(
        wrong(|facts| drop(facts.body.answers.insert("old".to_owned(), json!(1)))),
        at("answers.old", "unknown_item")
    );
    assert_eq!(wrong(|facts| facts.outdated = true), at("template_version_id", "template_changed"));
    assert_eq!(wrong(|facts| facts.credential = Some(false)), at("credential", "credential_lapsed"));
    assert_eq!(wrong(|facts| facts.credential = None), at("credential", "credential_missing"));
}

#[test]
fn the_golden_thread_leads_to_a_goal_of_the_plan_that_was_in_force() {
    assert_eq!(wrong(|facts| facts.body.goals.clear()), at("goals", "required"));
    assert_eq!(wrong(|facts| facts.plan = None), at("goals", "no_active_plan"));
    let neither = wrong(|facts| {
        facts.plan = None;
        facts.body.goals.clear();
    });
    assert_eq!(neither, at("goals", "no_active_plan"));
    assert_eq!(wrong(|facts| facts.plan = Some(vec![Uuid::from_u128(8)])), at("goals[0].goal_id", "not_in_plan"));
    assert_eq!(wrong(|facts| facts.body.goals[0].progress = None), at("goals[0].progress", "required"));
    let intake = wrong(|facts| {
        facts.template = template(false);
        facts.body.goals.clear();
        facts.plan = None;
    });
    assert_eq!(intake, [], "before there is a plan");
}

#[test]
fn a_session_must_have_been_held() {
    assert_eq!(wrong(|facts| facts.now = START - 1)[0], ("session.starts_at".to_owned(), "in_future"));
    assert_eq!(wrong(|facts| facts.session.state = "in_progress".to_owned()), at("session.state", "not_finished"));
    assert_eq!(wrong(|facts| facts.session.state = "cancelled".to_owned()), at("session.state", "not_held"));
    assert_eq!(wrong(|facts| facts.session.minutes = Some(26 * 60)), at("session.ends_at", "too_long"));
    assert_eq!(wrong(|facts| facts.session.minutes = Some(720)), []);
    assert_eq!(wrong(|facts| facts.session.minutes = Some(0)), at("session.ends_at", "too_short"));
    let nobody_came = wrong(|facts| {
        facts.session.state = "no_show".to_owned();
        facts.body = Body::default();
        facts.body.texts.insert(Part::Intervention, "Waited, then called".to_owned());
        facts.body.texts.insert(Part::Plan, "Call again on Monday".to_owned());
    });
    assert_eq!(nobody_came, []);
}

#[test]
fn who_is_late_says_why() {
    assert_eq!(wrong(|facts| facts.now = START + 25 * HOUR), [], "the last moment");
    assert_eq!(wrong(|facts| facts.now = START + 25 * HOUR + 1), at("late_reason", "required"));
    let why = |reason| {
        wrong(|facts| {
            facts.now = START + 30 * HOUR;
            facts.late_reason = Some(reason);
        })
    };
    assert_eq!(why(" "), at("late_reason", "required"));
    assert_eq!(why("The phone was broken"), []);
}

#[test]
fn what_was_filled_in_is_confirmed_first_unless_it_is_gone() {
    let mark = || Mark { source: Source::LastNote, source_id: None, confirmed: false };
    let filled = wrong(|facts| drop(facts.body.marks.insert("texts.plan".to_owned(), mark())));
    assert_eq!(filled, at("texts.plan", "unconfirmed"));
    assert_eq!(wrong(|facts| drop(facts.body.marks.insert("texts.purpose".to_owned(), mark()))), []);
    let done = wrong(|facts| drop(facts.body.marks.insert("goals".to_owned(), Mark { confirmed: true, ..mark() })));
    assert_eq!(done, []);
}

#[test]
fn nobody_else_of_the_group_is_named() {
    let named = wrong(|facts| {
        facts.others = Names::of_others(["Bob"], &["Ana"]);
        facts.body.texts.insert(Part::Response, "Listened to Bob".to_owned());
        facts.body.goals[0].comment = Some("As Bob said".to_owned());
    });
    assert_eq!(
        named,
        [("texts.response".to_owned(), "names_another"), ("goals[0].comment".to_owned(), "names_another")]
    );
}

#[test]
fn supervisors_sign_when_the_rule_says_so() {
    let note = Uuid::from_u128(5);
    assert!(!needs_cosignature(CosignRule::Never, 0, note) && needs_cosignature(CosignRule::Always, 9999, note));
    assert!(needs_cosignature(CosignRule::FirstDays(90), 89, note));
    assert!(!needs_cosignature(CosignRule::FirstDays(90), 90, note));
    assert!(
        !needs_cosignature(CosignRule::Percent(0), 0, note) && needs_cosignature(CosignRule::Percent(100), 0, note)
    );
    let drawn =
        (0..10_000_u128).filter(|id| needs_cosignature(CosignRule::Percent(10), 0, Uuid::from_u128(*id))).count();
    assert!((900..1100).contains(&drawn), "{drawn} of 10,000");
}

proptest! {
    /// Whoever is not late now was not late before, and the sample of a greater share holds that of a smaller.
    #[test]
    fn late_stays_late_and_samples_grow(hours in 0_i64..200, id in any::<u128>(), percent in 0_i64..100) {
        let now = |hours| Timestamp(START + hours * HOUR);
        prop_assert!(!is_late(&session(), &profile(), now(hours)) || is_late(&session(), &profile(), now(hours + 1)));
        let id = Uuid::from_u128(id);
        let drawn = |percent| needs_cosignature(CosignRule::Percent(percent), 0, id);
        prop_assert!(!drawn(percent) || drawn(percent + 1));
    }
}
