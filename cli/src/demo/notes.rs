//! The notes of the month's sessions: written and signed hours after the meeting, most of them; a few late, the newest still drafts,
//! some read and answered by the client, the older ones signed by the supervisor too.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_shared::clock::Timestamp;
use cairn_shared::db::{Database, PageRequest};
use cairn_shared::error::Error;
use cairn_shared::identity;
use cairn_shared::note_templates::{Domain, Part};
use cairn_shared::notes::{
    self, Activity, BodyPatch, GoalWork, NewNote, NoteView, Progress, Risk, RiskLevel, SigningInput,
};
use cairn_shared::scope::{Role, Scope};
use cairn_shared::sessions::{self, SessionFilter, SessionView, State};
use chrono::Duration;
use uuid::Uuid;

use super::moments::{Team, acting, client, staff};
use super::sessions::earlier;

const WEEKS: i64 = 4;
/// From a session to what others say to its note.
const ANSWER: Duration = Duration::days(5);

/// What was done in a meeting, what the person said to it, what they agreed, and under which tag it goes.
type Meeting = (&'static str, &'static str, &'static str, (Domain, &'static str));

const SHARED: (Domain, &str) = (Domain::Mentoring, "Shared own experience");
const PRACTICED: (Domain, &str) = (Domain::Mentoring, "Practiced a skill together");
const PAPERS: (Domain, &str) = (Domain::Advocacy, "Housing, benefits or papers");
const ROUTINE: (Domain, &str) = (Domain::RecoverySupport, "Daily routine");

const MEETINGS: [Meeting; 8] = [
    (
        "We walked to the library and looked up the hours of the reading group together.",
        "They smiled and said that going together made it easier.",
        "They go to the reading group on Thursday and tell me how it was.",
        ROUTINE,
    ),
    (
        "I told how I got through my first months in my own flat, and we wrote down what helped.",
        "They found two things on the list that they do already.",
        "They try one thing more from the list and note how it went.",
        SHARED,
    ),
    (
        "We practiced the phone call to the housing office twice, then they made it.",
        "They said their heart was beating fast, and that they were proud afterwards.",
        "The office calls back on Monday morning; I am there by phone.",
        PRACTICED,
    ),
    (
        "We went through the letter from the clinic line by line and wrote three questions.",
        "They want to ask the questions themselves.",
        "They bring the letter back with the answers.",
        PAPERS,
    ),
    (
        "We cooked a simple soup and talked about evenings that feel long.",
        "They said that cooking for two feels less like a duty.",
        "They cook the soup again on Wednesday and ask a neighbor over.",
        PRACTICED,
    ),
    (
        "We drew a week and marked the hours that are hard, with one idea for each.",
        "They were tired and wanted it short; they chose the idea for Friday evening.",
        "They try that idea on Friday and note how it went.",
        ROUTINE,
    ),
    (
        "I asked what gave strength this week, and listened.",
        "They named their sister and the garden.",
        "They call their sister on Sunday. We meet at the same place next week.",
        SHARED,
    ),
    (
        "We looked at the bus map and tried the way to the group once.",
        "They said they would go alone next time.",
        "I ask about the bus pass and write to them.",
        PRACTICED,
    ),
];

/// The same of a group, after its topic.
const GROUPS: [(&str, Meeting); 3] = [
    (
        "Evenings that feel long",
        (
            "Everybody named one evening that was hard and what helped; we wrote the ideas on the board.",
            "They told about the radio and took two ideas home.",
            "They try one of the ideas and tell the group on Sunday.",
            ROUTINE,
        ),
    ),
    (
        "Asking for help",
        (
            "We practiced in pairs how to ask for help in one sentence.",
            "They were quiet at first and tried it twice.",
            "They ask one person for one small thing this week.",
            PRACTICED,
        ),
    ),
    (
        "What gave us strength",
        (
            "I told what carried me through my first year, and everybody added something of their own.",
            "They listened, and said that they recognized a lot.",
            "They write down one thing that gave them strength.",
            SHARED,
        ),
    ),
];

/// What happens to a note.
enum Step {
    Write { specialist: Uuid, session: Arc<SessionView> },
    Answer { note: Box<NoteView> },
}

/// Writes the notes of what was held in the last weeks. Moment after moment, over everybody: a log reads in its own order.
pub async fn write_notes(database: &Database, scope: &Scope, team: &Team, days: i64) -> anyhow::Result<()> {
    let mut steps = BTreeMap::new();
    for specialist in team.specialists.iter().copied() {
        let own = acting(scope, staff(specialist, Role::Specialist));
        for (turn, session) in held(database, &own, days.min(WEEKS * 7)).await?.into_iter().enumerate() {
            let Some(ended) = session.ends_at else { continue };
            let session = Arc::new(session);
            for attendee in session.attendees.iter().filter(|attendee| attendee.attendance.was_there()) {
                let step = Step::Write { specialist, session: Arc::clone(&session) };
                steps.insert((ended.plus(wait(turn)), turn, attendee.client_id), step);
            }
        }
    }
    while let Some(((at, turn, client_id), step)) = steps.pop_first() {
        match step {
            Step::Write { specialist, session } => {
                let note = write_one(database, scope, specialist, &session, (at, turn, client_id)).await?;
                if let Some(note) = note.map(Box::new) {
                    steps.insert((session.starts_at.plus(ANSWER), turn, client_id), Step::Answer { note });
                }
            }
            Step::Answer { note } => answer(database, scope, team.supervisor, &note, (at, turn, client_id)).await?,
        }
    }
    Ok(())
}

/// From the end of a session to its note. One in twelve is late.
fn wait(turn: usize) -> Duration {
    if turn % 12 == 7 { Duration::hours(40) } else { Duration::minutes([20, 55, 90, 125, 160][turn % 5]) }
}

/// Finished sessions of the last days, the earliest first.
async fn held(database: &Database, own: &Scope, back: i64) -> anyhow::Result<Vec<SessionView>> {
    let tx = database.begin_read(own).await?;
    let filter = SessionFilter {
        from: Some(tx.today() - Duration::days(back)),
        staff_id: own.staff_id(),
        state: Some(State::Finished),
        ..SessionFilter::default()
    };
    let page = PageRequest { limit: 200, after: None };
    let mut found = sessions::list(&tx, &filter, &page).await?.items;
    tx.finish().await?;
    found.sort_by_key(|session| (session.starts_at, session.id));
    Ok(found)
}

/// The note, if it was signed.
async fn write_one(
    database: &Database,
    scope: &Scope,
    specialist: Uuid,
    session: &SessionView,
    (at, turn, client_id): (Timestamp, usize, Uuid),
) -> anyhow::Result<Option<NoteView>> {
    let now = database.env.clock.now();
    let own = acting(scope, staff(specialist, Role::Specialist));
    let then = earlier(database, at.min(now));
    let mut tx = then.begin_write(&own).await?;
    let note =
        notes::create(&mut tx, session.id, NewNote { client_id: Some(client_id), template_version_id: None }).await?;
    let note = notes::update(&mut tx, note.head.id, Some(note.head.version), None, words(&note, turn)).await?;
    tx.commit().await?;
    // The last day's are still open.
    if at.plus(Duration::hours(20)) > now {
        return Ok(None);
    }
    let mut tx = then.begin_write(&own).await?;
    let name = identity::find_staff(&tx, specialist).await?.name;
    let late_reason = (wait(turn) > Duration::hours(24)).then(|| "I was ill the day after".to_owned());
    let input = SigningInput { name, late_reason, confirm: note.body().marks.keys().cloned().collect() };
    match notes::sign(&mut tx, note.head.id, None, &input).await {
        Ok(_) => tx.commit().await?,
        // Without a plan of care in force it stays a draft.
        Err(Error::Invalid(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    Ok(Some(note))
}

/// What the author writes, another thing each time.
fn words(note: &NoteView, turn: usize) -> BodyPatch {
    let text = |part: Part, text: &str| (part, Some(text.to_owned()));
    let (topic, group) = GROUPS[turn % GROUPS.len()];
    let is_group = note.template_key() == Some("group");
    let (done, answered, next, (domain, tag)) = if is_group { group } else { MEETINGS[turn % MEETINGS.len()] };
    let progress = [Progress::Some, Progress::Some, Progress::None, Progress::Met, Progress::Some, Progress::Regressed];
    let goals = note.body().goals.iter().map(|goal| GoalWork {
        goal_id: goal.goal_id,
        progress: Some(progress[turn % progress.len()]),
        comment: None,
    });
    BodyPatch {
        texts: [text(Part::Intervention, done), text(Part::Response, answered), text(Part::Plan, next)].into(),
        goals: Some(goals.collect()),
        activities: Some(vec![Activity { domain, text: tag.to_owned() }]),
        risk: Some(Some(Risk { level: RiskLevel::None, action: None })),
        answers: is_group.then(|| ("topic".to_owned(), Some(topic.into()))).into_iter().collect(),
        ..BodyPatch::default()
    }
}

/// The supervisor signs after five days and gives one back now and then; some clients add a word.
async fn answer(
    database: &Database,
    scope: &Scope,
    supervisor: Uuid,
    note: &NoteView,
    (at, turn, client_id): (Timestamp, usize, Uuid),
) -> anyhow::Result<()> {
    if at > database.env.clock.now() {
        return Ok(());
    }
    let then = earlier(database, at);
    let mut tx = then.begin_write(&acting(scope, staff(supervisor, Role::Supervisor))).await?;
    if notes::get(&tx, note.head.id).await?.head.state == notes::NoteState::AwaitingCosign {
        if turn % 9 == 4 {
            notes::give_back(&mut tx, note.head.id, "How does this bear on the goal? One sentence is enough.").await?;
        } else {
            let name = identity::find_staff(&tx, supervisor).await?.name;
            notes::cosign(&mut tx, note.head.id, &name).await?;
        }
        tx.commit().await?;
    }
    if turn % 6 == 1 {
        let mut tx = then.begin_write(&acting(scope, client(client_id))).await?;
        notes::add_client_words(&mut tx, note.head.id, "That is how it was. Thank you.").await?;
        tx.commit().await?;
    }
    Ok(())
}
