//! Profiles that come with the program: what guides and public pages say. Agencies load their own over them.

use std::sync::{Arc, LazyLock};

use uuid::Uuid;

use super::file::ProfileFile;
use super::profiles::{Profile, Source, canonical};
use crate::error::{Error, Result};
use crate::secrets::sha256;

const FILES: [&str; 8] = [
    include_str!("profiles/default.toml"),
    include_str!("profiles/california.toml"),
    include_str!("profiles/idaho.toml"),
    include_str!("profiles/massachusetts.toml"),
    include_str!("profiles/new_jersey.toml"),
    include_str!("profiles/north_carolina.toml"),
    include_str!("profiles/pennsylvania.toml"),
    include_str!("profiles/washington.toml"),
];

static SHIPPED: LazyLock<Result<Vec<Arc<Profile>>, String>> =
    LazyLock::new(|| FILES.iter().map(|text| read(text).map(Arc::new).map_err(|error| format!("{error:?}"))).collect());

/// All of them; the first is for payers that nobody described.
pub(super) fn all() -> Result<&'static [Arc<Profile>]> {
    SHIPPED.as_deref().map_err(Error::internal)
}

fn read(text: &str) -> Result<Profile> {
    let file = ProfileFile::parse(text)?;
    let (canonical, hash) = canonical(&file.rules)?;
    let key = file.key();
    let name = format!("{}|{}|{}|{}|{hash}", key.state, key.payer, key.program, file.effective_from);
    Ok(Profile {
        // The same rules have the same id in every installation.
        id: Uuid::from_slice(&sha256(name.as_bytes())[..16]).map_err(Error::internal)?,
        source: Source::Shipped,
        key,
        effective_from: file.effective_from,
        effective_to: file.effective_to,
        version_number: 1,
        rules: file.rules,
        canonical,
        hash,
        created_at: None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::rules::{Aggregate, Cosign, Rules, SupervisorType, UnitKind};
    use super::*;
    use crate::sessions::{Kind, Modality};

    fn of(state: &str) -> &'static Rules {
        let found = all().expect("readable").iter().find(|profile| profile.key.state == state);
        &found.expect("a profile").rules
    }

    #[test]
    fn every_file_is_right_and_no_two_have_a_name() {
        let profiles = all().expect("readable");
        assert_eq!(profiles.len(), FILES.len());
        let keys: std::collections::HashSet<_> = profiles.iter().map(|profile| &profile.key).collect();
        assert_eq!(keys.len(), profiles.len());
        assert_eq!(profiles[0].key.state, "any");
    }

    #[test]
    fn the_usual_is_careful() {
        let rules = of("any");
        assert_eq!(rules, &Rules::default(), "the file says nothing but the usual");
        assert_eq!((rules.units.rounding_threshold, rules.units.first_unit_min), (15, 15));
        assert_eq!(rules.units.aggregate, Aggregate::PerSession);
        assert_eq!((rules.caps.units_per_day, rules.caps.staff_minutes_per_day), (Some(16), Some(12 * 60)));
        assert_eq!((rules.notes.late_after_hours, rules.notes.max_sign_days), (24, 7));
        assert_eq!(rules.notes.cosign, Cosign::FirstDays { days: 90 });
        assert_eq!(rules.supervision.types, SupervisorType::ALL);
        assert_eq!((rules.supervision.every_days, rules.supervision.observations_per_year), (Some(30), Some(2)));
        assert_eq!((rules.limits.group_max, rules.limits.caseload_max), (Some(12), Some(15)));
        assert_eq!((rules.training.ce_hours, rules.training.training_hours_min), (12, 40));
        assert_eq!((rules.filing.timely_filing_days, rules.filing.coverage_check_days), (365, 31));
        assert!(rules.authorization.required && rules.plan.required && rules.codes.is_empty());
    }

    #[test]
    fn idaho_is_as_its_guide_says() {
        let rules = of("ID");
        let codes: Vec<&str> = rules.codes.iter().map(|code| code.code.as_str()).collect();
        assert_eq!(codes, ["H0038", "H2015", "H0031", "H0032"]);
        assert_eq!((rules.caps.units_per_authorization, rules.caps.authorization_days), (Some(16), Some(30)));
        assert_eq!(rules.authorization.response_business_days, Some(2));
        assert!(rules.plan.required);
        assert_eq!(rules.usual_service(Kind::Individual, Modality::InPerson), Some(("H0038".into(), vec![])));
        assert_eq!(rules.usual_service(Kind::Group, Modality::InPerson), Some(("H0038".into(), vec!["HQ".into()])));
    }

    #[test]
    fn the_other_patterns_are_there() {
        assert_eq!((of("NJ").caps.units_per_day, of("NJ").limits.min_age), (Some(16), Some(18)));
        assert_eq!(of("NJ").codes[0].modifier_sets[0].modifiers, ["HF"]);
        assert_eq!((of("NC").authorization.unmanaged_units, of("NC").limits.supervised_max), (24, Some(8)));
        assert!(of("NC").plan.service_order_required);
        assert_eq!(of("PA").plan.service_order_days, Some(60));
        assert_eq!((of("CA").notes.late_after_hours, of("CA").training.training_hours_min), (72, 80));
        assert_eq!(of("MA").unit_of("H2016"), UnitKind::PerDiem);
        assert_eq!((of("WA").limits.group_max, of("WA").caps.units_per_day), (Some(20), Some(16)));
    }
}
