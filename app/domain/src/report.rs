//! Reports: what a device tells back of a delivery.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;
use crate::validate::{FieldErrors, check_text};

/// Most reports in one batch.
pub const REPORT_BATCH_MAX: usize = 100;
/// Most reports that are kept of one delivery.
pub const REPORTS_OF_DELIVERY_MAX: usize = 20;
/// Longest identifier of a button, in bytes.
const ACTION_MAX: usize = 64;
/// Longest reply, in bytes.
const REPLY_MAX: usize = 1024;

/// What a device can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ReportKind {
    /// The notification was put on the screen.
    Displayed,
    /// The person tapped it.
    Opened,
    /// The person tapped a button, or replied.
    Action,
}

impl ReportKind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Displayed, Self::Opened, Self::Action];

    /// The number in the database.
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// The kind with this number.
    pub fn from_code(code: i16) -> Option<Self> {
        usize::try_from(code)
            .ok()
            .and_then(|code| Self::ALL.get(code).copied())
    }
}

/// A report as a device sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportInput {
    /// The delivery, as its payload names it.
    pub carillon_id: Uuid,
    /// What happened.
    pub kind: ReportKind,
    /// The button's identifier.
    pub action: Option<String>,
    /// What the person wrote.
    pub reply: Option<String>,
    /// When, by the device's clock; now when absent.
    pub at: Option<Timestamp>,
}

impl ReportInput {
    /// Every field that is wrong; `at` is the path that leads to this report,
    /// such as `reports[3].`.
    pub fn check(&self, at: &str, errors: &mut FieldErrors) {
        let action = self.kind == ReportKind::Action;
        match &self.action {
            Some(id) if action => {
                check_text(&format!("{at}action"), id, 1, ACTION_MAX, errors);
            }
            Some(_) => errors.add(
                format!("{at}action"),
                "belongs to a report of the kind “action”; leave it out here",
            ),
            None if action => errors.add(
                format!("{at}action"),
                "must name the button that was tapped by its id",
            ),
            None => {}
        }
        match &self.reply {
            Some(_) if !action => errors.add(
                format!("{at}reply"),
                "belongs to a report of the kind “action”; leave it out here",
            ),
            Some(reply) => check_text(&format!("{at}reply"), reply, 0, REPLY_MAX, errors),
            None => {}
        }
    }
}

/// A report as it is kept and shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What happened.
    pub kind: ReportKind,
    /// The button's identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// What stood on the button, where that is the same for everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the person wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
    /// When, by the device's clock, between the decision to send and the
    /// report's arrival.
    pub at: Timestamp,
}

impl Report {
    /// What happened, in a few words.
    pub fn said(&self) -> String {
        match (self.kind, self.action.as_deref(), self.reply.as_deref()) {
            (ReportKind::Displayed, ..) => "Displayed".to_owned(),
            (ReportKind::Opened, ..) => "Opened".to_owned(),
            (ReportKind::Action, action, None) => {
                let button = self.title.as_deref().or(action).unwrap_or_default();
                format!("Tapped “{button}”")
            }
            (ReportKind::Action, _, Some(reply)) => format!("Replied “{reply}”"),
        }
    }
}

/// The furthest that reports say a push came; `None` when there are none.
pub fn furthest(reports: &[Report]) -> Option<&Report> {
    reports.iter().max_by_key(|report| report.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(kind: ReportKind, action: Option<&str>, reply: Option<&str>) -> FieldErrors {
        let mut errors = FieldErrors::default();
        let input = ReportInput {
            carillon_id: Uuid::nil(),
            kind,
            action: action.map(Into::into),
            reply: reply.map(Into::into),
            at: None,
        };
        input.check("reports[3].", &mut errors);
        errors
    }

    #[test]
    fn a_report_says_what_belongs_to_its_kind() {
        use ReportKind::{Action, Displayed, Opened};
        for right in [
            input(Displayed, None, None),
            input(Opened, None, None),
            input(Action, Some("shop"), None),
            input(Action, Some("answer"), Some("Tomorrow")),
            input(Action, Some("answer"), Some("")),
        ] {
            assert!(right.is_empty(), "{right}");
        }
        let long = "x".repeat(REPLY_MAX + 1);
        for (wrong, field) in [
            (input(Displayed, Some("shop"), None), "reports[3].action"),
            (input(Opened, None, Some("Hi")), "reports[3].reply"),
            (input(Action, None, None), "reports[3].action"),
            (input(Action, Some(""), None), "reports[3].action"),
            (input(Action, Some("a\0b"), None), "reports[3].action"),
            (input(Action, Some("a"), Some(&long)), "reports[3].reply"),
        ] {
            assert!(wrong.of(field).is_some(), "{field}: {wrong}");
        }
    }

    #[test]
    fn the_furthest_report_is_what_counts() {
        let report = |kind, at| Report {
            kind,
            action: None,
            title: None,
            reply: None,
            at: Timestamp(at),
        };
        let reports = [
            report(ReportKind::Opened, 2),
            report(ReportKind::Displayed, 1),
        ];
        assert_eq!(furthest(&reports).map(|r| r.kind), Some(ReportKind::Opened));
        assert_eq!(furthest(&[]), None);
    }

    #[test]
    fn a_kind_survives_the_database() {
        for kind in ReportKind::ALL {
            assert_eq!(ReportKind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(ReportKind::from_code(3), None);
        assert_eq!(ReportKind::from_code(-1), None);
    }
}
