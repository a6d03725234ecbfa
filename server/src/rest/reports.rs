//! Reports of devices.

use std::borrow::Cow;

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::report::{REPORT_BATCH_MAX, Report, ReportInput, ReportKind};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::schema::OneOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::ApiState;
use super::extract::{Caller, Json};
use super::many::{OneOrMany, bounded, one_or_many};
use super::problem::{Problem, Result};
use super::time::Time;

/// What a device tells of a delivery.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Report)]
#[serde(deny_unknown_fields)]
pub struct ReportBody {
    /// The delivery, as its payload names it.
    carillon_id: Uuid,
    /// What happened.
    kind: ReportKind,
    /// The id of the button that was tapped; with the kind `action` alone.
    #[serde(default)]
    #[schema(example = "shop")]
    action: Option<String>,
    /// What the person wrote, where the button takes a text.
    #[serde(default)]
    reply: Option<String>,
    /// When it happened; now when absent.
    #[serde(default)]
    at: Option<Time>,
}

impl From<ReportBody> for ReportInput {
    fn from(body: ReportBody) -> Self {
        Self {
            carillon_id: body.carillon_id,
            kind: body.kind,
            action: body.action,
            reply: body.reply,
            at: body.at.map(|at| at.0),
        }
    }
}

/// Many reports at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportBatch {
    /// The reports, at most 100.
    #[schema(max_items = 100, min_items = 1)]
    #[serde(deserialize_with = "bounded::<_, _, REPORT_BATCH_MAX>")]
    reports: Vec<ReportBody>,
}

/// One report, or `{"reports": […]}`.
#[derive(Debug)]
pub struct ReportsBody(OneOrMany<ReportBody, ReportBatch>);

impl PartialSchema for ReportsBody {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .item(Ref::from_schema_name("ReportBatch"))
            .item(Ref::from_schema_name("Report"))
            .into()
    }
}

impl ToSchema for ReportsBody {
    fn name() -> Cow<'static, str> {
        "Reports".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("ReportBatch".to_owned(), ReportBatch::schema()));
        schemas.push(("Report".to_owned(), ReportBody::schema()));
        ReportBatch::schemas(schemas);
        ReportBody::schemas(schemas);
    }
}

impl<'de> Deserialize<'de> for ReportsBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        one_or_many(deserializer, "reports", "a report").map(Self)
    }
}

/// What was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenReports {
    /// How many reports were new.
    taken: usize,
    /// How many were told before.
    repeated: usize,
    /// How many were left out, since twenty are kept of their delivery already.
    beyond: usize,
    /// Deliveries that are not known here, or were never sent: nothing is kept
    /// of them, and there is no use in telling it again.
    unknown: Vec<Uuid>,
}

/// A report as it is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeptReport)]
pub struct KeptBody {
    /// What happened.
    kind: ReportKind,
    /// The button that was tapped.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    /// What the person wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
    /// When, by the device's clock.
    at: Time,
}

impl From<Report> for KeptBody {
    fn from(report: Report) -> Self {
        Self {
            kind: report.kind,
            action: report.action,
            reply: report.reply,
            at: report.at.into(),
        }
    }
}

/// Report what became of a push on a device
///
/// One report, or up to 100 as `{"reports": […]}`: that a notification was
/// displayed, that somebody opened it, tapped a button or replied. Told again,
/// a report is kept once. A delivery that is not known is named in `unknown`,
/// and the others are kept; when none is known, this answers 404.
#[utoipa::path(
    post, path = "/reports", tag = "devices", request_body = ReportsBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Done once within a day")),
    responses(
        (status = 200, body = TakenReports),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn post(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Json(ReportsBody(body)): Json<ReportsBody>,
) -> Result<Response> {
    let (told, many): (Vec<ReportInput>, bool) = match body {
        OneOrMany::Many(batch) => (batch.reports.into_iter().map(Into::into).collect(), true),
        OneOrMany::One(report) => (vec![report.into()], false),
    };
    let named = |n: usize| {
        if many {
            format!("reports[{n}].")
        } else {
            String::new()
        }
    };
    let taken = state.service.take_reports(&caller, &told, named).await?;
    let body = TakenReports {
        taken: taken.taken,
        repeated: taken.repeated,
        beyond: taken.beyond,
        unknown: taken.unknown,
    };
    Ok(Answer(body).into_response())
}
