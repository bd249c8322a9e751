//! AWS behind a server with a certificate of a company's own, as an inspecting proxy shows it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use ops_aws_adapters::config::trusting;
use ops_aws_adapters::rds::AwsRds;
use ops_config::CrossAccount;
use ops_domain::observation::ObserveRequest;
use ops_domain::ports::{ObserveError, RdsControl};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::{NOTHING_DESCRIBED, config, target};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/tls").join(name)
}

/// Answers one request with an empty description, if the client takes its certificate.
fn start() -> SocketAddr {
    let chain = CertificateDer::pem_file_iter(file("server.pem"))
        .expect("it is there")
        .collect::<Result<_, _>>()
        .expect("it is PEM");
    let key = PrivateKeyDer::from_pem_file(file("server.key")).expect("it is PEM");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has them");
    let server = Arc::new(
        server.with_no_client_auth().with_single_cert(chain, key).expect("they belong together"),
    );
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for connection in listener.incoming() {
            let tls = ServerConnection::new(server.clone()).expect("the configuration is whole");
            let _refused = answer(StreamOwned::new(tls, connection.expect("it is accepted")));
        }
    });
    address
}

fn answer<S: Read + Write>(stream: S) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    stream.read_exact(&mut vec![0; length])?;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", NOTHING_DESCRIBED.len());
    stream.get_mut().write_all(format!("{head}{NOTHING_DESCRIBED}").as_bytes())?;
    stream.get_mut().flush()
}

#[tokio::test]
async fn only_certificates_of_the_bundle_are_trusted() {
    let url = format!("https://{}", start());
    let (scope, request) = (target().scope(), ObserveRequest::instance(&target().instance_id));
    let trusted =
        config(&url).to_builder().http_client(trusting(&file("authority.pem")).unwrap()).build();
    let rds = AwsRds::new(&trusted, CrossAccount::default());
    rds.observe(&scope, &request)
        .await
        .expect("the server's certificate is signed by this authority");

    let others =
        config(&url).to_builder().http_client(trusting(&file("other.pem")).unwrap()).build();
    let refused = AwsRds::new(&others, CrossAccount::default()).observe(&scope, &request).await;
    assert!(matches!(refused, Err(ObserveError::Unavailable(_))), "{refused:?}");
}

#[test]
fn a_bundle_that_has_no_readable_certificate_is_named() {
    let words = |path: &Path| format!("{:#}", trusting(path).unwrap_err());
    for name in ["server.key", "none.pem"] {
        let words = words(&file(name));
        assert!(words.contains(name) && words.contains("AWS_CA_BUNDLE"), "{words}");
    }
}
