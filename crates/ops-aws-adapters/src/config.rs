//! The configuration of the AWS SDK.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use thiserror::Error;

/// The variable that names a file with certificates to trust instead of the machine's own, as the
/// AWS CLI has it ("AWS CLI environment variables"). The SDK for Rust does not read it.
const CA_BUNDLE: &str = "AWS_CA_BUNDLE";

/// The file of `AWS_CA_BUNDLE` can't be used.
#[derive(Debug, Error)]
#[error(
    "{CA_BUNDLE} names {}, which is to have certificates in PEM and can't be used; correct it, or \
     unset {CA_BUNDLE}",
    path.display()
)]
pub struct CaBundleError {
    path: PathBuf,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// The configuration of the environment and of AWS's own files. AWS is trusted by the certificates
/// of the file that `AWS_CA_BUNDLE` names, if it names one.
///
/// # Errors
/// [`CaBundleError`] for a file without certificates, or with one that can't be read.
pub async fn load() -> Result<SdkConfig, CaBundleError> {
    load_profile(None).await
}

/// As [`load`], with the settings of this profile of AWS's own files instead of those of
/// `AWS_PROFILE`.
///
/// # Errors
/// As [`load`].
pub async fn load_profile(profile: Option<&str>) -> Result<SdkConfig, CaBundleError> {
    let loader = aws_config::defaults(BehaviorVersion::latest());
    let loader = match profile {
        Some(profile) => loader.profile_name(profile),
        None => loader,
    };
    let bundle = env::var_os(CA_BUNDLE).filter(|path: &OsString| !path.is_empty());
    let loader = match bundle {
        Some(path) => loader.http_client(trusting(Path::new(&path))?),
        None => loader,
    };
    Ok(loader.load().await)
}

/// A client that trusts whom the certificates of the file at `path` sign for, and nobody else.
///
/// # Errors
/// As [`load`].
pub fn trusting(path: &Path) -> Result<SharedHttpClient, CaBundleError> {
    client(path).map_err(|source| CaBundleError { path: path.to_owned(), source })
}

/// The client takes for granted that the certificates can be read, so this is tried before.
fn client(path: &Path) -> Result<SharedHttpClient, Box<dyn std::error::Error + Send + Sync>> {
    let pem = std::fs::read(path)?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        roots.add(certificate?)?;
    }
    if roots.is_empty() {
        return Err("it has no certificates".into());
    }
    let context = TlsContext::builder()
        .with_trust_store(TrustStore::empty().with_pem_certificate(pem))
        .build()?;
    let provider = Provider::Rustls(CryptoMode::AwsLc);
    Ok(Builder::new().tls_provider(provider).tls_context(context).build_https())
}
