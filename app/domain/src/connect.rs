//! Connecting an app: the first real registration, accepted push and report by
//! each channel.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::device::Channel;

/// What an app comes to on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MilestoneKind {
    /// It registered a device itself.
    Registered,
    /// A provider took a push to one of its devices.
    Accepted,
    /// It told what became of a push.
    Reported,
}

impl MilestoneKind {
    /// Every kind, in the order in which an app comes to them.
    pub const ALL: [Self; 3] = [Self::Registered, Self::Accepted, Self::Reported];

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

/// The first time that an app came to something by a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// By which channel.
    pub channel: Channel,
    /// To what.
    pub kind: MilestoneKind,
    /// When.
    pub at: Timestamp,
}

/// Whether an app has come to `kind` by `channel`, and when.
pub fn reached(
    milestones: &[Milestone],
    channel: Channel,
    kind: MilestoneKind,
) -> Option<Timestamp> {
    milestones
        .iter()
        .find(|one| one.channel == channel && one.kind == kind)
        .map(|one| one.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_has_its_own_milestones() {
        let all = [Milestone {
            channel: Channel::Fcm,
            kind: MilestoneKind::Registered,
            at: Timestamp(7),
        }];
        let of = |channel, kind| reached(&all, channel, kind);
        assert_eq!(
            of(Channel::Fcm, MilestoneKind::Registered),
            Some(Timestamp(7))
        );
        assert_eq!(of(Channel::Apns, MilestoneKind::Registered), None);
        assert_eq!(of(Channel::Fcm, MilestoneKind::Reported), None);
    }
}
