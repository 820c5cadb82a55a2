use super::*;
use crate::push::answer::Refusal;

const A: &str = "https://fcm.googleapis.com";
const B: &str = "https://web.push.apple.com";

const TAKEN: PushAnswer = PushAnswer::Accepted { status: 201 };
const FAILED: PushAnswer = PushAnswer::Unavailable { outage: Outage::Timeout, retry_after_ms: None };
const REFUSED: PushAnswer = PushAnswer::OurFault { status: 403 };

fn gates(max_in_flight: usize, max_rate: Option<u32>) -> OriginGates {
    OriginGates::new(Limits { max_in_flight, max_rate })
}

fn call(gates: &OriginGates, origin: &str, answer: &PushAnswer, now_ms: i64) {
    gates.enter(origin, now_ms).expect("the gate is open").settle(answer, now_ms);
}

#[test]
fn only_so_many_calls_are_under_way_to_each_origin() {
    let gates = gates(3, None);
    let permits: Vec<Permit> = (0..3).map(|_| gates.enter(A, 0).unwrap()).collect();
    assert_eq!((gates.free_slots(A, 0), gates.free_slots(B, 0)), (0, 3));
    assert!(gates.enter(A, 0).is_none());
    let mut permits = permits.into_iter();
    permits.next().unwrap().settle(&TAKEN, 5);
    assert_eq!(gates.free_slots(A, 5), 1);
    drop(permits);
    assert_eq!(gates.free_slots(A, 5), 3, "a task that was cancelled gives its slot back");
}

#[test]
fn the_rate_holds_for_each_origin() {
    let gates = gates(128, Some(5));
    assert_eq!(gates.free_slots(A, 0), 5);
    (0..5).for_each(|_| call(&gates, A, &TAKEN, 0));
    assert_eq!((gates.free_slots(A, 0), gates.free_slots(A, 199), gates.free_slots(A, 200)), (0, 0, 1));
    assert_eq!((gates.free_slots(B, 0), gates.free_slots(A, 60_000)), (5, 5));
}

#[test]
fn a_pause_holds_one_origin_until_it_is_over() {
    let gates = gates(8, None);
    let slow = |retry_after_ms| PushAnswer::SlowDown { retry_after_ms };
    let late = gates.enter(A, 0).unwrap();
    call(&gates, A, &slow(60_000), 1000);
    late.settle(&slow(5_000), 1001);
    assert_eq!(gates.standing(A, 1001), Standing::Paused { until_ms: 61_000 });
    assert!(gates.enter(A, 60_999).is_none());
    assert_eq!((gates.free_slots(A, 60_999), gates.free_slots(A, 61_000), gates.free_slots(B, 1001)), (0, 8, 8));
    assert_eq!(gates.standing(A, 61_000), Standing::Flowing);
    let busy = PushAnswer::Unavailable { outage: Outage::Status(503), retry_after_ms: Some(10_000) };
    call(&gates, B, &busy, 0);
    assert_eq!(gates.standing(B, 0), Standing::Paused { until_ms: 10_000 });
}

#[test]
fn a_failing_origin_is_left_alone_and_then_tried_with_one_call() {
    let gates = gates(128, None);
    (0..10).for_each(|_| call(&gates, A, &TAKEN, 0));
    (0..9).for_each(|_| call(&gates, A, &FAILED, 0));
    assert_eq!(gates.free_slots(A, 0), 128);
    call(&gates, A, &FAILED, 0);
    assert_eq!(gates.standing(A, 0), Standing::Broken { until_ms: 30_000 });
    assert_eq!((gates.free_slots(A, 29_999), gates.free_slots(A, 30_000), gates.free_slots(B, 0)), (0, 1, 128));
    let trial = gates.enter(A, 30_000).unwrap();
    assert_eq!((gates.free_slots(A, 30_000), gates.standing(A, 30_000)), (0, Standing::OnTrial));
    trial.settle(&FAILED, 31_000);
    assert_eq!(gates.standing(A, 31_000), Standing::Broken { until_ms: 61_000 });
    call(&gates, A, &TAKEN, 61_000);
    assert_eq!((gates.free_slots(A, 61_000), gates.standing(A, 61_000)), (128, Standing::Flowing));
}

#[test]
fn answers_about_one_message_do_not_count_against_the_service() {
    let gates = gates(128, None);
    let answers = [
        PushAnswer::Gone { status: 410 },
        PushAnswer::TooLarge,
        PushAnswer::OurFault { status: 400 },
        PushAnswer::NotSent(Refusal::Endpoint),
        PushAnswer::no_answer(Outage::ForbiddenAddress),
    ];
    (0..100).for_each(|number| call(&gates, A, &answers[number % answers.len()], 0));
    assert_eq!((gates.free_slots(A, 0), gates.standing(A, 0)), (128, Standing::Flowing));
}

#[test]
fn a_service_that_refuses_us_is_stopped_for_five_minutes_and_seen() {
    let gates = gates(128, None);
    let late = gates.enter(A, 0).unwrap();
    call(&gates, A, &REFUSED, 1000);
    let stopped = Standing::Stopped { until_ms: 301_000, status: 403 };
    assert_eq!((gates.standing(A, 1000), gates.free_slots(A, 1000), gates.free_slots(B, 1000)), (stopped, 0, 128));
    late.settle(&REFUSED, 2000);
    let seen = OriginStatus { origin: A.to_owned(), standing: stopped, in_flight: 0, refused_with: Some(403) };
    assert_eq!(gates.statuses(2000), [seen]);
    assert_eq!((gates.free_slots(A, 300_999), gates.free_slots(A, 301_000)), (0, 1));
    call(&gates, A, &REFUSED, 301_000);
    assert_eq!(gates.standing(A, 301_000), Standing::Stopped { until_ms: 601_000, status: 403 });
    call(&gates, A, &TAKEN, 601_000);
    assert_eq!((gates.free_slots(A, 601_000), gates.statuses(601_000)[0].refused_with), (128, None));
}

#[test]
fn one_subscription_made_for_another_key_does_not_stop_the_others() {
    let gates = gates(128, None);
    for minute in 0..60 {
        call(&gates, A, &TAKEN, minute * 60_000);
        call(&gates, A, &REFUSED, minute * 60_000);
        call(&gates, A, &REFUSED, minute * 60_000);
        assert_eq!(gates.free_slots(A, minute * 60_000), 128);
    }
    assert_eq!(gates.statuses(0)[0].refused_with, Some(403));
    call(&gates, A, &REFUSED, 3_541_000);
    assert_eq!(gates.free_slots(A, 3_541_000), 0, "but a third refusal in a row does");
}

#[test]
fn a_trial_that_tells_nothing_of_the_key_ends_the_stop_and_a_new_refusal_begins_it_again() {
    let gates = gates(128, None);
    call(&gates, A, &REFUSED, 0);
    call(&gates, A, &PushAnswer::Gone { status: 410 }, 300_000);
    assert_eq!(gates.standing(A, 300_000), Standing::Flowing);
    call(&gates, A, &REFUSED, 300_001);
    assert_eq!(gates.standing(A, 300_001), Standing::Stopped { until_ms: 600_001, status: 403 });
}

#[test]
fn a_trial_that_is_lost_is_given_to_another() {
    let gates = gates(4, None);
    (0..20).for_each(|_| call(&gates, A, &FAILED, 0));
    drop(gates.enter(A, 30_000).unwrap());
    assert_eq!(gates.free_slots(A, 30_000), 1);
    call(&gates, A, &PushAnswer::NotSent(Refusal::Keys), 30_000);
    assert_eq!(gates.free_slots(A, 30_000), 1);
}

#[test]
fn made_up_origins_are_forgotten_but_what_must_wait_is_not() {
    let gates = gates(4, None);
    call(&gates, A, &PushAnswer::SlowDown { retry_after_ms: 86_400_000 }, 0);
    let busy = gates.enter(B, 0).unwrap();
    for number in 0..1000 {
        call(&gates, &format!("https://n{number}.push.apple.com"), &FAILED, 0);
    }
    call(&gates, "https://late.push.apple.com", &TAKEN, 700_000);
    let left: Vec<String> = gates.statuses(700_000).into_iter().map(|status| status.origin).collect();
    assert_eq!(left, [A, "https://late.push.apple.com", B]);
    drop(busy);
}
