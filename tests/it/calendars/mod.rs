//! Calendars of other programs.

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

fn send<'a>(
    app: &'a TestApp,
    who: &impl AsRef<Credential>,
    target: &str,
    file: impl Into<axum::body::Body>,
) -> Call<'a> {
    app.call("POST", target).by(who).header("content-type", "text/calendar; charset=utf-8").body(file)
}
