//! Numbers that stand for enums in narrow columns. Never renumber: stored rows
//! depend on them. Enums that have their own `code()` in `domain` use that.

use domain::consent::Way;
use domain::device::{BindingState, Channel, OsPermission, Platform};

use crate::{Result, StorageError};

/// The channel's number.
pub(crate) const fn channel(channel: Channel) -> i16 {
    match channel {
        Channel::Apns => 0,
        Channel::Fcm => 1,
        Channel::Adm => 2,
        Channel::Webpush => 3,
        Channel::Twilio => 4,
    }
}

/// The channel with this number.
pub(crate) fn channel_of(code: i16) -> Result<Channel> {
    of(&Channel::ALL, channel, code, "a channel")
}

/// The platform's number.
pub(crate) const fn platform(platform: Platform) -> i16 {
    match platform {
        Platform::Ios => 0,
        Platform::Android => 1,
        Platform::Web => 2,
        Platform::Fireos => 3,
    }
}

/// The platform with this number.
pub(crate) fn platform_of(code: i16) -> Result<Platform> {
    of(&Platform::ALL, platform, code, "a platform")
}

/// The permission's number.
pub(crate) const fn permission(permission: OsPermission) -> i16 {
    match permission {
        OsPermission::Granted => 0,
        OsPermission::Provisional => 1,
        OsPermission::Denied => 2,
        OsPermission::Unknown => 3,
    }
}

/// The permission with this number.
pub(crate) fn permission_of(code: i16) -> Result<OsPermission> {
    of(&OsPermission::ALL, permission, code, "a permission")
}

/// The binding state with this number.
pub(crate) fn binding_state_of(code: i16) -> Result<BindingState> {
    BindingState::from_code(code).ok_or(StorageError::corrupt("a binding's state"))
}

fn of<T: Copy>(all: &[T], code_of: impl Fn(T) -> i16, code: i16, what: &'static str) -> Result<T> {
    all.iter()
        .copied()
        .find(|&value| code_of(value) == code)
        .ok_or(StorageError::corrupt(what))
}

/// Every way of consent, with the name in the database.
const WAYS: [(Way, &str); 6] = [
    (Way::Api, "api"),
    (Way::Import, "import"),
    (Way::Dashboard, "dashboard"),
    (Way::Provider, "provider"),
    (Way::Workflow, "workflow"),
    (Way::Demo, "demo"),
];

/// The way's name.
pub(crate) const fn way(way: Way) -> &'static str {
    match way {
        Way::Api => "api",
        Way::Import => "import",
        Way::Dashboard => "dashboard",
        Way::Provider => "provider",
        Way::Workflow => "workflow",
        Way::Demo => "demo",
    }
}

/// The way called `name`.
pub(crate) fn way_of(name: &str) -> Result<Way> {
    WAYS.into_iter()
        .find(|(_, known)| *known == name)
        .map(|(way, _)| way)
        .ok_or(StorageError::corrupt("a way of consent"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_comes_back_as_what_it_stands_for() {
        for value in Channel::ALL {
            assert_eq!(channel_of(channel(value)).unwrap(), value);
        }
        for value in Platform::ALL {
            assert_eq!(platform_of(platform(value)).unwrap(), value);
        }
        for value in OsPermission::ALL {
            assert_eq!(permission_of(permission(value)).unwrap(), value);
        }
        for value in BindingState::ALL {
            assert_eq!(binding_state_of(value.code()).unwrap(), value);
        }
        for (value, name) in WAYS {
            assert_eq!((way(value), way_of(name).unwrap()), (name, value));
        }
    }

    #[test]
    fn stored_numbers_never_change() {
        assert_eq!(Channel::ALL.map(channel), [0, 1, 2, 3, 4]);
        assert_eq!(Platform::ALL.map(platform), [0, 1, 2, 3]);
        assert_eq!(OsPermission::ALL.map(permission), [0, 1, 2, 3]);
        assert_eq!(
            BindingState::ALL.map(BindingState::code),
            [0, 1, 2, 3, 4, 5]
        );
    }

    #[test]
    fn an_unknown_code_is_corrupt_data_and_no_panic() {
        assert!(matches!(channel_of(99), Err(StorageError::Corrupt { .. })));
        assert!(matches!(way_of("fax"), Err(StorageError::Corrupt { .. })));
    }
}
