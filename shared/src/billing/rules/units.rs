use super::super::facts::Context;
use super::super::finding::{Finding, Rule};

/// What was signed is what the times and the payer's rules come to.
pub fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let Some(charge) = context.charge else { return };
    if let Some(code) = &charge.excluded_by {
        found.push(Finding::block(
            Rule::Bundled,
            format!("{code} of the same day is paid instead, and has this in it"),
            "nothing is billed for this one",
        ));
    }
    let Some((minutes, units)) = context.note.signed else { return };
    if minutes != context.session.minutes {
        found.push(Finding::block(
            Rule::Minutes,
            format!("{minutes} minutes were signed, {} follow from the times", context.session.minutes),
            "void the note and write it anew",
        ));
    }
    // Where the minutes of a day are added up, no note can know the units.
    if charge.session_ids.len() == 1 && units != charge.units {
        found.push(Finding::block(
            Rule::Units,
            format!("{units} units were signed, {} follow from the payer's rules", charge.units),
            "void the note and write it anew",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::facts::{NoteFacts, NoteState, samples};
    use super::*;
    use crate::payers::{Piece, Rules, charges};

    #[test]
    fn what_was_signed_is_reckoned_again() {
        let (session, rules) = (samples::session(), Rules::default());
        let piece = Piece {
            session_id: session.session_id,
            client_id: session.client_id,
            specialist_id: session.specialist_id,
            date: session.date,
            starts_at: session.starts_at,
            code: "H0038".to_owned(),
            modifiers: Vec::new(),
            minutes: 53,
            is_first: true,
        };
        let charge = charges(&rules, &[piece]).remove(0);
        let found = |signed: Option<(i64, i64)>| -> Vec<Rule> {
            let note = NoteFacts { state: NoteState::Signed, signed_at: None, goal_ids: None, signed };
            let context = Context { charge: Some(&charge), note, ..samples::context(&session, &rules, &[]) };
            let mut found = Vec::new();
            check(&context, &mut found);
            found.into_iter().map(|finding| finding.rule).collect()
        };
        assert_eq!(found(None), []);
        assert_eq!(found(Some((53, 3))), []);
        assert_eq!(found(Some((53, 4))), [Rule::Units]);
        assert_eq!(found(Some((60, 4))), [Rule::Minutes, Rule::Units]);
    }
}
