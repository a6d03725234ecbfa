//! Finding devices by a part of their token, and the list narrowed: each by an
//! index of its own, so that it takes as long among a million as among a few.

use domain::AppId;
use domain::device::{Binding, BindingState, Channel, token_end};
use uuid::Uuid;

use super::row::{BindingRow, columns};
use crate::page::{clamp, fetch_limit, prefix_end};
use crate::{Conn, Cursor, Page, Result, codes};

/// Fewest characters of a token's part that are looked up.
pub const PART_MIN: usize = 6;
/// How many first characters the index holds (`device_bindings_token_start`).
const START: usize = 12;

/// The bindings of APNs and FCM whose token begins with `start`, of at least
/// [`PART_MIN`] characters, in the order of their tokens' beginnings. Other
/// services' tokens all begin alike. By the index `device_bindings_token_start`.
pub async fn by_token_start(
    db: impl Into<Conn<'_>>,
    start: &str,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Binding>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM device_bindings b WHERE b.channel < 2 \
         AND substr(b.token, 1, 12) >= $1 AND substr(b.token, 1, 12) < $2 \
         AND (substr(b.token, 1, 12), b.id) > ($1, $3) \
         AND b.token >= $4 AND b.token < $5 \
         ORDER BY substr(b.token, 1, 12), b.id LIMIT $6"
    );
    let head = head(start);
    let begin = (head, Uuid::nil());
    let (text, id) = after.map_or(Ok(begin), Cursor::text_id)?;
    // A place before all that is wanted is the beginning.
    let (text, id) = if text < head { begin } else { (text, id) };
    let (Some(head_end), Some(end), true) = (prefix_end(head), prefix_end(start), is_part(start))
    else {
        return Ok(Page::empty());
    };
    let rows: Vec<BindingRow> = with_engine!(db.into(), |db| {
        let query = sqlx::query_as(SQL).bind(text).bind(&head_end);
        let query = query.bind(id).bind(start).bind(&end);
        query.bind(fetch_limit(limit)).fetch_all(db).await?
    });
    Page::cut(rows, limit, |row| Cursor::of_text_id(head_of(row), row.id)).try_map(BindingRow::read)
}

/// The bindings whose token ends with `end`, of at least [`PART_MIN`]
/// characters, oldest first. What closes a browser's subscription does not
/// count, as [`token_end`] has it. By the index `device_bindings_token_end`.
pub async fn by_token_end(
    db: impl Into<Conn<'_>>,
    end: &str,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Binding>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM device_bindings b \
         WHERE substr(rtrim(b.token, '\"}'), length(rtrim(b.token, '\"}')) - 5, 6) = $1 \
         AND b.id > $2 AND length(rtrim(b.token, '\"}')) >= $3 \
         AND substr(rtrim(b.token, '\"}'), length(rtrim(b.token, '\"}')) - $3 + 1, $3) = $4 \
         ORDER BY b.id LIMIT $5"
    );
    let id = after.map_or(Ok(Uuid::nil()), Cursor::id)?;
    let end = token_end(end, usize::MAX);
    if !is_part(end) {
        return Ok(Page::empty());
    }
    let tail = super::plan::tail(end);
    let length = i32::try_from(end.chars().count()).unwrap_or(i32::MAX);
    let rows: Vec<BindingRow> = with_engine!(db.into(), |db| {
        let query = sqlx::query_as(SQL).bind(&tail).bind(id).bind(length);
        query
            .bind(end)
            .bind(fetch_limit(limit))
            .fetch_all(db)
            .await?
    });
    Page::cut(rows, limit, |row| Cursor::of_id(row.id)).try_map(BindingRow::read)
}

/// Which bindings a list is narrowed to.
#[derive(Clone, Debug)]
pub struct Narrowed {
    /// Of these apps.
    pub apps: Vec<AppId>,
    /// Of these channels.
    pub channels: Vec<Channel>,
    /// In this state, which is not `Active`; `None` means any.
    pub state: Option<BindingState>,
}

/// The bindings of some apps and channels, and of a state that keeps pushes
/// away, newest first. One look into the index for each app and channel.
///
/// # Errors
/// `BadCursor` for a cursor of another list.
pub async fn narrowed(
    db: impl Into<Conn<'_>>,
    to: &Narrowed,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Binding>> {
    const OF_APP: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM device_bindings b WHERE b.app_id = $1 AND b.channel = $2 AND b.id < $3 \
         ORDER BY b.id DESC LIMIT $4"
    );
    const OF_STATE: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM device_bindings b WHERE b.app_id = $1 AND b.channel = $2 AND b.id < $3 \
         AND b.state = $5 AND b.state <> 0 ORDER BY b.id DESC LIMIT $4"
    );
    let before = after.map_or(Ok(Uuid::max()), Cursor::id)?;
    let mut rows: Vec<BindingRow> = Vec::new();
    with_engine!(db.into(), |db| {
        for app in &to.apps {
            for channel in &to.channels {
                let sql = if to.state.is_some() { OF_STATE } else { OF_APP };
                let mut query = sqlx::query_as(sql)
                    .bind(app.0)
                    .bind(codes::channel(*channel))
                    .bind(before)
                    .bind(fetch_limit(limit));
                if let Some(state) = to.state {
                    query = query.bind(state.code());
                }
                rows.extend::<Vec<BindingRow>>(query.fetch_all(&mut *db).await?);
            }
        }
    });
    rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
    rows.truncate(clamp(limit) as usize + 1);
    Page::cut(rows, limit, |row| Cursor::of_id(row.id)).try_map(BindingRow::read)
}

fn is_part(part: &str) -> bool {
    !part.contains('\0') && part.chars().count() >= PART_MIN
}

/// The characters of a token's beginning that the index holds.
fn head(start: &str) -> &str {
    start
        .char_indices()
        .nth(START)
        .map_or(start, |(at, _)| &start[..at])
}

fn head_of(row: &BindingRow) -> String {
    head(&row.token).to_owned()
}
