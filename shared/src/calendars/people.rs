//! Who takes part in imported series: attendees, matched by their e-mail addresses.

use std::collections::{HashMap, HashSet};

use sea_orm::entity::prelude::*;
use uuid::Uuid;

use super::series::Series;
use crate::clients::entity::client;
use crate::clients::visible_ids;
use crate::db::ScopedTx;
use crate::error::Result;
use crate::identity::entity::staff;
use crate::policy::Act;

/// Who takes part in a series.
#[derive(Default)]
pub(super) struct People {
    pub clients: Vec<Uuid>,
    pub staff: Vec<Uuid>,
}

/// The clients and staff of this organization, by e-mail address, as far as the actor may write their agendas.
#[derive(Default)]
pub(super) struct Directory {
    clients: HashMap<String, Vec<Uuid>>,
    staff: HashMap<String, Uuid>,
    /// Whose agendas the actor may write; `None` for everybody's.
    pub visible: Option<HashSet<Uuid>>,
}

impl Directory {
    pub(super) async fn fetch(tx: &ScopedTx, series: &[Series], data_keys: &mut HashMap<Uuid, Uuid>) -> Result<Self> {
        let visible = visible_ids(tx, Act::WriteAgenda).await?;
        let keys = &tx.database().env.keys;
        let addresses: HashSet<&str> = series.iter().flat_map(|series| &series.people).map(String::as_str).collect();
        let mut directory = Self { visible, ..Self::default() };
        let hashes: HashMap<Vec<u8>, &str> =
            addresses.iter().map(|address| (keys.lookup("email", address.as_bytes()), *address)).collect();
        let all: Vec<Vec<u8>> = hashes.keys().cloned().collect();
        for chunk in all.chunks(500) {
            let clients = client::Entity::find()
                .filter(client::COLUMN.organization_id.eq(tx.organization_id()))
                .filter(client::Column::EmailHmac.is_in(chunk.iter().cloned()))
                .all(tx.conn())
                .await?;
            for row in
                clients.into_iter().filter(|row| directory.visible.as_ref().is_none_or(|ids| ids.contains(&row.id)))
            {
                if let Some(address) = row.email_hmac.as_ref().and_then(|hash| hashes.get(hash)) {
                    data_keys.insert(row.id, row.data_key_id);
                    directory.clients.entry((*address).to_owned()).or_default().push(row.id);
                }
            }
            let staff = staff::Entity::find()
                .filter(staff::COLUMN.organization_id.eq(tx.organization_id()))
                .filter(staff::Column::EmailHmac.is_in(chunk.iter().cloned()))
                .all(tx.conn())
                .await?;
            for row in staff {
                if let Some(address) = hashes.get(&row.email_hmac) {
                    directory.staff.insert((*address).to_owned(), row.id);
                }
            }
        }
        Ok(directory)
    }

    pub(super) fn people(&self, series: &Series) -> People {
        let mut people = People::default();
        for address in &series.people {
            people.clients.extend(self.clients.get(address).into_iter().flatten());
            people.staff.extend(self.staff.get(address));
        }
        people.clients.sort_unstable();
        people.clients.dedup();
        people.staff.sort_unstable();
        people.staff.dedup();
        people
    }
}
