//! What is wrong with a push while it is being written.

use domain::{push::PushContent, validate::FieldErrors};

use super::look::Look;

/// What is wrong as it stands: templates, and addresses that nothing can fetch or open.
/// What is merely not written yet is left to saving and sending.
pub fn wrong_now(look: &Result<Look, FieldErrors>, content: &PushContent) -> FieldErrors {
    let templates = look.as_ref().err().cloned();
    let mut wrong = templates
        .filter(|errors| !nothing_yet(errors))
        .unwrap_or_default();
    let links = content.check().0.into_iter().filter(|error| {
        let part = error.field.rsplit('.').next();
        matches!(part, Some("image" | "link" | "collapse_id"))
    });
    for error in links {
        if wrong.of(&error.field).is_none() {
            wrong.0.push(error);
        }
    }
    wrong
}

/// Whether all that is wrong is that there is neither a title nor a text.
pub fn nothing_yet(errors: &FieldErrors) -> bool {
    errors
        .0
        .iter()
        .all(|error| error.field == "body" && error.message.starts_with("comes out empty"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_push_is_not_wrong_yet_and_a_bad_link_is() {
        let mut errors = FieldErrors::default();
        errors.add("body", "comes out empty, and so does the title");
        let content = PushContent {
            link: Some("no link".into()),
            ..PushContent::default()
        };
        let wrong = wrong_now(&Err(errors), &content);
        assert_eq!(wrong.0.len(), 1);
        assert!(wrong.of("link").is_some());
    }
}
