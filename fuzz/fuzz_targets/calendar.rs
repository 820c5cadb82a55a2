//! Any bytes as a calendar file: reading must end, without a panic, and within the memory that libFuzzer allows.

#![no_main]

use cairn_shared::calendars::{Defaults, read_file};
use chrono_tz::Tz;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let defaults = Defaults { reminder_minutes: Some(30) };
    if let Ok(file) = read_file(bytes, Tz::America__New_York, defaults) {
        // What was read can be asked when it happens.
        for line in file.series.iter().flat_map(|series| &series.lines) {
            let _ = line.schedule.schedule(Default::default()).bounds();
        }
    }
});
