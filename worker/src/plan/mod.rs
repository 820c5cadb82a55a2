use cairn_shared::db::Database;
use cairn_shared::reminders::{PlanSummary, plan_due_items};

/// Plans every item whose future is running short, batch by batch. Done again at once, it finds nothing to do.
pub async fn plan_all(database: &Database) -> cairn_shared::Result<PlanSummary> {
    let mut sum = PlanSummary::default();
    loop {
        let batch = plan_due_items(database).await?;
        if batch.items == 0 {
            return Ok(sum);
        }
        sum.items += batch.items;
        sum.planned += batch.planned;
    }
}
