use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;
use sea_orm::{Condition, ExprTrait, IntoActiveModel, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::addenda::check_addition;
use super::content::same_name;
use super::entity::{note, note_comment};
use super::list::place;
use super::load::{Loaded, NoteHead, NoteView, find};
use super::sign::insert_signature;
use super::state::{NoteState, SignerRole};
use crate::audit::AuditEvent;
use crate::clients;
use crate::db::{Page, PageRequest, ScopedTx};
use crate::error::{Error, FieldErrors, Result};
use crate::identity;
use crate::policy::{Act, reaches};
use crate::scope::Role;
use crate::supervision;

/// What waits for this supervisor's signature, oldest session first: notes of specialists whom they supervise today. Those
/// that they gave back wait for the author.
pub async fn cosign_queue(tx: &ScopedTx, page: &PageRequest) -> Result<Page<NoteHead>> {
    if reaches(tx.scope(), Act::CosignNotes).is_empty() {
        return Err(Error::Forbidden("role"));
    }
    let supervisor = tx.scope().staff_id().ok_or(Error::Forbidden("role"))?;
    let mut query = note::Entity::find()
        .filter(note::COLUMN.organization_id.eq(tx.organization_id()))
        .filter(note::COLUMN.state.eq(NoteState::AwaitingCosign.as_str()))
        .filter(note::COLUMN.returned_at.is_null())
        .filter(Expr::col((note::Entity, note::Column::AuthorId)).in_subquery(supervised_by(tx, supervisor)))
        .filter(clients::within_reach(tx, Act::CosignNotes, "notes")?)
        .order_by_asc(note::COLUMN.starts_at)
        .order_by_asc(note::COLUMN.id)
        .limit(page.limit + 1);
    if let Some((at, id)) = page.after.as_deref().and_then(place) {
        let after = Condition::any()
            .add(note::COLUMN.starts_at.gt(at))
            .add(Condition::all().add(note::COLUMN.starts_at.eq(at)).add(note::COLUMN.id.gt(id)));
        query = query.filter(after);
    }
    let rows = query.all(tx.conn()).await?;
    let heads = rows.iter().map(NoteHead::try_from).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(heads, page, "cosign-queue", |head| format!("{} {}", head.starts_at.0, head.id)))
}

/// Ids of the staff whom somebody supervises today.
fn supervised_by(tx: &ScopedTx, supervisor: Uuid) -> sea_orm::sea_query::SelectStatement {
    let today = tx.today().to_string();
    let ongoing = Condition::any().add(Expr::col("ends_on").is_null()).add(Expr::col("ends_on").gte(today.as_str()));
    Query::select()
        .column("staff_id")
        .from("supervisions")
        .and_where(Expr::col("organization_id").eq(tx.organization_id()))
        .and_where(Expr::col("supervisor_id").eq(supervisor))
        .and_where(Expr::col("starts_on").lte(today.as_str()))
        .cond_where(ongoing)
        .take()
}

/// The note, for a supervisor of its author. Nobody signs their own notes a second time.
async fn for_supervisor(tx: &ScopedTx, note_id: Uuid) -> Result<Loaded> {
    let loaded = find(tx, note_id, Act::CosignNotes, true).await?;
    let staff_id = tx.scope().staff_id().filter(|_| tx.scope().has_role(Role::Supervisor));
    let supervisor = staff_id.ok_or(Error::Forbidden("role"))?;
    if supervisor == loaded.row.author_id {
        return Err(Error::Forbidden("own_note"));
    }
    if !supervision::supervises_on(tx, supervisor, loaded.row.author_id, tx.today()).await? {
        return Err(Error::Forbidden("not_supervisor"));
    }
    if loaded.state()? != NoteState::AwaitingCosign {
        return Err(Error::Conflict("not_awaiting_cosign", "this note does not wait for a co-signature".to_owned()));
    }
    Ok(loaded)
}

/// Signs after the author, as an active supervisor of theirs.
///
/// # Errors
/// `Conflict("not_awaiting_cosign")`.
pub async fn cosign(tx: &mut ScopedTx, note_id: Uuid, name: &str) -> Result<NoteView> {
    let mut loaded = for_supervisor(tx, note_id).await?;
    let supervisor = tx.scope().staff_id().ok_or(Error::Forbidden("role"))?;
    if !same_name(name, &identity::find_staff(tx, supervisor).await?.name) {
        return Err(Error::invalid("name", "differs", "type your name as it stands in the list of staff"));
    }
    // What is signed is what was signed.
    loaded.body(tx)?;
    insert_signature(tx, &loaded, SignerRole::Cosigner, name).await?;
    NoteState::Cosigned.as_str().clone_into(&mut loaded.row.state);
    loaded.row.returned_at = None;
    loaded.save(tx).await?;
    let event = AuditEvent::new("cosign", "note", note_id).client(loaded.row.client_id);
    tx.record(event.detail(json!({ "content_hash": loaded.row.content_hash })));
    loaded.view(tx).await
}

/// Gives a note back with a comment. Its words stay; the author adds to it, or voids it and writes another.
pub async fn give_back(tx: &mut ScopedTx, note_id: Uuid, comment: &str) -> Result<NoteView> {
    let mut loaded = for_supervisor(tx, note_id).await?;
    let mut errors = FieldErrors::default();
    check_addition(&mut errors, comment);
    if let Err(Error::Invalid(found)) = errors.into_result() {
        let named = found.into_iter().map(|error| crate::FieldError { field: "comment".to_owned(), ..error });
        return Err(Error::Invalid(named.collect()));
    }
    let id = tx.new_id();
    let row = note_comment::Model {
        id,
        organization_id: tx.organization_id(),
        note_id,
        author_id: tx.scope().actor.id().ok_or(Error::Forbidden("role"))?,
        text: tx.seal(&loaded.key, &tx.place("note_comments", "text", id), comment.trim()),
        created_at: tx.now(),
    };
    row.into_active_model().reset_all().insert(tx.conn()).await?;
    loaded.row.returned_at = Some(tx.now());
    loaded.save(tx).await?;
    tx.record(AuditEvent::new("return", "note", note_id).client(loaded.row.client_id));
    loaded.view(tx).await
}
