//! The path of each glyph.

use super::Glyph;

impl Glyph {
    /// The glyph's path on a 24 by 24 grid, to be stroked and not filled.
    #[expect(clippy::too_many_lines, reason = "one line for each glyph")]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "M4 4h7v7H4zM14 4h6v4h-6zM14 11h6v9h-6zM4 14h7v6H4z",
            Self::Campaign => "M4 10a1 1 0 0 1 1-1h6l8-4v14l-8-4H5a1 1 0 0 1-1-1zM8 15v5h3v-5",
            Self::Push => "M6 16v-5a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4",
            Self::Segment => "M12 3v9h9A9 9 0 1 1 12 3zM15.5 3.7a9 9 0 0 1 4.8 4.8h-4.8z",
            Self::Contact => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
            Self::Contacts => {
                "M9 12a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.5a6.5 6.5 0 0 1 13 0M16 5.2a3.5 3.5 0 0 1 0 6.6M18.2 13.9a6.5 6.5 0 0 1 3.3 5.6"
            }
            Self::Device => {
                "M7 3h10a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM11 18h2"
            }
            Self::VirtualDevice => {
                "M6 8V5a2 2 0 0 1 2-2h1.5M14.5 3H16a2 2 0 0 1 2 2v3M18 16v3a2 2 0 0 1-2 2h-1.5M9.5 21H8a2 2 0 0 1-2-2v-3M6 11.5v1M18 11.5v1M11.5 17.5h1"
            }
            Self::Settings => {
                "M4 7h9M17 7h3M4 17h3M11 17h9M15 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM9 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"
            }
            Self::Search => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20.5 20.5 16 16",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Minus => "M5 12h14",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Check => "M5 12.5 9.5 17 19 7.5",
            Self::CheckCircle => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 12.2l2.8 2.8L16 9.5",
            Self::Warning => "M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.1",
            Self::AlertCircle => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.5V13M12 16.2v.1",
            Self::Info => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.7v.1",
            Self::Clock => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
            Self::Pause => "M8 5v14M16 5v14",
            Self::PauseCircle => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM10 9v6M14 9v6",
            Self::Play => "M7 4.5v15l12-7.5z",
            Self::Stop => "M6 6h12v12H6z",
            Self::Ban => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.8 5.8l12.4 12.4",
            Self::CloseCircle => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 9l6 6M15 9l-6 6",
            Self::Question => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.6 9.4a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1.1.9-1.1 1.6v.4M12 16.7v.1"
            }
            Self::Draft => {
                "M12 3a9 9 0 0 1 3.5.7M20.3 8.5a9 9 0 0 1 .2 6.5M17.5 19.1a9 9 0 0 1-4.5 1.8M8.5 20.3A9 9 0 0 1 4 16.2M3.1 11A9 9 0 0 1 7 4.5"
            }
            Self::Live => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z"
            }
            Self::ChevronDown => "M6 9l6 6 6-6",
            Self::ChevronUp => "M6 15l6-6 6 6",
            Self::ChevronLeft => "M15 6l-6 6 6 6",
            Self::ChevronRight => "M9 6l6 6-6 6",
            Self::ArrowLeft => "M20 12H4M10 6l-6 6 6 6",
            Self::ArrowRight => "M4 12h16M14 6l6 6-6 6",
            Self::ArrowUp => "M12 20V4M6 10l6-6 6 6",
            Self::ArrowDown => "M12 4v16M6 14l6 6 6-6",
            Self::External => {
                "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5"
            }
            Self::Copy => {
                "M9 9h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1zM4 15V4a1 1 0 0 1 1-1h10"
            }
            Self::Trash => "M4 6h16M9 6V4h6v2M6 6l1 14h10l1-14M10 10v6M14 10v6",
            Self::Edit => "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
            Self::More => {
                "M6 12a1 1 0 1 1-2 0 1 1 0 0 1 2 0zM13 12a1 1 0 1 1-2 0 1 1 0 0 1 2 0zM20 12a1 1 0 1 1-2 0 1 1 0 0 1 2 0z"
            }
            Self::Menu => "M4 6h16M4 12h16M4 18h16",
            Self::Upload => {
                "M12 16V4M6.5 9.5 12 4l5.5 5.5M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3"
            }
            Self::Download => {
                "M12 4v12M6.5 10.5 12 16l5.5-5.5M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3"
            }
            Self::Filter => "M4 5h16l-6 8v6l-4-2v-4z",
            Self::Calendar => {
                "M5 5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM4 10h16M8 3v4M16 3v4"
            }
            Self::Send => "M21 3 10 14M21 3l-7 18-4-7-7-4z",
            Self::Image => {
                "M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM4 17l5-5 4 4 2.5-2.5L20 18M15.5 9.5a1 1 0 1 0 0-2 1 1 0 0 0 0 2z"
            }
            Self::Link => {
                "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17"
            }
            Self::Key => {
                "M8 20a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM11.2 12.3 20 3.5M16 7.5l3.5 3.5"
            }
            Self::SignOut => "M10 4H5a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h5M15 7l5 5-5 5M20 12H9",
            Self::Sun => {
                "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"
            }
            Self::Moon => "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
            Self::Screen => {
                "M4 4h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM8 20h8M12 16v4"
            }
            Self::Globe => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18"
            }
            Self::Lock => {
                "M6 11h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1zM8 11V8a4 4 0 0 1 8 0v3"
            }
            Self::Shield => "M12 3l8 3v6c0 4.5-3.3 7.7-8 9-4.7-1.3-8-4.5-8-9V6z",
            Self::History => "M4.6 9A8 8 0 1 1 4 12.5M4 4.5V9h4.5M12 8v4.5l3 1.5",
            Self::Refresh => {
                "M20 9A8 8 0 0 0 5.6 7L4 8.5M4 4v4.5h4.5M4 15a8 8 0 0 0 14.4 2l1.6-1.5M20 20v-4.5h-4.5"
            }
            Self::Undo => "M8 5 4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-3",
            Self::Redo => "M16 5l4 4-4 4M20 9H10a5.5 5.5 0 0 0 0 11h3",
            Self::Event => "M13 3 5 14h6l-1 7 8-11h-6z",
            Self::Branch => {
                "M12 3v6M12 9c0 4-6 3-6 9M12 9c0 4 6 3 6 9M3.5 15.5 6 18.5l2.5-3M15.5 15.5l2.5 3 2.5-3"
            }
            Self::Delay => {
                "M6 3h12M6 21h12M7 3v3.5c0 3 5 3.5 5 5.5s-5 2.5-5 5.5V21M17 3v3.5c0 3-5 3.5-5 5.5s5 2.5 5 5.5V21"
            }
            Self::Exit => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 9h6v6H9z",
            Self::Flag => "M6 21V4h11l-2.5 4L17 12H6",
            Self::Eye => {
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z"
            }
            Self::EyeOff => {
                "M4 4l16 16M9.9 5.8a9 9 0 0 1 2.1-.3c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-2.8 3.5M6.3 7.6A15.5 15.5 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4.4-1.2"
            }
            Self::Tag => "M4 4h8l8.5 8.5-8 8L4 12zM8.5 8.5v.1",
            Self::Code => "M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14",
            Self::Braces => {
                "M9 4H8a2 2 0 0 0-2 2v4l-2 2 2 2v4a2 2 0 0 0 2 2h1M15 4h1a2 2 0 0 1 2 2v4l2 2-2 2v4a2 2 0 0 1-2 2h-1"
            }
            Self::Grip => {
                "M10 6a1 1 0 1 1-2 0 1 1 0 0 1 2 0zM16 6a1 1 0 1 1-2 0 1 1 0 0 1 2 0zM10 12a1 1 0 1 1-2 0 1 1 0 0 1 2 0zM16 12a1 1 0 1 1-2 0 1 1 0 0 1 2 0zM10 18a1 1 0 1 1-2 0 1 1 0 0 1 2 0zM16 18a1 1 0 1 1-2 0 1 1 0 0 1 2 0z"
            }
            Self::Fit => "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
            Self::ZoomIn => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20.5 20.5 16 16M11 8v6M8 11h6",
            Self::ZoomOut => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20.5 20.5 16 16M8 11h6",
            Self::Tidy => "M9 3h6v4H9zM3 17h6v4H3zM15 17h6v4h-6zM12 7v6M6 17v-4h12v4",
            Self::Sound => {
                "M4 9.5v5h3.5L12 18V6L7.5 9.5zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11"
            }
            Self::Reply => "M9 6l-5 5 5 5M4 11h10a6 6 0 0 1 6 6v2",
            Self::Book => "M5 18V6a2 2 0 0 1 2-2h12v12H7a2 2 0 0 0-2 2zM5 18a2 2 0 0 0 2 2h12",
            Self::Turning => "M12 3a9 9 0 1 0 9 9",
        }
    }
}
