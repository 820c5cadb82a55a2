//! The dates that a rule names, one period (day, week, month or year) at a time.
//!
//! Periods are numbered along the whole calendar, so the period of any date is found by arithmetic and a far window is
//! reached at once.

use chrono::{Datelike, NaiveDate};

use super::{ByDay, Frequency, Recurrence};

impl Recurrence {
    /// The number of the period that is `step` intervals after the start's.
    pub(super) fn period(&self, start: NaiveDate, step: i64) -> i64 {
        self.period_of(start).saturating_add(step.saturating_mul(i64::from(self.interval)))
    }

    /// The last step whose period begins no later than the one that holds `date`; 0 when that is before the start.
    pub(super) fn step_towards(&self, start: NaiveDate, date: NaiveDate) -> i64 {
        (self.period_of(date) - self.period_of(start)).max(0) / i64::from(self.interval)
    }

    /// The dates that the rule names in a period, ascending.
    pub(super) fn dates_in(&self, period: i64, start: NaiveDate) -> Vec<NaiveDate> {
        let Some(first) = self.first_day(period) else { return Vec::new() };
        let dates: Vec<NaiveDate> = first
            .iter_days()
            .take_while(|date| self.period_of(*date) == period)
            .filter(|date| self.names(*date, start))
            .collect();
        self.pick_positions(dates)
    }

    pub(super) fn first_day(&self, period: i64) -> Option<NaiveDate> {
        match self.frequency {
            Frequency::Daily => NaiveDate::from_num_days_from_ce_opt(i32::try_from(period).ok()?),
            Frequency::Weekly => {
                let day = period.checked_mul(7)?.checked_add(1 + self.week_start_offset())?;
                NaiveDate::from_num_days_from_ce_opt(i32::try_from(day).ok()?)
            }
            Frequency::Monthly => {
                let month = u32::try_from(period.rem_euclid(12)).ok()? + 1;
                NaiveDate::from_ymd_opt(i32::try_from(period.div_euclid(12)).ok()?, month, 1)
            }
            Frequency::Yearly => NaiveDate::from_ymd_opt(i32::try_from(period).ok()?, 1, 1),
        }
    }

    fn period_of(&self, date: NaiveDate) -> i64 {
        match self.frequency {
            Frequency::Daily => i64::from(date.num_days_from_ce()),
            // Day 1 of the calendar, 0001-01-01, is a Monday.
            Frequency::Weekly => (i64::from(date.num_days_from_ce()) - 1 - self.week_start_offset()).div_euclid(7),
            Frequency::Monthly => i64::from(date.year()) * 12 + i64::from(date.month0()),
            Frequency::Yearly => i64::from(date.year()),
        }
    }

    fn week_start_offset(&self) -> i64 {
        i64::from(self.week_start.num_days_from_monday())
    }

    /// The `BYxxx` parts, and for those that are absent what the start implies (RFC 5545 section 3.3.10, last
    /// paragraphs).
    fn names(&self, date: NaiveDate, start: NaiveDate) -> bool {
        if !self.by_month.is_empty() && !self.by_month.contains(&date.month()) {
            return false;
        }
        if self.by_month_day.is_empty() && self.by_day.is_empty() {
            return match self.frequency {
                Frequency::Daily => true,
                Frequency::Weekly => date.weekday() == start.weekday(),
                Frequency::Monthly => date.day() == start.day(),
                Frequency::Yearly => {
                    date.day() == start.day() && (!self.by_month.is_empty() || date.month() == start.month())
                }
            };
        }
        (self.by_month_day.is_empty() || self.names_month_day(date))
            && (self.by_day.is_empty() || self.by_day.iter().any(|by_day| self.names_weekday(*by_day, date)))
    }

    fn names_month_day(&self, date: NaiveDate) -> bool {
        let (from_start, from_end) = positions(date.day(), u32::from(date.num_days_in_month()));
        self.by_month_day.contains(&from_start) || self.by_month_day.contains(&from_end)
    }

    fn names_weekday(&self, by_day: ByDay, date: NaiveDate) -> bool {
        if by_day.weekday != date.weekday() {
            return false;
        }
        let Some(ordinal) = by_day.ordinal else { return true };
        // An ordinal counts within the month, except in a yearly rule without BYMONTH, where it counts within the year.
        let within_year = self.frequency == Frequency::Yearly && self.by_month.is_empty();
        let (day, length) = if within_year {
            (date.ordinal(), if date.leap_year() { 366 } else { 365 })
        } else {
            (date.day(), u32::from(date.num_days_in_month()))
        };
        let (from_start, from_end) = ((day - 1) / 7 + 1, (length - day) / 7 + 1);
        if ordinal > 0 { ordinal.unsigned_abs() == from_start } else { ordinal.unsigned_abs() == from_end }
    }

    /// BYSETPOS: the 1st, 2nd, last (-1) and so on of the dates of one period.
    fn pick_positions(&self, dates: Vec<NaiveDate>) -> Vec<NaiveDate> {
        if self.by_set_pos.is_empty() {
            return dates;
        }
        let count = u32::try_from(dates.len()).unwrap_or(u32::MAX);
        (1..=count)
            .zip(dates)
            .filter(|(number, _)| {
                let (from_start, from_end) = positions(*number, count);
                self.by_set_pos.contains(&from_start) || self.by_set_pos.contains(&from_end)
            })
            .map(|(_, date)| date)
            .collect()
    }
}

/// The `number`th of `count` things, counted from the start (1 is the first) and from the end (-1 is the last).
fn positions(number: u32, count: u32) -> (i32, i32) {
    let from_start = i32::try_from(number).unwrap_or(i32::MAX);
    (from_start, from_start - i32::try_from(count).unwrap_or(i32::MAX) - 1)
}
