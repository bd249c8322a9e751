//! How the dashboard signs people in.

use crate::raw::{Raw, Wrong};
use crate::reader::Reader;
use crate::{SignIn, SignInToken, values};

const ISSUER: &str = "sign_in_issuer";
const CLIENT_ID: &str = "sign_in_client_id";

/// Reads the settings. An issuer needs a client, and a client an issuer; nothing else is required.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<SignIn> {
    let before = reader.problems();
    let issuer = text(reader, ISSUER, values::ISSUER, values::issuer);
    let client_id = text(reader, CLIENT_ID, values::CLIENT_ID, values::client_id);
    let readable = reader.problems() == before;
    let scope = text(reader, "sign_in_scope", values::SCOPE, values::scope);
    let token = reader.read("sign_in_token", values::TOKEN, token);
    let origins = reader.list("sign_in_origins", values::HTTP_ORIGIN, values::http_origin);
    match (issuer, client_id) {
        (Some(issuer), Some(client_id)) => Some(SignIn {
            issuer,
            client_id,
            scope: scope.unwrap_or_else(|| "openid".to_owned()),
            token: token.unwrap_or_default(),
            origins,
        }),
        (Some(_), None) if readable => without(reader, CLIENT_ID, ISSUER),
        (None, Some(_)) if readable => without(reader, ISSUER, CLIENT_ID),
        (Some(_) | None, None) | (None, Some(_)) => None,
    }
}

fn text(
    reader: &mut Reader<'_>,
    key: &'static str,
    expected: &str,
    parse: impl FnOnce(&str) -> Option<String>,
) -> Option<String> {
    reader.read(key, expected, |raw| parse(raw.text()?).ok_or(Wrong::Malformed))
}

fn token(raw: &Raw) -> Result<SignInToken, Wrong> {
    match raw.text()? {
        "access" => Ok(SignInToken::Access),
        "id" => Ok(SignInToken::Id),
        _ => Err(Wrong::Malformed),
    }
}

fn without(reader: &mut Reader<'_>, missing: &str, given: &str) -> Option<SignIn> {
    reader.problem(missing, &format!("is not set, but {given} is"), "both of them, or none");
    None
}
