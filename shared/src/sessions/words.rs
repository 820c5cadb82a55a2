//! What a session can be.

use crate::words::words;

words! {
    #[schema(as = SessionKind)]
    Kind {
        Individual = "individual",
        Group = "group",
    }
}

words! {
    /// Where a session stands. Only what is in progress or finished takes the specialist's time.
    #[schema(as = SessionState)]
    State {
        InProgress = "in_progress",
        Finished = "finished",
        /// Nobody came.
        NoShow = "no_show",
        Cancelled = "cancelled",
        /// Should never have been written down; it stays to be seen, and counts for nothing.
        EnteredInError = "entered_in_error",
    }
}

impl State {
    pub fn takes_time(self) -> bool {
        matches!(self, Self::InProgress | Self::Finished)
    }
}

words! {
    Modality {
        InPerson = "in_person",
        Video = "video",
        AudioOnly = "audio_only",
        /// Written messages; payers rarely pay for them.
        Text = "text",
    }
}

words! {
    /// Whether a client was there.
    #[schema(as = SessionAttendance)]
    Attendance {
        Present = "present",
        LeftEarly = "left_early",
        NoShow = "no_show",
        Cancelled = "cancelled",
    }
}

impl Attendance {
    pub fn was_there(self) -> bool {
        matches!(self, Self::Present | Self::LeftEarly)
    }
}

words! {
    /// Who else was there, by role; never by name.
    OtherPresent {
        Guardian = "guardian",
        Family = "family",
        Friend = "friend",
        Clinician = "clinician",
        CaseManager = "case_manager",
        Interpreter = "interpreter",
        PeerInTraining = "peer_in_training",
        Supervisor = "supervisor",
        Other = "other",
    }
}

words! {
    /// Why time is not for a payer: of a whole session, or of minutes that are taken off one.
    NonBillableReason {
        Voicemail = "voicemail",
        Travel = "travel",
        Charting = "charting",
        StaffMeeting = "staff_meeting",
        Social = "social",
        Transport = "transport",
        Pause = "pause",
        Other = "other",
    }
}
