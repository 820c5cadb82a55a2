use uuid::Uuid;

/// The ids for an `IN` list, the last one repeated up to a power of two: so there are few different statements, and
/// the database's prepared plans serve lists of any length.
pub fn id_list(ids: impl IntoIterator<Item = Uuid>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = ids.into_iter().collect();
    if let Some(last) = ids.last().copied() {
        ids.resize(ids.len().next_power_of_two(), last);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_few_lengths_and_no_other_ids() {
        let ids: Vec<Uuid> = (0..5).map(Uuid::from_u128).collect();
        let list = id_list(ids.iter().copied());
        assert_eq!(list.len(), 8);
        assert_eq!(list[..5], ids);
        assert!(list[5..].iter().all(|id| *id == ids[4]));
        assert!(id_list([]).is_empty());
        assert_eq!(id_list(ids[..4].iter().copied()).len(), 4);
    }
}
