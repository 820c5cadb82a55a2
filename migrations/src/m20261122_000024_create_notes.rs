use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, bytes, bytes_or_null, flag, index, instant, instant_or_null, is_postgres, number, primary_key,
    protect, references, run, table, text, text_or_null, uuid, uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Once published, a version of a template can only be retired; once signed, a note's words are fixed; signatures and what is
/// added stay as they were written. Nothing of it goes away.
const FIXED_POSTGRES: &str = "
CREATE FUNCTION refuse_template_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'retired' AND NEW.retired_at IS NOT NULL
        AND (to_jsonb(NEW) - 'state' - 'retired_at') = (to_jsonb(OLD) - 'state' - 'retired_at') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a published template version does not change';
END $$;
CREATE TRIGGER note_template_versions_fixed BEFORE UPDATE OR DELETE ON note_template_versions
    FOR EACH ROW EXECUTE FUNCTION refuse_template_version_change();
CREATE FUNCTION refuse_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    movable text[] := ARRAY['state', 'version', 'updated_at', 'returned_at', 'voided_at', 'voided_by', 'void_reason'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'draft' AND NEW.id = OLD.id AND NEW.author_id = OLD.author_id
        AND NEW.client_id = OLD.client_id AND NEW.session_id = OLD.session_id THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state <> 'voided' AND NEW.state <> 'draft'
        AND (to_jsonb(NEW) - movable) = (to_jsonb(OLD) - movable) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a signed note does not change';
END $$;
CREATE TRIGGER notes_fixed BEFORE UPDATE OR DELETE ON notes FOR EACH ROW EXECUTE FUNCTION refuse_note_change();
CREATE FUNCTION refuse_note_trail_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was signed or added stays';
END $$;
CREATE TRIGGER note_signatures_fixed BEFORE UPDATE OR DELETE ON note_signatures
    FOR EACH ROW EXECUTE FUNCTION refuse_note_trail_change();
CREATE TRIGGER note_addenda_fixed BEFORE UPDATE OR DELETE ON note_addenda
    FOR EACH ROW EXECUTE FUNCTION refuse_note_trail_change();
CREATE TRIGGER note_comments_fixed BEFORE UPDATE OR DELETE ON note_comments
    FOR EACH ROW EXECUTE FUNCTION refuse_note_trail_change();
CREATE TRIGGER notes_no_truncate BEFORE TRUNCATE ON notes FOR EACH STATEMENT EXECUTE FUNCTION refuse_note_trail_change();
CREATE TRIGGER note_signatures_no_truncate BEFORE TRUNCATE ON note_signatures
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_note_trail_change();
CREATE TRIGGER note_addenda_no_truncate BEFORE TRUNCATE ON note_addenda
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_note_trail_change();
CREATE TRIGGER note_template_versions_no_truncate BEFORE TRUNCATE ON note_template_versions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_note_trail_change();
";

const FIXED_SQLITE: &str = "
CREATE TRIGGER note_template_versions_fixed BEFORE UPDATE ON note_template_versions
    WHEN OLD.state <> 'draft' AND NOT (
        OLD.state = 'published' AND NEW.state = 'retired' AND NEW.retired_at IS NOT NULL
        AND NEW.id IS OLD.id AND NEW.organization_id IS OLD.organization_id AND NEW.template_id IS OLD.template_id
        AND NEW.number IS OLD.number AND NEW.content IS OLD.content AND NEW.content_hash IS OLD.content_hash
        AND NEW.change IS OLD.change AND NEW.change_reasons IS OLD.change_reasons
        AND NEW.created_by IS OLD.created_by AND NEW.created_at IS OLD.created_at
        AND NEW.published_at IS OLD.published_at)
    BEGIN SELECT RAISE(ABORT, 'a published template version does not change'); END;
CREATE TRIGGER note_template_versions_no_delete BEFORE DELETE ON note_template_versions
    WHEN OLD.state <> 'draft'
    BEGIN SELECT RAISE(ABORT, 'a published template version does not change'); END;
CREATE TRIGGER notes_fixed BEFORE UPDATE ON notes
    WHEN NOT (
        NEW.id IS OLD.id AND NEW.organization_id IS OLD.organization_id AND NEW.author_id IS OLD.author_id
        AND NEW.client_id IS OLD.client_id AND NEW.session_id IS OLD.session_id
        AND (OLD.state = 'draft' OR (
            OLD.state <> 'voided' AND NEW.state <> 'draft'
            AND NEW.template_version_id IS OLD.template_version_id AND NEW.content IS OLD.content
            AND NEW.content_hash IS OLD.content_hash AND NEW.service_date IS OLD.service_date
            AND NEW.starts_at IS OLD.starts_at AND NEW.late_entry IS OLD.late_entry
            AND NEW.signed_at IS OLD.signed_at AND NEW.replaces_note_id IS OLD.replaces_note_id
            AND NEW.created_at IS OLD.created_at)))
    BEGIN SELECT RAISE(ABORT, 'a signed note does not change'); END;
CREATE TRIGGER notes_no_delete BEFORE DELETE ON notes
    BEGIN SELECT RAISE(ABORT, 'a signed note does not change'); END;
CREATE TRIGGER note_signatures_fixed BEFORE UPDATE ON note_signatures
    BEGIN SELECT RAISE(ABORT, 'what was signed or added stays'); END;
CREATE TRIGGER note_signatures_no_delete BEFORE DELETE ON note_signatures
    BEGIN SELECT RAISE(ABORT, 'what was signed or added stays'); END;
CREATE TRIGGER note_addenda_fixed BEFORE UPDATE ON note_addenda
    BEGIN SELECT RAISE(ABORT, 'what was signed or added stays'); END;
CREATE TRIGGER note_addenda_no_delete BEFORE DELETE ON note_addenda
    BEGIN SELECT RAISE(ABORT, 'what was signed or added stays'); END;
CREATE TRIGGER note_comments_fixed BEFORE UPDATE ON note_comments
    BEGIN SELECT RAISE(ABORT, 'what was signed or added stays'); END;
CREATE TRIGGER note_comments_no_delete BEFORE DELETE ON note_comments
    BEGIN SELECT RAISE(ABORT, 'what was signed or added stays'); END;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_templates(manager).await?;
        create_notes(manager).await?;
        create_trail(manager).await?;
        run(manager, if is_postgres(manager) { FIXED_POSTGRES } else { FIXED_SQLITE }).await?;
        for (name, app) in [
            ("note_templates", "SELECT, INSERT, UPDATE"),
            ("note_template_versions", APP_ALL),
            ("note_phrases", "SELECT, INSERT, UPDATE"),
            ("notes", "SELECT, INSERT, UPDATE"),
            ("note_signatures", "SELECT, INSERT"),
            ("note_addenda", "SELECT, INSERT"),
            ("note_comments", "SELECT, INSERT"),
        ] {
            protect(manager, name, &Access { app, worker: "", found_by_secret: false }).await?;
        }
        Ok(())
    }
}

async fn create_templates(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let templates = table(
        "note_templates",
        vec![
            uuid("id"),
            uuid("organization_id"),
            // Names a template that came with the program.
            text_or_null("key"),
            text("name"),
            uuid_or_null("published_version_id"),
            text("used_item_ids"),
            uuid_or_null("created_by"),
            instant("created_at"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("organization_id", "organizations"))
    .take();
    manager.create_table(templates).await?;
    index(manager, "note_templates", &["organization_id", "key"], true).await?;

    let versions = table(
        "note_template_versions",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("template_id"),
            number("number"),
            text("state"),
            // Canonical JSON, as it is hashed and shown.
            text("content"),
            text("content_hash"),
            text_or_null("change"),
            text_or_null("change_reasons"),
            uuid_or_null("created_by"),
            instant("created_at"),
            instant_or_null("published_at"),
            instant_or_null("retired_at"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("template_id", "note_templates"))
    .take();
    manager.create_table(versions).await?;
    index(manager, "note_template_versions", &["template_id", "number"], true).await?;

    let phrases = table(
        "note_phrases",
        vec![
            uuid("id"),
            uuid("organization_id"),
            text("kind"),
            text("domain"),
            bytes("words"),
            uuid_or_null("created_by"),
            instant("created_at"),
            instant_or_null("retired_at"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("organization_id", "organizations"))
    .take();
    manager.create_table(phrases).await?;
    index(manager, "note_phrases", &["organization_id", "id"], false).await
}

async fn create_notes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let notes = table(
        "notes",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("session_id"),
            uuid("client_id"),
            uuid("author_id"),
            uuid("template_version_id"),
            text("state"),
            // The draft, or once signed the exact text that was signed.
            bytes("content"),
            text_or_null("content_hash"),
            text("service_date"),
            instant("starts_at"),
            flag("late_entry"),
            uuid_or_null("replaces_note_id"),
            instant_or_null("signed_at"),
            instant_or_null("returned_at"),
            instant_or_null("voided_at"),
            uuid_or_null("voided_by"),
            bytes_or_null("void_reason"),
            number("version"),
            instant("created_at"),
            instant("updated_at"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("session_id", "sessions"))
    .foreign_key(&mut references("client_id", "clients"))
    .foreign_key(&mut references("template_version_id", "note_template_versions"))
    .take();
    manager.create_table(notes).await?;
    index(manager, "notes", &["client_id", "starts_at", "id"], false).await?;
    index(manager, "notes", &["author_id", "starts_at"], false).await?;
    for sql in [
        "CREATE UNIQUE INDEX uq_notes_live ON notes (session_id, client_id) WHERE state <> 'voided'",
        "CREATE UNIQUE INDEX uq_notes_replacement ON notes (replaces_note_id) \
         WHERE state <> 'voided' AND replaces_note_id IS NOT NULL",
        "CREATE INDEX ix_notes_unsettled ON notes (organization_id, state, starts_at) \
         WHERE state IN ('draft', 'awaiting_cosign')",
    ] {
        run(manager, sql).await?;
    }
    Ok(())
}

async fn create_trail(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let signatures = table(
        "note_signatures",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("note_id"),
            text("role"),
            uuid("signer_id"),
            bytes("name"),
            instant("signed_at"),
            text("content_hash"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("note_id", "notes"))
    .take();
    manager.create_table(signatures).await?;
    // One signature in each role: whoever comes second is told.
    index(manager, "note_signatures", &["note_id", "role"], true).await?;

    let addenda = table(
        "note_addenda",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("note_id"),
            number("number"),
            text("kind"),
            uuid("author_id"),
            // Canonical JSON with the text, the typed name and the hash of the note.
            bytes("content"),
            text("content_hash"),
            instant("created_at"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("note_id", "notes"))
    .take();
    manager.create_table(addenda).await?;
    index(manager, "note_addenda", &["note_id", "number"], true).await?;

    let comments = table(
        "note_comments",
        vec![
            uuid("id"),
            uuid("organization_id"),
            uuid("note_id"),
            uuid("author_id"),
            bytes("text"),
            instant("created_at"),
        ],
    )
    .primary_key(&mut primary_key(&["id"]))
    .foreign_key(&mut references("note_id", "notes"))
    .take();
    manager.create_table(comments).await?;
    index(manager, "note_comments", &["note_id", "created_at"], false).await
}
