use sea_orm_migration::prelude::*;

use crate::support::{
    APP_ALL, Access, bytes, index, instant, instant_or_null, is_postgres, number, number_or_null, primary_key, protect,
    references, run, table, text, text_or_null, uuid, uuid_or_null,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// What a person was asked must stay readable as they saw it: once published, a version of a form can only be retired.
const FIXED_ONCE_PUBLISHED_POSTGRES: &str = "
CREATE FUNCTION refuse_form_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'retired' AND NEW.retired_at IS NOT NULL
        AND (to_jsonb(NEW) - 'state' - 'retired_at') = (to_jsonb(OLD) - 'state' - 'retired_at') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a published form version does not change';
END $$;
CREATE TRIGGER check_in_form_versions_fixed BEFORE UPDATE OR DELETE ON check_in_form_versions
    FOR EACH ROW EXECUTE FUNCTION refuse_form_version_change();
CREATE FUNCTION refuse_form_version_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published form version does not change';
END $$;
CREATE TRIGGER check_in_form_versions_no_truncate BEFORE TRUNCATE ON check_in_form_versions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_form_version_truncate();
";

const FIXED_ONCE_PUBLISHED_SQLITE: &str = "
CREATE TRIGGER check_in_form_versions_fixed BEFORE UPDATE ON check_in_form_versions
    WHEN OLD.state <> 'draft' AND NOT (
        OLD.state = 'published' AND NEW.state = 'retired' AND NEW.retired_at IS NOT NULL
        AND NEW.id IS OLD.id AND NEW.organization_id IS OLD.organization_id AND NEW.form_id IS OLD.form_id
        AND NEW.number IS OLD.number AND NEW.schema IS OLD.schema AND NEW.ui_schema IS OLD.ui_schema
        AND NEW.instrument IS OLD.instrument AND NEW.scorer_version IS OLD.scorer_version
        AND NEW.languages IS OLD.languages AND NEW.content_hash IS OLD.content_hash AND NEW.change IS OLD.change
        AND NEW.change_reasons IS OLD.change_reasons AND NEW.created_by IS OLD.created_by
        AND NEW.created_at IS OLD.created_at AND NEW.published_at IS OLD.published_at)
    BEGIN SELECT RAISE(ABORT, 'a published form version does not change'); END;
CREATE TRIGGER check_in_form_versions_no_delete BEFORE DELETE ON check_in_form_versions
    WHEN OLD.state <> 'draft'
    BEGIN SELECT RAISE(ABORT, 'a published form version does not change'); END;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let forms = table(
            "check_in_forms",
            vec![
                uuid("id"),
                uuid("organization_id"),
                // Names a form that came with the program or with a content pack.
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
        manager.create_table(forms).await?;
        index(manager, "check_in_forms", &["organization_id", "key"], true).await?;

        let versions = table(
            "check_in_form_versions",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("form_id"),
                number("number"),
                text("state"),
                // Canonical JSON, as it is hashed and shown.
                text("schema"),
                text("ui_schema"),
                text_or_null("instrument"),
                number_or_null("scorer_version"),
                text("languages"),
                bytes("content_hash"),
                text_or_null("change"),
                text_or_null("change_reasons"),
                uuid_or_null("created_by"),
                instant("created_at"),
                instant_or_null("published_at"),
                instant_or_null("retired_at"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("form_id", "check_in_forms"))
        .take();
        manager.create_table(versions).await?;
        index(manager, "check_in_form_versions", &["form_id", "number"], true).await?;
        let fixed = if is_postgres(manager) { FIXED_ONCE_PUBLISHED_POSTGRES } else { FIXED_ONCE_PUBLISHED_SQLITE };
        run(manager, fixed).await?;

        // When it recurs and whether it reminds is said by its agenda item.
        let schedules = table(
            "check_in_schedules",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("client_id"),
                uuid("form_id"),
                uuid("item_id"),
                text("created_by_kind"),
                uuid_or_null("created_by"),
                instant("created_at"),
                instant_or_null("ended_at"),
                number("version"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("client_id", "clients"))
        .foreign_key(&mut references("form_id", "check_in_forms"))
        .foreign_key(&mut references("item_id", "agenda_items"))
        .take();
        manager.create_table(schedules).await?;
        index(manager, "check_in_schedules", &["client_id"], false).await?;
        index(manager, "check_in_schedules", &["item_id"], true).await?;

        // Answers are sealed; what rules read stands beside them.
        let check_ins = table(
            "check_ins",
            vec![
                uuid("id"),
                uuid("organization_id"),
                uuid("client_id"),
                uuid("form_id"),
                uuid("form_version_id"),
                uuid_or_null("schedule_id"),
                uuid_or_null("item_id"),
                text_or_null("original_local"),
                text("local_date"),
                bytes("answers"),
                instant("answered_at"),
                instant("received_at"),
                text("language"),
                text("recorded_by_kind"),
                uuid_or_null("recorded_by"),
                text_or_null("instrument"),
                number_or_null("scorer_version"),
                text_or_null("score_status"),
                number_or_null("score"),
                text_or_null("band"),
                number_or_null("missing"),
                number_or_null("mood"),
                text_or_null("safe_state"),
                number_or_null("item9"),
                text_or_null("safety_severity"),
                number_or_null("resources_version"),
            ],
        )
        .primary_key(&mut primary_key(&["id"]))
        .foreign_key(&mut references("client_id", "clients"))
        .foreign_key(&mut references("form_version_id", "check_in_form_versions"))
        .take();
        manager.create_table(check_ins).await?;
        index(manager, "check_ins", &["client_id", "local_date", "answered_at"], false).await?;
        index(manager, "check_ins", &["schedule_id", "local_date"], true).await?;

        for (name, app, worker) in [
            ("check_in_forms", "SELECT, INSERT, UPDATE", ""),
            ("check_in_form_versions", APP_ALL, ""),
            ("check_in_schedules", APP_ALL, "SELECT"),
            // An answer is never rewritten.
            ("check_ins", "SELECT, INSERT, DELETE", "SELECT"),
        ] {
            protect(manager, name, &Access { app, worker, found_by_secret: false }).await?;
        }
        Ok(())
    }
}
