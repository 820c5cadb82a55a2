use std::collections::{HashMap, HashSet};

use chrono::{Duration, NaiveDate};
use chrono_tz::Tz;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{JoinType, Query, SelectStatement};
use sea_orm::{ConnectionTrait, ExprTrait};
use uuid::Uuid;

use super::entity::agenda_item;
use super::load::{Item, load, load_where};
use super::occurrence::{OccurrenceView, Surroundings, occurrence_view};
use super::series::{Happening, Window, happenings};
use super::zone::day_bounds;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{Page, PageRequest, ScopedTx, id_list};
use crate::error::{Error, Result};
use crate::policy::Act;
use crate::reminders::ReminderState;

/// The longest range of one request.
pub const MAX_DAYS: i64 = 62;

/// More items than this are not expanded for one request.
const MAX_CANDIDATES: usize = 20_000;

fn window(from: NaiveDate, to: NaiveDate, zone: Tz) -> Result<Window> {
    if to <= from {
        return Err(Error::invalid("to", "before_from", "the day after the last one, later than from"));
    }
    if (to - from).num_days() > MAX_DAYS {
        return Err(Error::invalid("to", "range_too_long", format!("at most {MAX_DAYS} days")));
    }
    Ok(Window { from: day_bounds(from, zone).start.into(), to: day_bounds(to, zone).start.into() })
}

/// Selects the ids of items of which something may start within the window.
fn candidates(tx: &ScopedTx, window: Window, client_ids: Option<&HashSet<Uuid>>) -> SelectStatement {
    let mut query = Query::select();
    query
        .distinct()
        .column(("agenda_schedules", "item_id"))
        .from("agenda_schedules")
        .and_where(Expr::col(("agenda_schedules", "organization_id")).eq(tx.organization_id()))
        .and_where(Expr::col(("agenda_schedules", "first_at")).lt(window.to.0))
        .and_where(Expr::col(("agenda_schedules", "last_at")).gte(window.from.0));
    if let Some(ids) = client_ids {
        query
            .join(
                JoinType::InnerJoin,
                "agenda_item_clients",
                Expr::col(("agenda_item_clients", "item_id")).equals(("agenda_schedules", "item_id")),
            )
            .and_where(Expr::col(("agenda_item_clients", "client_id")).is_in(id_list(ids.iter().copied())));
    }
    query.take()
}

/// What is shown in lists: everything but the rest of a series that was cancelled as a whole.
fn listed(item: &Item, happening: &Happening) -> bool {
    !(item.is_recurring() && item.row.cancelled_at.is_some_and(|cancelled| happening.starts_at() >= cancelled))
}

/// A client's agenda over local dates of their zone, by start.
pub async fn client_agenda(
    tx: &ScopedTx,
    client_id: Uuid,
    from: NaiveDate,
    to: NaiveDate,
    page: &PageRequest,
) -> Result<Page<OccurrenceView>> {
    let client = clients::authorize(tx, client_id, Act::ReadAgenda).await?;
    let zone = clients::read_zone("time_zone", &client.time_zone)?;
    let window = window(from, to, zone)?;
    let candidates = candidates(tx, window, Some(&HashSet::from([client_id])));
    let these = agenda_item::COLUMN.id.in_subquery(candidates);
    let items = load_where(tx.conn(), tx.organization_id(), these).await?;
    let mut found: Vec<Row<'_>> = Vec::new();
    for item in &items {
        for happening in happenings(&item.schedules, &item.overrides, zone, window) {
            if listed(item, &happening) {
                found.push(Row { item, happening, client_id });
            }
        }
    }
    let page = paginate(found, page, "agenda");
    let around = Surroundings::fetch(tx, &items, Some(&[client_id]), window).await?;
    let mut views = Vec::with_capacity(page.items.len());
    for row in &page.items {
        views.push(occurrence_view(tx, row.item, &row.happening, row.client_id, &around).await?);
    }
    Ok(Page { items: views, next_cursor: page.next_cursor })
}

/// Narrows the list over all clients.
#[derive(Clone, Debug, Default)]
pub struct AgendaFilter {
    pub staff_id: Option<Uuid>,
    pub client_id: Option<Uuid>,
    /// The leading reminder's state; `Some(None)` asks for occurrences without any reminder.
    pub reminder_state: Option<Option<ReminderState>>,
}

/// An occurrence of one client in a list over clients.
#[derive(Clone, Debug)]
pub struct AgendaRow {
    pub client_name: String,
    pub occurrence: OccurrenceView,
}

/// What happens to whom: one row for each occurrence and client, over local dates of the organization.
pub async fn organization_agenda(
    tx: &ScopedTx,
    from: NaiveDate,
    to: NaiveDate,
    filter: &AgendaFilter,
    page: &PageRequest,
) -> Result<Page<AgendaRow>> {
    let visible = clients::visible_ids(tx, Act::ReadAgenda).await?;
    if tx.scope().client_id().is_some() {
        return Err(Error::Forbidden("staff_only"));
    }
    if crate::policy::reaches(tx.scope(), Act::ReadAgenda).is_empty() {
        return Err(Error::Forbidden("role"));
    }
    let window = window(from, to, tx.scope().zone)?;
    let wanted = match filter.client_id {
        Some(id) if visible.as_ref().is_none_or(|ids| ids.contains(&id)) => Some(HashSet::from([id])),
        Some(_) => Some(HashSet::new()),
        None => visible,
    };
    let rows = tx.conn().query_all(&candidates(tx, window, wanted.as_ref())).await?;
    let ids = rows.iter().map(|row| Ok(row.try_get("", "item_id")?)).collect::<Result<Vec<Uuid>>>()?;
    if ids.len() > MAX_CANDIDATES {
        return Err(Error::invalid("to", "too_much", "more than can be listed at once: fewer days, or one client"));
    }
    let mut items = load(tx.conn(), tx.organization_id(), ids).await?;
    items.retain(|item| filter.staff_id.is_none_or(|id| item.has_staff(id)));
    let client_ids: HashSet<Uuid> = items.iter().flat_map(|item| item.client_ids.iter().copied()).collect();
    let people = clients::names_and_zones(tx, &client_ids).await?;
    let around = match filter.reminder_state {
        Some(_) => Some(Surroundings::fetch(tx, &items, None, window).await?),
        None => None,
    };
    let mut found: Vec<Row<'_>> = Vec::new();
    for item in &items {
        // One expansion a zone, however many clients share it.
        let mut by_zone: HashMap<Tz, Vec<Happening>> = HashMap::new();
        for client_id in item.client_ids.iter().filter(|id| wanted.as_ref().is_none_or(|ids| ids.contains(id))) {
            let Some((_, zone)) = people.get(client_id) else { continue };
            let expanded =
                by_zone.entry(*zone).or_insert_with(|| happenings(&item.schedules, &item.overrides, *zone, window));
            for happening in expanded.iter().filter(|happening| listed(item, happening)) {
                let leading = around.as_ref().map(|around| {
                    around.reminders.get(&(item.row.id, happening.original_local, *client_id)).map(|view| view.state)
                });
                if filter.reminder_state.is_none_or(|state| leading == Some(state)) {
                    found.push(Row { item, happening: happening.clone(), client_id: *client_id });
                }
            }
        }
    }
    let page = paginate(found, page, "organization-agenda");
    let around = if let Some(around) = around {
        around
    } else {
        let shown: HashSet<Uuid> = page.items.iter().map(|row| row.item.row.id).collect();
        let shown: Vec<Item> = items.iter().filter(|item| shown.contains(&item.row.id)).cloned().collect();
        Surroundings::fetch(tx, &shown, None, window).await?
    };
    let mut rows = Vec::with_capacity(page.items.len());
    for row in &page.items {
        let client_name = people.get(&row.client_id).map(|(name, _)| name.clone()).unwrap_or_default();
        let occurrence = occurrence_view(tx, row.item, &row.happening, row.client_id, &around).await?;
        rows.push(AgendaRow { client_name, occurrence });
    }
    Ok(Page { items: rows, next_cursor: page.next_cursor })
}

struct Row<'a> {
    item: &'a Item,
    happening: Happening,
    client_id: Uuid,
}

impl Row<'_> {
    fn key(&self) -> (Timestamp, Uuid, String, Uuid) {
        let original = super::local::format_local(self.happening.original_local);
        (self.happening.starts_at(), self.item.row.id, original, self.client_id)
    }

    /// Sorts as text like [`Self::key`] does.
    fn cursor(&self) -> String {
        let (starts_at, item, original, client) = self.key();
        format!("{:020} {item} {original} {client}", starts_at.0)
    }
}

fn paginate<'a>(mut rows: Vec<Row<'a>>, page: &PageRequest, list: &str) -> Page<Row<'a>> {
    rows.sort_by_cached_key(Row::key);
    if let Some(after) = &page.after {
        rows.retain(|row| row.cursor() > *after);
    }
    Page::cut(rows, page, list, Row::cursor)
}

/// A schedule's bounds after one of its occurrences was moved: wide enough that lists still find it.
pub(crate) fn widened(bounds: (Timestamp, Timestamp), moved_to: chrono::NaiveDateTime) -> (Timestamp, Timestamp) {
    let at = moved_to.and_utc();
    let (before, after) = ((at - Duration::hours(26)).into(), (at + Duration::hours(26)).into());
    (std::cmp::min(bounds.0, before), std::cmp::max(bounds.1, after))
}
