//! A push's fields in the marketer's words.

use domain::{
    device::Platform,
    validate::{FieldError, FieldErrors},
};

/// What the editor calls a field of the API: `buttons[1].title` is "Button 2’s
/// words".
pub fn label_of(field: &str) -> String {
    if let Some((number, part)) = button_part(field) {
        let part = match part {
            "id" => "id",
            "kind" => "kind",
            "link" => "link",
            "placeholder" => "placeholder",
            _ => "words",
        };
        return format!("Button {number}’s {part}");
    }
    if let Some((platform, part)) = override_part(field) {
        return format!("{} on {}", label_of(part), platform.label());
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
        "channel_id" => "The channel",
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

fn override_part(field: &str) -> Option<(Platform, &str)> {
    let (platform, part) = field.strip_prefix("overrides.")?.split_once('.')?;
    Some((Platform::parse(platform)?, part))
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
    fn a_field_of_one_platform_says_which() {
        assert_eq!(label_of("overrides.ios.title"), "The title on iOS");
        assert_eq!(label_of("overrides.pager.title"), "overrides.pager.title");
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
