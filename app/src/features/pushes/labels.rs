//! A push's fields in the marketer's words.

use domain::validate::{FieldError, FieldErrors};

/// What the editor calls a field of the API: `buttons[1].title` is "Button 2’s
/// words".
pub fn label_of(field: &str) -> String {
    if let Some((number, part)) = button_part(field) {
        let part = match part {
            "id" => "id",
            "link" => "link",
            _ => "words",
        };
        return format!("Button {number}’s {part}");
    }
    match field {
        "name" => "The name",
        "title" => "The title",
        "subtitle" => "The subtitle",
        "body" => "The text",
        "image" => "The image",
        "link" => "The link",
        "buttons" => "The buttons",
        "sound" => "The sound",
        "badge" => "The badge",
        "collapse_id" => "The collapse id",
        "ttl_seconds" => "The time to live",
        "campaign" | "campaign_name" => "The campaign",
        other => other,
    }
    .to_owned()
}

fn button_part(field: &str) -> Option<(usize, &str)> {
    let (number, part) = field.strip_prefix("buttons[")?.split_once("].")?;
    Some((number.parse::<usize>().ok()? + 1, part))
}

/// One mistake as a sentence, for the field and for the summary.
pub fn sentence(error: &FieldError) -> FieldError {
    let mut message = format!("{} {}", label_of(&error.field), error.message);
    if !message.ends_with(['.', '!', '?']) {
        message.push('.');
    }
    FieldError {
        field: error.field.clone(),
        message,
    }
}

/// All mistakes as sentences.
pub fn sentences(errors: &FieldErrors) -> FieldErrors {
    FieldErrors(errors.0.iter().map(sentence).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_is_counted_from_one() {
        assert_eq!(label_of("buttons[1].title"), "Button 2’s words");
    }

    #[test]
    fn a_mistake_becomes_a_sentence() {
        let error = FieldError {
            field: "link".into(),
            message: "holds a space; write it as %20".into(),
        };
        assert_eq!(
            sentence(&error).message,
            "The link holds a space; write it as %20."
        );
    }
}
