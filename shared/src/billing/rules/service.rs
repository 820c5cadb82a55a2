use super::super::facts::Context;
use super::super::finding::{Finding, Rule};
use crate::sessions::Modality;

/// The payer pays for this code, with these modifiers, there, by these means, for so long.
pub fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let session = context.session;
    if let Some(most) = context.rules.caps.session_minutes.filter(|most| session.session_minutes > *most) {
        found.push(Finding::block(
            Rule::SessionLength,
            format!("{} minutes are more than the {most} that one session can have", session.session_minutes),
            "correct the times",
        ));
    }
    let Some(code) = &session.service_code else {
        found.push(Finding::block(
            Rule::ServiceCode,
            "the session has no service code",
            "choose the service that was given",
        ));
        return;
    };
    let known = context.rules.code(code);
    if known.is_none() && !context.rules.codes.is_empty() {
        found.push(Finding::block(
            Rule::ServiceCode,
            format!("{code} is not among the codes that this payer pays for"),
            "choose another code, or have the payer's rules corrected",
        ));
    }
    if let Some(known) = known {
        let fits = known
            .modifier_sets
            .iter()
            .any(|set| set.fits(session.kind, session.modality) && set.modifiers == session.modifiers);
        if !known.modifier_sets.is_empty() && !fits {
            found.push(Finding::block(
                Rule::Modifiers,
                format!("{code} is not billed with these modifiers for such a session"),
                "correct the modifiers, or say how the session was held",
            ));
        }
        if !known.places.is_empty() && !known.places.contains(&session.place_of_service) {
            found.push(Finding::block(
                Rule::PlaceOfService,
                format!("{code} is not paid for at place {}", session.place_of_service),
                "correct the place of service",
            ));
        }
    }
    let text_is_paid =
        known.is_some_and(|known| known.modifier_sets.iter().any(|set| set.modalities.contains(&Modality::Text)));
    if session.modality == Modality::Text && !text_is_paid {
        found.push(Finding::block(
            Rule::Modality,
            "written messages are not paid for",
            "mark the session as not billable",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::facts::{SessionFacts, samples};
    use super::*;
    use crate::payers::{Code, ModifierSet, Rules, UnitKind};
    use crate::sessions::Kind;

    fn rules() -> Rules {
        let set = |modifiers: &[&str], kind| ModifierSet {
            modifiers: modifiers.iter().map(|text| (*text).to_owned()).collect(),
            kind: Some(kind),
            modalities: Vec::new(),
        };
        let code = Code {
            code: "H0038".to_owned(),
            unit: UnitKind::Min15,
            minimum_minutes: None,
            modifier_sets: vec![set(&[], Kind::Individual), set(&["HQ"], Kind::Group)],
            places: vec!["11".to_owned(), "12".to_owned()],
            excludes: Vec::new(),
            units_per_day: None,
        };
        Rules { codes: vec![code], ..Rules::default() }
    }

    fn found(rules: &Rules, change: impl FnOnce(&mut SessionFacts)) -> Vec<Rule> {
        let mut session = samples::session();
        change(&mut session);
        let mut found = Vec::new();
        check(&samples::context(&session, rules, &[]), &mut found);
        found.into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn only_what_the_payer_lists_is_paid() {
        let rules = rules();
        assert_eq!(found(&rules, |_| {}), []);
        assert_eq!(found(&rules, |session| session.service_code = None), [Rule::ServiceCode]);
        assert_eq!(found(&rules, |session| session.service_code = Some("H2015".into())), [Rule::ServiceCode]);
        assert_eq!(found(&rules, |session| session.modifiers = vec!["HQ".into()]), [Rule::Modifiers]);
        assert_eq!(found(&rules, |session| session.kind = Kind::Group), [Rule::Modifiers]);
        let group = |session: &mut SessionFacts| {
            session.kind = Kind::Group;
            session.modifiers = vec!["HQ".into()];
        };
        assert_eq!(found(&rules, group), []);
        assert_eq!(found(&rules, |session| session.place_of_service = "99".into()), [Rule::PlaceOfService]);
        assert_eq!(found(&rules, |session| session.modality = Modality::Text), [Rule::Modality]);
        assert_eq!(found(&rules, |session| session.session_minutes = 721), [Rule::SessionLength]);
        assert_eq!(found(&Rules::default(), |session| session.service_code = Some("X0001".into())), []);
    }
}
