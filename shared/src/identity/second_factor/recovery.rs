//! Recovery codes: for the day on which the phone with the authenticator app is gone. Ten, each good once.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, Set};
use uuid::Uuid;

use crate::db::{Database, ScopedTx};
use crate::error::Result;
use crate::identity::entity::recovery_code;

pub const COUNT: usize = 10;
/// Crockford's base32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 12;

/// Sixty random bits, shown as `ABCD-EFGH-JKMN`.
fn spell(bytes: [u8; 8]) -> String {
    let bits = u64::from_be_bytes(bytes);
    let letter = |at: usize| char::from(ALPHABET[usize::try_from(bits >> (at * 5) & 31).unwrap_or(0)]);
    let letters: String = (0..LENGTH).map(letter).collect();
    format!("{}-{}-{}", &letters[..4], &letters[4..8], &letters[8..])
}

/// What a person typed, as the code was spelt, without hyphens; nothing when it cannot be a recovery code.
fn normalize(typed: &str) -> Option<String> {
    let mut code = String::with_capacity(LENGTH);
    for c in typed.chars() {
        match c.to_ascii_uppercase() {
            '-' | ' ' => {}
            'O' => code.push('0'),
            'I' | 'L' => code.push('1'),
            c if c.is_ascii() && ALPHABET.contains(&(c as u8)) => code.push(c),
            _ => return None,
        }
    }
    (code.len() == LENGTH).then_some(code)
}

/// The key of the hash lies outside the database, and a code of one person is worth nothing for another.
fn hash(database: &Database, staff_id: Uuid, code: &str) -> Vec<u8> {
    database.env.keys.lookup("recovery-code", format!("{staff_id} {code}").as_bytes())
}

/// Makes ten new codes; those from before are worth nothing any more. The codes are shown once and only hashes are kept.
pub async fn replace(tx: &ScopedTx, staff_id: Uuid) -> Result<Vec<String>> {
    remove(tx, staff_id).await?;
    let mut codes = Vec::with_capacity(COUNT);
    for _ in 0..COUNT {
        let code = spell(tx.random_bytes());
        recovery_code::ActiveModel {
            id: Set(tx.new_id()),
            organization_id: Set(tx.organization_id()),
            staff_id: Set(staff_id),
            code_hmac: Set(hash(tx.database(), staff_id, &code.replace('-', ""))),
            used_at: Set(None),
            created_at: Set(tx.now()),
        }
        .insert(tx.conn())
        .await?;
        codes.push(code);
    }
    Ok(codes)
}

pub async fn remove(tx: &ScopedTx, staff_id: Uuid) -> Result<()> {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(recovery_code::COLUMN.staff_id.eq(staff_id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Uses a code up. Of two who use the same one at the same time, one hears no.
pub async fn take(tx: &ScopedTx, staff_id: Uuid, typed: &str) -> Result<bool> {
    let Some(code) = normalize(typed) else { return Ok(false) };
    let used = recovery_code::Entity::update_many()
        .col_expr(recovery_code::Column::UsedAt, Expr::value(tx.now().0))
        .filter(recovery_code::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(recovery_code::COLUMN.staff_id.eq(staff_id))
        .filter(recovery_code::COLUMN.code_hmac.eq(hash(tx.database(), staff_id, &code)))
        .filter(recovery_code::COLUMN.used_at.is_null())
        .exec(tx.conn())
        .await?;
    Ok(used.rows_affected == 1)
}

/// How many are left.
pub async fn left(tx: &ScopedTx, staff_id: Uuid) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    let left = recovery_code::Entity::find()
        .filter(recovery_code::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(recovery_code::COLUMN.staff_id.eq(staff_id))
        .filter(recovery_code::COLUMN.used_at.is_null())
        .count(tx.conn())
        .await?;
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = spell([0xff, 0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(code.len(), 14);
        let plain = code.replace('-', "");
        assert_eq!(normalize(&code), Some(plain.clone()));
        assert_eq!(normalize(&format!(" {} ", plain.to_lowercase())), Some(plain));
        assert_eq!(normalize("oooo-iiii-llll"), Some("000011111111".to_owned()));
        for no_code in ["", "123456", "ABCD-EFGH-JKM", "ABCD-EFGH-JKMNP", "ABCD-EFGH-JKMU"] {
            assert_eq!(normalize(no_code), None, "{no_code}");
        }
    }

    #[test]
    fn each_letter_has_five_bits_of_its_own() {
        let differing = (0..60).filter(|bit| spell((1_u64 << bit).to_be_bytes()) != spell([0; 8])).count();
        assert_eq!(differing, 60);
    }
}
