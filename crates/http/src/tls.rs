//! Which certificates are trusted.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use crate::SetupError;

/// Trusts what the machine trusts, and certificates in PEM besides; speaks one protocol over the connection.
pub(crate) fn connector(more: &[Vec<u8>], protocol: &[u8]) -> Result<TlsConnector, SetupError> {
    let mut roots = RootCertStore::empty();
    // Where the machine has none that can be read, a server's certificate is refused, which says it.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for pem in more {
        add(&mut roots, pem)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SetupError::new(format!("TLS cannot be set up: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

fn add(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), SetupError> {
    let refuse = |reason: String| {
        SetupError::new(format!("the certificates to trust cannot be used: {reason}; expected them in PEM"))
    };
    let mut count = 0;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| refuse(error.to_string()))?;
        roots.add(certificate).map_err(|error| refuse(error.to_string()))?;
        count += 1;
    }
    if count == 0 { Err(refuse("there is none among them".to_owned())) } else { Ok(()) }
}
