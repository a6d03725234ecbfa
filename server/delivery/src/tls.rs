//! Which servers are believed: the web's own roots, and one's own besides.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::SettingsError;

/// TLS that verifies servers against Mozilla's roots and `extra_ca_pem`.
pub(crate) fn client_config(extra_ca_pem: Option<&str>) -> Result<ClientConfig, SettingsError> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if let Some(pem) = extra_ca_pem {
        let wrong = |problem: String| SettingsError::new("extra_ca_pem", problem);
        let mut added = 0;
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|error| wrong(format!("is not PEM: {error}")))?;
            roots
                .add(certificate)
                .map_err(|error| wrong(format!("holds no usable certificate: {error}")))?;
            added += 1;
        }
        if added == 0 {
            return Err(wrong(
                "holds no certificate; paste the block from BEGIN CERTIFICATE to END CERTIFICATE"
                    .to_owned(),
            ));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SettingsError::new("tls", error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
