//! Lists, a page at a time.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::PageRequest;
use utoipa::{IntoParams, ToSchema};

use super::problem::{ApiError, Result};

/// Items on a page when nobody says how many.
const LIMIT_USUAL: u32 = 50;
/// Most items on a page.
const LIMIT_MAX: u32 = 500;

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// Items on the page, 1 to 500; 50 when absent.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// `next` of the page before; the first page when absent.
    cursor: Option<String>,
}

/// The wish for a page, checked.
pub fn page(limit: Option<u32>, cursor: Option<String>) -> Result<PageRequest> {
    let limit = limit.unwrap_or(LIMIT_USUAL);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(ApiError::field(
            StatusCode::BAD_REQUEST,
            "limit",
            format!("is {limit}; it must be from 1 to {LIMIT_MAX}"),
        ));
    }
    Ok(PageRequest { limit, cursor })
}

impl PageQuery {
    /// The wish for a page, checked.
    pub fn request(self) -> Result<PageRequest> {
        page(self.limit, self.cursor)
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// `cursor` of the next page; `null` on the last.
    #[schema(required)]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of a use case's items, each in the API's form.
    pub fn of<U>(page: domain::view::Page<U>, item: impl FnMut(U) -> T) -> Self {
        Self {
            items: page.items.into_iter().map(item).collect(),
            next: page.next,
        }
    }
}
