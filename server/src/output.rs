//! Standard output of commands. Whoever reads it may stop at any time, as
//! `head -1` does: that is no failure, and the command goes on to its end.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

/// Writes a line, at once, if anybody reads it.
///
/// # Errors
/// When the output cannot be written for another reason, such as a full disk.
pub fn line(text: impl Display) -> io::Result<()> {
    line_if_read(text).map(drop)
}

/// Writes a line, and says whether anybody is there to read the next one.
///
/// # Errors
/// As [`line`].
pub fn line_if_read(text: impl Display) -> io::Result<bool> {
    write(&mut io::stdout().lock(), text)
}

fn write(output: &mut impl Write, text: impl Display) -> io::Result<bool> {
    match writeln!(output, "{text}").and_then(|()| output.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Full(ErrorKind);

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure_and_a_full_disk_is() {
        let write = |kind| write(&mut Full(kind), "text");
        assert!(matches!(write(ErrorKind::BrokenPipe), Ok(false)));
        assert!(write(ErrorKind::StorageFull).is_err());
    }
}
