//! A service over HTTP.

use ops_client::{BearerToken, HttpTransport};

use crate::cli::Auth;
use crate::connect::profiles::Profile;
use crate::connect::token::TokenCommand;
use crate::error::StartError;

/// The way to the service of the profile.
pub(super) async fn transport(profile: &Profile) -> Result<HttpTransport, StartError> {
    let transport = HttpTransport::new(&profile.url).map_err(StartError::Url)?;
    match auth(profile, &transport) {
        Auth::None => Ok(transport),
        Auth::Token => {
            let command = profile.token_command.clone().ok_or(StartError::NoTokenCommand)?;
            Ok(transport.with_auth(BearerToken(TokenCommand::new(command))))
        }
        Auth::Iam => signed(transport, profile).await,
    }
}

/// The way that is asked for; without one that of the host. A token command is for tokens.
fn auth(profile: &Profile, transport: &HttpTransport) -> Auth {
    let is_gateway = transport.base().host().is_some_and(|host| host.contains(".execute-api."));
    match profile.auth {
        Some(auth) => auth.into(),
        None if profile.token_command.is_some() => Auth::Token,
        None if is_gateway || profile.aws_profile.is_some() => Auth::Iam,
        None => Auth::None,
    }
}

/// The transport with signatures by the credentials of the AWS configuration.
#[cfg(feature = "aws")]
async fn signed(transport: HttpTransport, profile: &Profile) -> Result<HttpTransport, StartError> {
    use ops_client::SigV4;
    let config = ops_aws_adapters::config::load_profile(profile.aws_profile.as_deref()).await?;
    let of_host = transport.base().host().and_then(SigV4::region_of_host).map(str::to_owned);
    let region = profile.aws_region.clone().or(of_host);
    let region = region.or_else(|| config.region().map(ToString::to_string));
    let region = region.ok_or(StartError::NoSigningRegion)?;
    let credentials = config.credentials_provider().ok_or(StartError::NoCredentials)?;
    Ok(transport.with_auth(SigV4::new(credentials, region)))
}

#[cfg(not(feature = "aws"))]
async fn signed(
    _transport: HttpTransport,
    _profile: &Profile,
) -> Result<HttpTransport, StartError> {
    std::future::ready(Err(StartError::WithoutAws)).await
}
