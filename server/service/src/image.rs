//! Images that pushes name: whether devices will have something to show.

use delivery::NoPicture;
use domain::image;
use domain::people::{Permission, Principal};
use domain::view::ImageVerdict;

use crate::service::require;
use crate::{Result, Service};

impl Service {
    /// Looks at the image at `address` as devices will fetch it, and says what
    /// will not work. Addresses that lead inside are not called.
    pub async fn look_at_image(&self, by: &Principal, address: &str) -> Result<ImageVerdict> {
        require(by, Permission::EditContent)?;
        Ok(match self.connector().look_at_picture(address).await {
            Ok(picture) => {
                let remarks = image::remarks(picture.format, picture.bytes);
                if remarks.is_empty() {
                    let size = image::size(picture.bytes);
                    ImageVerdict::Fine(format!("{}, {size}.", picture.format.label()))
                } else {
                    ImageVerdict::Doubtful(remarks.join(" "))
                }
            }
            Err(problem) => ImageVerdict::Doubtful(format!(
                "Carillon could not fetch this image: {problem}. {} The preview shows what this browser fetches.",
                what_to_do(&problem)
            )),
        })
    }
}

const fn what_to_do(problem: &NoPicture) -> &'static str {
    match problem {
        NoPicture::NoAddress(_) => "Give the whole address, with https:// before it.",
        NoPicture::Inside(_) | NoPicture::Unreachable(_) => {
            "Devices fetch it from the internet: see that it is there for everybody."
        }
        NoPicture::Status(_) | NoPicture::Redirects => {
            "Open the address in a private window to see what devices get."
        }
        NoPicture::NoImage(_) => {
            "Give the address of the image itself, not of a page that shows it."
        }
    }
}
