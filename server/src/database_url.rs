//! A database's address as it may be shown.

/// Stands where a secret was.
const MASK: &str = "***";

/// `url` without its password, wherever that stands: in the login, or among the
/// parameters. Where the two cannot be told apart for sure, more is left out
/// rather than less.
pub(crate) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let masked = match rest.rsplit_once('@') {
        Some((login, place)) => match login.split_once(':') {
            Some((user, _)) => format!("{user}:{MASK}@{place}"),
            None => rest.to_owned(),
        },
        None => rest.to_owned(),
    };
    format!("{scheme}://{}", without_parameter(&masked))
}

/// PostgreSQL takes the password as a parameter, too.
fn without_parameter(rest: &str) -> String {
    let Some((place, query)) = rest.split_once('?') else {
        return rest.to_owned();
    };
    let pairs: Vec<_> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if name.eq_ignore_ascii_case("password") => format!("{name}={MASK}"),
            _ => pair.to_owned(),
        })
        .collect();
    format!("{place}?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_password_is_never_shown_and_the_rest_is() {
        for (url, shown) in [
            (
                "postgres://ada:s3:cr@t@db/carillon",
                "postgres://ada:***@db/carillon",
            ),
            (
                "postgres://ada:se?cret@db:5432/carillon?sslmode=require",
                "postgres://ada:***@db:5432/carillon?sslmode=require",
            ),
            (
                "postgres://db/carillon?user=ada&password=secret",
                "postgres://db/carillon?user=ada&password=***",
            ),
            ("postgres://ada@db/carillon", "postgres://ada@db/carillon"),
            ("sqlite://data/x.db", "sqlite://data/x.db"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
