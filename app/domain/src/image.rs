//! Images in notifications: what devices take.

/// Largest image that Android draws, in bytes (Google, "Send an image in the
/// notification payload").
pub const ANDROID_MAX: u64 = 1024 * 1024;
/// Largest image that iOS attaches, in bytes (Apple, "`UNNotificationAttachment`").
pub const IOS_MAX: u64 = 10 * 1024 * 1024;

/// An image's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageFormat {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
}

impl ImageFormat {
    /// Bytes from the start that tell the format.
    pub const FIRST_BYTES: usize = 12;

    /// The format of what begins so.
    pub fn of(first: &[u8]) -> Option<Self> {
        match first {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'G', b'I', b'F', b'8', ..] => Some(Self::Gif),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some(Self::Webp),
            _ => None,
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Gif => "GIF",
            Self::Webp => "WebP",
        }
    }
}

/// What is wrong with an image of this format and size, and what to do; an empty
/// list when every platform takes it.
pub fn remarks(format: ImageFormat, bytes: u64) -> Vec<String> {
    let mut found = Vec::new();
    if bytes > IOS_MAX {
        found.push(
            "It is larger than 10 MB: neither iOS nor Android shows it. Make it smaller than 1 MB."
                .to_owned(),
        );
    } else if bytes > ANDROID_MAX {
        found.push(format!(
            "It has {}: Android shows at most 1 MB, iOS 10 MB. Make it smaller, or give Android another image.",
            size(bytes)
        ));
    }
    if format == ImageFormat::Webp {
        found.push(
            "It is WebP, which iOS does not attach. JPEG and PNG are shown everywhere.".to_owned(),
        );
    }
    found
}

/// A size as people read it, in steps of 1024.
pub fn size(bytes: u64) -> String {
    const KB: u64 = 1024;
    const MB: u64 = KB * KB;
    if bytes < KB {
        format!("{bytes} bytes")
    } else if bytes < MB {
        format!("{} KB", bytes / KB)
    } else {
        format!("{}.{} MB", bytes / MB, bytes % MB * 10 / MB)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_told_by_its_first_bytes() {
        assert_eq!(
            ImageFormat::of(b"\xff\xd8\xff\xe0"),
            Some(ImageFormat::Jpeg)
        );
        assert_eq!(
            ImageFormat::of(b"\x89PNG\r\n\x1a\n\0\0\0\r"),
            Some(ImageFormat::Png)
        );
        assert_eq!(ImageFormat::of(b"GIF89a"), Some(ImageFormat::Gif));
        assert_eq!(
            ImageFormat::of(b"RIFF\x10\0\0\0WEBPVP8 "),
            Some(ImageFormat::Webp)
        );
        for other in [
            &b"<svg xmlns="[..],
            b"RIFF\x10\0\0\0WAVE",
            b"",
            b"<!doctype",
        ] {
            assert_eq!(ImageFormat::of(other), None);
        }
    }

    #[test]
    fn what_a_platform_does_not_take_is_said_with_what_to_do() {
        assert!(remarks(ImageFormat::Png, ANDROID_MAX).is_empty());
        let large = remarks(ImageFormat::Png, ANDROID_MAX * 5 / 2);
        assert!(large[0].contains("2.5 MB") && large[0].contains("Android"));
        assert!(remarks(ImageFormat::Png, IOS_MAX + 1)[0].contains("neither"));
        assert_eq!(remarks(ImageFormat::Webp, IOS_MAX + 1).len(), 2);
    }
}
