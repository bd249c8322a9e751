//! The dashboard: its page, and the assets that the page loads.

use http::Method;
use ops_config::{ApiSettings, SignIn, SignInToken};
use ops_dashboard::ASSETS;

use crate::harness::{Answer, Api, anonymous};

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// What a browser gets that nobody has signed in with.
async fn get(api: &Api, path: &str, headers: &[(&'static str, &'static str)]) -> Answer {
    let mut request = anonymous(Method::GET, path);
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    api.send(request).await
}

/// The references of the page to its assets.
fn references(page: &str) -> Vec<String> {
    let assets = page.split('"').filter(|text| text.contains("assets/"));
    assets.map(str::to_owned).collect()
}

#[tokio::test]
async fn the_page_and_its_assets_need_no_caller() {
    let api = Api::demo();
    let page = get(&api, "/", &[("accept", BROWSER)]).await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let references = references(&page.text);
    assert_eq!(references.len(), ASSETS.len());
    for (reference, asset) in references.iter().zip(["app.css", "icon.svg", "app.js"]) {
        assert!(reference.starts_with(&format!("assets/{asset}?v=")), "{reference}");
        let answer = get(&api, &format!("/{reference}"), &[]).await;
        assert_eq!(answer.status, 200, "{reference}");
        let content_type = ASSETS.iter().find(|it| it.name == asset).unwrap().content_type;
        assert_eq!(answer.header("content-type"), Some(content_type));
    }
    api.assert_untouched();
}

#[tokio::test]
async fn an_asset_is_kept_for_a_year_by_its_version_only() {
    let api = Api::demo();
    for asset in &ASSETS {
        let name = asset.name;
        for (query, kept) in [
            (format!("?v={}", asset.version()), "public, max-age=31536000, immutable"),
            (String::new(), "no-store"),
            ("?v=0".to_owned(), "no-store"),
            ("?v=%ff&x".to_owned(), "no-store"),
        ] {
            let answer = get(&api, &format!("/assets/{name}{query}"), &[]).await;
            assert_eq!(answer.header("cache-control"), Some(kept), "{name}{query}");
            assert_eq!(answer.text.as_bytes(), asset.content(), "{name}{query}");
        }
    }
}

#[tokio::test]
async fn an_asset_is_compressed_where_the_client_takes_it() {
    let api = Api::demo();
    let mut request = anonymous(Method::GET, "/assets/app.js");
    request.headers_mut().insert("accept-encoding", "gzip, deflate, br".parse().unwrap());
    let response = api.response(request).await;
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(response.headers()["vary"], "accept-encoding");
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert_eq!(body, ASSETS[0].gzip);
    let plain = get(&api, "/assets/app.js", &[("accept-encoding", "gzip;q=0")]).await;
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(plain.header("vary"), Some("accept-encoding"));
}

#[tokio::test]
async fn no_other_path_is_an_asset() {
    let api = Api::demo();
    for path in ["/assets", "/assets/", "/assets/index.html", "/assets/app.js.gz", "/assets/..%2fa"]
    {
        let answer = api.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.json()["code"], "not_found", "{path}");
    }
}

#[tokio::test]
async fn the_page_may_load_what_is_its_own_and_ask_the_provider() {
    let own = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
               connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; \
               require-trusted-types-for 'script'";
    let page = get(&Api::demo(), "/", &[("accept", BROWSER)]).await;
    assert_eq!(page.header("content-security-policy"), Some(own));
    assert!(page.text.contains("content=\"\""), "{}", page.text);

    let sign_in = SignIn {
        issuer: "https://login.example.com/tenant".to_owned(),
        client_id: "rds-ops".to_owned(),
        scope: "openid email".to_owned(),
        token: SignInToken::Id,
        origins: vec!["https://tokens.example.com".to_owned()],
    };
    let api = Api::with_api(ApiSettings { sign_in: Some(sign_in), ..ApiSettings::default() });
    let page = get(&api, "/", &[("accept", BROWSER)]).await;
    let policy = page.header("content-security-policy").unwrap();
    let asked = "connect-src 'self' https://login.example.com https://tokens.example.com;";
    assert!(policy.contains(asked), "{policy}");
    let written = "{&quot;issuer&quot;:&quot;https://login.example.com/tenant&quot;,\
                   &quot;client_id&quot;:&quot;rds-ops&quot;,&quot;scope&quot;:&quot;openid email&quot;,\
                   &quot;token&quot;:&quot;id_token&quot;}";
    assert!(page.text.contains(written), "{}", page.text);
}
