//! The sittings of the jury: Fridays after the day, as the Cnam's own calendar
//! of national juries has them.

use jiff::civil::{Date, Weekday};
use lutrin_domain::id::{DiplomaCode, JurySessionId};
use lutrin_domain::jury::JurySession;

use crate::calendar::shifted;
use crate::draw::Draw;
use crate::training::{DIPLOMAS, Sitting};

/// Sittings, their names, and in how many days at the earliest.
const SITTINGS: [(Sitting, &str, i64); 3] = [
    (Sitting::Bachelors, "Licences", 19),
    (Sitting::Titles, "Titres comptables et CAI", 33),
    (Sitting::Certificates, "Certificats et DEUST", 54),
];

/// The sittings to come.
pub(crate) fn sessions(seed: u64, day: Date) -> Vec<JurySession> {
    SITTINGS
        .iter()
        .map(|(sitting, label, days)| {
            let date = friday_from(shifted(day, *days));
            JurySession {
                id: session_id(seed, *sitting),
                label: (*label).to_owned(),
                date,
                file_closing_date: shifted(date, -10),
                diplomas: codes(*sitting),
            }
        })
        .collect()
}

/// The identifier of a sitting.
pub(crate) fn session_id(seed: u64, sitting: Sitting) -> JurySessionId {
    JurySessionId(Draw::new(seed, &format!("jury/{sitting:?}")).uuid())
}

fn codes(sitting: Sitting) -> Vec<DiplomaCode> {
    DIPLOMAS.iter().filter(|d| d.sitting == sitting).map(|d| DiplomaCode::new(d.code)).collect()
}

fn friday_from(date: Date) -> Date {
    shifted(date, i64::from(date.weekday().until(Weekday::Friday)))
}
