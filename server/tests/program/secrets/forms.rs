//! The forms in which a secret may come to stand somewhere, and a search for
//! all of them at once.

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::collections::BTreeSet;

/// Bytes of a secret that are looked for together: a part of it that is long
/// enough to be of use is a leak as well.
const WINDOW: usize = 16;

/// Something that nobody may see who does not have it.
#[derive(Clone, Debug)]
pub(super) struct Secret {
    pub(super) kind: &'static str,
    pieces: BTreeSet<Vec<u8>>,
}

impl Secret {
    /// A text that is the secret itself.
    pub(super) fn text(kind: &'static str, text: &str) -> Self {
        let pieces = windows(text.as_bytes()).collect();
        Self { kind, pieces }
    }

    /// Bytes that are written in base64, of either alphabet.
    pub(super) fn base64(kind: &'static str, text: &str) -> Self {
        let plain = text.trim_end_matches('=');
        let bytes = URL_SAFE_NO_PAD
            .decode(plain)
            .or_else(|_| STANDARD_NO_PAD.decode(plain));
        Self::text(kind, text).and(&bytes.expect("base64"))
    }

    /// Bytes that are written in hexadecimal.
    pub(super) fn hex(kind: &'static str, text: &str) -> Self {
        let digits = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
        let bytes: Vec<u8> = (0..text.len()).step_by(2).map(digits).collect();
        Self::text(kind, text).and(&bytes)
    }

    /// A private key in PEM: each of its lines, and its bytes. The first 36
    /// bytes of a key say what kind it is.
    pub(super) fn pem(kind: &'static str, pem: &str) -> Self {
        let lines: Vec<&str> = pem.lines().filter(|line| !line.contains("---")).collect();
        let bytes = STANDARD.decode(lines.concat()).expect("PEM");
        let after_its_kind = &bytes[36..];
        let own = &after_its_kind[..after_its_kind.len().min(512)];
        let text = STANDARD_NO_PAD.encode(own);
        Self::text(kind, &text).and(&own[..32])
    }

    fn and(mut self, bytes: &[u8]) -> Self {
        self.pieces.extend(windows(bytes));
        self
    }
}

/// The beginning, the middle and the end.
fn windows(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    assert!(bytes.len() >= WINDOW, "too short to be told from chance");
    let last = bytes.len() - WINDOW;
    [0, last / 2, last]
        .into_iter()
        .map(|at| bytes[at..at + WINDOW].to_vec())
}

/// What is looked for: a text, and the form that it is.
type Needle = (Vec<u8>, &'static str);

/// A piece as it is, in base64 wherever it begins, and as lists of numbers.
fn exact_forms(piece: &[u8]) -> Vec<Needle> {
    let list = |between: &str| {
        let numbers: Vec<String> = piece.iter().map(u8::to_string).collect();
        numbers.join(between).into_bytes()
    };
    let mut forms = vec![
        (piece.to_vec(), "as it is"),
        (list(", "), "a list of numbers"),
        (list(","), "a list of numbers"),
    ];
    for before in 0..3 {
        let shifted = [vec![0; before], piece.to_vec()].concat();
        // Characters that hold bits of what stands before or after.
        let head = [0, 2, 3][before];
        let tail = usize::from(!shifted.len().is_multiple_of(3));
        for (engine, name) in [
            (&STANDARD_NO_PAD, "base64"),
            (&URL_SAFE_NO_PAD, "base64url"),
        ] {
            let text = engine.encode(&shifted);
            forms.push((text.as_bytes()[head..text.len() - tail].to_vec(), name));
        }
    }
    forms
}

fn hex(piece: &[u8]) -> Vec<u8> {
    use std::fmt::Write as _;
    piece
        .iter()
        .fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("memory");
            text
        })
        .into_bytes()
}

/// Looks for secrets in every form.
pub(super) struct Search {
    exact: (AhoCorasick, Vec<(&'static str, &'static str)>),
    /// Hexadecimal, in either case.
    folded: (AhoCorasick, Vec<&'static str>),
}

impl Search {
    pub(super) fn of(secrets: &[Secret]) -> Self {
        let (mut exact, mut names) = (Vec::new(), Vec::new());
        let (mut folded, mut kinds) = (Vec::new(), Vec::new());
        for secret in secrets {
            for piece in &secret.pieces {
                for (needle, form) in exact_forms(piece) {
                    exact.push(needle);
                    names.push((secret.kind, form));
                }
                folded.push(hex(piece));
                kinds.push(secret.kind);
            }
        }
        let folded = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(folded);
        Self {
            exact: (AhoCorasick::new(exact).expect("an automaton"), names),
            folded: (folded.expect("an automaton"), kinds),
        }
    }

    /// The secrets in here: kind and form of each, and where.
    pub(super) fn within(&self, text: &[u8]) -> BTreeSet<(&'static str, &'static str, String)> {
        let shown = |at: usize| {
            let around = &text[at.saturating_sub(120)..(at + 40).min(text.len())];
            String::from_utf8_lossy(around).into_owned()
        };
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        for hit in self.exact.0.find_overlapping_iter(text) {
            let (kind, form) = self.exact.1[hit.pattern().as_usize()];
            if seen.insert((kind, form)) {
                found.insert((kind, form, shown(hit.start())));
            }
        }
        for hit in self.folded.0.find_overlapping_iter(text) {
            let kind = self.folded.1[hit.pattern().as_usize()];
            if seen.insert((kind, "hexadecimal")) {
                found.insert((kind, "hexadecimal", shown(hit.start())));
            }
        }
        found
    }
}

/// A canary in each form that a search knows, embedded as it might be.
pub(super) fn embedded(canary: &str) -> Vec<(&'static str, String)> {
    let all = |before: &str| format!("{before}{canary}and more");
    let numbers: Vec<String> = canary.bytes().map(|byte| byte.to_string()).collect();
    let hex = String::from_utf8(hex(canary.as_bytes())).expect("text");
    let mut forms = vec![
        ("as it is", all("before-")),
        ("a list of numbers", format!("[{}]", numbers.join(", "))),
        ("a list of numbers", format!("[{}]", numbers.join(","))),
        ("hexadecimal", hex.to_uppercase()),
        ("hexadecimal", hex),
    ];
    for before in ["", "a", "ab"] {
        forms.push(("base64", STANDARD.encode(all(before))));
        forms.push(("base64url", URL_SAFE_NO_PAD.encode(all(before))));
    }
    forms
}

#[test]
fn a_secret_is_found_in_every_form_and_in_part() {
    let canary = "canary>>>?~7f3a91c2d4e5f60718~";
    let search = Search::of(&[Secret::text("canary", canary)]);
    for (form, text) in embedded(canary) {
        let found = search.within(text.as_bytes());
        assert!(
            found.iter().any(|(_, found, _)| *found == form),
            "{form}: {text}"
        );
    }
    for part in [&canary[..20], &canary[10..]] {
        assert!(!search.within(part.as_bytes()).is_empty(), "{part}");
    }
    assert!(search.within(&canary.as_bytes()[..15]).is_empty());
}
