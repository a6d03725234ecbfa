//! Which line of a file a record begins on, whatever ends the lines: a line
//! feed, a carriage return, or both, and not the same all through the file.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

/// What was read and not counted yet: a record and a buffer, at most.
type Ahead = Rc<RefCell<VecDeque<u8>>>;

/// A reader that lets [`Lines`] see what goes through it.
pub(super) struct Watched<R> {
    inner: R,
    ahead: Ahead,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.ahead.borrow_mut().extend(&buffer[..read]);
        Ok(read)
    }
}

/// Counts the lines of a [`Watched`] reader.
pub(super) struct Lines {
    ahead: Ahead,
    /// How many bytes were counted.
    counted: u64,
    line: u64,
    after_return: bool,
}

impl Lines {
    /// Counts the lines of `reader`, from its first byte.
    pub(super) fn of<R: Read>(reader: R) -> (Watched<R>, Self) {
        let ahead = Ahead::default();
        let watched = Watched {
            inner: reader,
            ahead: ahead.clone(),
        };
        let lines = Self {
            ahead,
            counted: 0,
            line: 1,
            after_return: false,
        };
        (watched, lines)
    }

    /// The line of the first byte that ends no line, of those that were read from
    /// offset `from` on. Offsets must not go back.
    pub(super) fn at(&mut self, from: u64) -> u64 {
        let mut ahead = self.ahead.borrow_mut();
        while let Some(&byte) = ahead.front() {
            let ends_line = matches!(byte, b'\r' | b'\n');
            if self.counted >= from && !ends_line {
                break;
            }
            // Both together end one line.
            if ends_line && !(byte == b'\n' && self.after_return) {
                self.line += 1;
            }
            self.after_return = byte == b'\r';
            self.counted += 1;
            ahead.pop_front();
        }
        self.line
    }
}
