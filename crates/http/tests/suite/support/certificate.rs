//! Certificates, good and bad.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

/// What a server shows, and in PEM what a client has to trust for it.
pub(crate) struct Shown {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) pem: String,
}

/// A certificate for a host that signs itself.
pub(crate) fn valid_for(host: &str) -> Shown {
    shown(CertificateParams::new([host.to_owned()]).unwrap())
}

/// One that was good once.
pub(crate) fn expired() -> Shown {
    let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    params.not_before = date_time_ymd(2001, 1, 1);
    params.not_after = date_time_ymd(2002, 1, 1);
    shown(params)
}

fn shown(params: CertificateParams) -> Shown {
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    Shown { acceptor: TlsAcceptor::from(Arc::new(config)), pem: certificate.pem() }
}
