//! The page itself, which names its assets by their versions.

use crate::asset::ASSETS;

const PAGE: &str = include_str!("../dist/index.html");

/// The page. `base` is what its relative references begin with: nothing, or a name with a slash at
/// its end. `sign_in` is what the page needs to sign people in, as JSON; empty where it does not.
///
/// The bundle's `index.html` has a placeholder for each: `%BASE%`, `%SIGN_IN%`, and the version of
/// an asset as in `%APP.JS%`.
#[must_use]
pub fn page(base: &str, sign_in: &str) -> String {
    let page = PAGE.replace("%BASE%", &attribute(base)).replace("%SIGN_IN%", &attribute(sign_in));
    ASSETS.iter().fold(page, |page, asset| {
        page.replace(&format!("%{}%", asset.name.to_uppercase()), &asset.version())
    })
}

/// The `Content-Security-Policy` of the page: what is its own, and requests to `origins`.
#[must_use]
pub fn policy(origins: &[String]) -> String {
    let connect = origins.iter().fold("'self'".to_owned(), |all, origin| format!("{all} {origin}"));
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src \
         {connect}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'"
    )
}

/// The text as the value of an attribute in double quotes.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_no_placeholder_left_and_escapes_what_it_is_given() {
        let page = page("live/", r#"{"issuer":"https://a.example/?x=<1>&y"}"#);
        assert!(!page.contains('%'), "{page}");
        for asset in &ASSETS {
            let reference = format!("live/assets/{}?v={}", asset.name, asset.version());
            assert!(page.contains(&reference), "{reference} is not in {page}");
        }
        assert!(page.contains("&quot;https://a.example/?x=&lt;1&gt;&amp;y&quot;"), "{page}");
    }

    #[test]
    fn the_page_has_no_inline_script_or_style() {
        let page = page("", "");
        assert_eq!(page.matches("<script").count(), page.matches("<script defer src=").count());
        for inline in ["<style", " style=", " onload=", " onclick=", "javascript:"] {
            assert!(!page.contains(inline), "{inline}");
        }
    }

    #[test]
    fn the_policy_names_the_origins_of_the_sign_in() {
        assert!(policy(&[]).contains("connect-src 'self';"));
        let policy = policy(&["https://a.example".to_owned(), "https://b.example".to_owned()]);
        assert!(policy.contains("connect-src 'self' https://a.example https://b.example;"));
    }
}
