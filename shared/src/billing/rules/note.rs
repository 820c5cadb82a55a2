use chrono::Duration;

use super::super::facts::{Context, NoteState};
use super::super::finding::{Finding, Rule};

/// There is a note, everybody who has to has signed it, and in time.
pub fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    match context.note.state {
        NoteState::Missing => found.push(Finding::block(
            Rule::Note,
            "there is no signed note of this session",
            "the specialist writes and signs the note",
        )),
        NoteState::AwaitingCosign => found.push(Finding::block(
            Rule::Cosignature,
            "the note waits for a supervisor's signature",
            "the supervisor signs it, or gives it back",
        )),
        NoteState::Signed => {}
    }
    let days = context.rules.notes.max_sign_days;
    let latest = context.session.ends_at.plus(Duration::days(days));
    if context.note.signed_at.is_some_and(|at| at > latest) {
        found.push(Finding::block(
            Rule::SignedLate,
            format!("the note was signed more than {days} days after the end"),
            "this payer does not take it; mark the session as not billable, or ask the payer",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::facts::{NoteFacts, samples};
    use super::*;
    use crate::clock::Timestamp;
    use crate::payers::Rules;

    fn rules_of(state: NoteState, signed_at: Option<Timestamp>) -> Vec<Rule> {
        let (session, rules) = (samples::session(), Rules::default());
        let note = NoteFacts { state, signed_at, goal_ids: None, signed: None };
        let mut found = Vec::new();
        check(&Context { note, ..samples::context(&session, &rules, &[]) }, &mut found);
        found.into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_note_is_signed_by_all_and_in_time() {
        let end = samples::session().ends_at;
        let (in_time, late) = (end.plus(Duration::days(7)), Timestamp(end.plus(Duration::days(7)).0 + 1));
        assert_eq!(rules_of(NoteState::Missing, None), [Rule::Note]);
        assert_eq!(rules_of(NoteState::Signed, Some(in_time)), []);
        assert_eq!(rules_of(NoteState::Signed, Some(late)), [Rule::SignedLate]);
        assert_eq!(rules_of(NoteState::AwaitingCosign, Some(late)), [Rule::Cosignature, Rule::SignedLate]);
    }
}
