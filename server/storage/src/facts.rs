//! A gate's facts in the few bytes that a delivery keeps of them: a kind, two
//! numbers or none, and a field's name.

use domain::gate::GateFacts;

use crate::{Result, StorageError};

/// Most bytes that are kept of a row's facts.
const MOST: usize = 32;

const TEMPLATE: u8 = 1;
const FIELD: u8 = 2;
const SIZE: u8 = 3;

/// The facts as they are stored; none where a name is too long to keep.
pub(crate) fn pack(facts: &GateFacts) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(MOST);
    match facts {
        GateFacts::Template {
            field,
            line,
            column,
        } => {
            bytes.push(TEMPLATE);
            bytes.extend(line.to_le_bytes());
            bytes.extend(column.to_le_bytes());
            bytes.extend(field.as_bytes());
        }
        GateFacts::Field { field } => {
            bytes.push(FIELD);
            bytes.extend(field.as_bytes());
        }
        GateFacts::Size { bytes: size, limit } => {
            bytes.push(SIZE);
            bytes.extend(size.to_le_bytes());
            bytes.extend(limit.to_le_bytes());
        }
    }
    (bytes.len() <= MOST).then_some(bytes)
}

/// The facts that were packed.
pub(crate) fn unpack(bytes: &[u8]) -> Result<GateFacts> {
    read(bytes).ok_or(StorageError::corrupt("a delivery's facts"))
}

fn read(bytes: &[u8]) -> Option<GateFacts> {
    let (&kind, rest) = bytes.split_first()?;
    let name = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    if kind == FIELD {
        return Some(GateFacts::Field { field: name(rest)? });
    }
    let (first, rest) = rest.split_first_chunk()?;
    let (second, rest) = rest.split_first_chunk()?;
    let (first, second) = (u32::from_le_bytes(*first), u32::from_le_bytes(*second));
    match kind {
        TEMPLATE => Some(GateFacts::Template {
            field: name(rest)?,
            line: first,
            column: second,
        }),
        SIZE => Some(GateFacts::Size {
            bytes: first,
            limit: second,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_comes_back_as_it_was_and_fits() {
        let field = || "buttons[3].title".to_owned();
        for facts in [
            GateFacts::Template {
                field: field(),
                line: u32::MAX,
                column: 17,
            },
            GateFacts::Field { field: field() },
            GateFacts::Size {
                bytes: 4321,
                limit: 4096,
            },
        ] {
            let packed = pack(&facts).expect("it fits");
            assert!(packed.len() <= MOST);
            assert_eq!(unpack(&packed).unwrap(), facts);
        }
    }

    #[test]
    fn what_cannot_be_read_is_corrupt_data_and_no_panic() {
        for bytes in [&[][..], &[9], &[TEMPLATE, 1], &[FIELD, 0xff]] {
            assert!(matches!(unpack(bytes), Err(StorageError::Corrupt { .. })));
        }
    }
}
