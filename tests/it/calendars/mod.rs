//! Calendars of other programs: files in, feeds out.

mod bad_files;
mod feeds;
mod importing;
mod large_files;
mod schedulers;

use cairn_tests::{Call, Credential, TestApp};

/// A calendar of these events.
fn calendar(events: &[String]) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{}END:VCALENDAR\r\n", events.concat())
}

fn event(uid: &str, lines: &[&str]) -> String {
    format!("BEGIN:VEVENT\r\nUID:{uid}\r\n{}\r\nEND:VEVENT\r\n", lines.join("\r\n"))
}

pub fn send<'a>(
    app: &'a TestApp,
    who: &impl AsRef<Credential>,
    target: &str,
    file: impl Into<axum::body::Body>,
) -> Call<'a> {
    app.call("POST", target).by(who).header("content-type", "text/calendar; charset=utf-8").body(file)
}

/// A calendar of so many different events.
pub fn many(count: usize) -> String {
    let events: Vec<String> = (0..count)
        .map(|n| {
            let start = format!("DTSTART;TZID=America/New_York:202703{:02}T{:02}0000", 2 + n % 20, 8 + n % 10);
            event(&format!("{n}@x"), &[&format!("SUMMARY:Number {n}"), &start, "DURATION:PT30M"])
        })
        .collect();
    calendar(&events)
}
