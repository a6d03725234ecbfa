//! Who the sandbox is: its certificate authority and its demo credentials.
//! With a state directory they outlive a restart, so that credentials entered
//! into Carillon keep working.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use p256::elliptic_curve::rand_core::OsRng;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// Team of the demo APNs key.
pub(crate) const DEMO_TEAM: &str = "SANDBOXTEA";
/// Key id of the demo APNs key.
pub(crate) const DEMO_KEY_ID: &str = "SANDBOXKEY";
/// Firebase project of the demo account.
pub(crate) const DEMO_PROJECT: &str = "carillon-sandbox";
/// Address of the demo service account.
pub(crate) const DEMO_EMAIL: &str = "sender@carillon-sandbox.iam.gserviceaccount.com";
/// Client identifier of the demo security profile.
pub(crate) const DEMO_CLIENT: &str = "amzn1.application-oa2-client.carillonsandbox";
/// The demo Twilio account.
pub(crate) const DEMO_ACCOUNT: &str = "AC5a4db0c0000000000000000000000001";
/// Its Notify service.
pub(crate) const DEMO_SERVICE: &str = "IS5a4db0c0000000000000000000000002";

const CA_KEY_FILE: &str = "ca-key.pem";
const CA_FILE: &str = "ca.pem";
const APNS_KEY_FILE: &str = "apns-demo-key.p8";
const FCM_KEY_FILE: &str = "fcm-demo-key.pem";
const BROWSERS_FILE: &str = "browsers-secret";
const ADM_SECRET_FILE: &str = "adm-demo-secret.txt";
const TWILIO_TOKEN_FILE: &str = "twilio-demo-token.txt";

/// Why the sandbox has no identity.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// A file of the state directory cannot be read or written.
    #[error("cannot use {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A kept key cannot be read.
    #[error("{file} in the state directory is damaged ({what}); delete it to make a new one")]
    Damaged {
        /// The file.
        file: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// A key or certificate cannot be made.
    #[error("cannot make {what}: {reason}")]
    Make {
        /// What.
        what: &'static str,
        /// Why.
        reason: String,
    },
}

/// The keys of the sandbox.
pub(crate) struct Identity {
    /// The certificate authority's certificate.
    pub(crate) ca_pem: String,
    /// The demo APNs key, PKCS#8 PEM as Apple's `.p8` files are.
    pub(crate) apns_private_pem: String,
    /// Its public half.
    pub(crate) apns_public_pem: String,
    /// The demo service account's key, PKCS#8 PEM.
    pub(crate) fcm_private_pem: String,
    /// Its public half.
    pub(crate) fcm_public_pem: String,
    /// What the virtual browsers' keys are made from.
    pub(crate) browsers_secret: String,
    /// The demo security profile's client secret.
    pub(crate) adm_secret: String,
    /// The demo Twilio account's auth token.
    pub(crate) twilio_token: String,
    issuer: Issuer<'static, KeyPair>,
}

/// Without the keys.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

impl Identity {
    /// Loads the identity kept in `dir`, makes what is missing and keeps it there.
    pub(crate) fn load_or_make(dir: Option<&Path>) -> Result<Self, IdentityError> {
        let drawer = Drawer { dir };
        let ca_key_pem = drawer.keep(CA_KEY_FILE, || {
            KeyPair::generate()
                .map(|key| key.serialize_pem())
                .map_err(|error| make("the CA key", error))
        })?;
        let ca_key = KeyPair::from_pem(&ca_key_pem).map_err(|error| damaged(CA_KEY_FILE, error))?;
        // Everything in the certificate but its serial and signature follows
        // from the key, so that the kept one stays true to the loaded key.
        let ca_pem = drawer.keep(CA_FILE, || {
            ca_params()
                .self_signed(&ca_key)
                .map(|ca| ca.pem())
                .map_err(|error| make("the CA certificate", error))
        })?;
        let apns_private_pem = drawer.keep(APNS_KEY_FILE, || {
            p256::SecretKey::random(&mut OsRng)
                .to_pkcs8_pem(LineEnding::LF)
                .map(|pem| pem.to_string())
                .map_err(|error| make("the demo APNs key", error))
        })?;
        let apns_public_pem = p256::SecretKey::from_pkcs8_pem(&apns_private_pem)
            .map_err(|error| damaged(APNS_KEY_FILE, error))?
            .public_key()
            .to_public_key_pem(LineEnding::LF)
            .map_err(|error| make("the demo APNs key", error))?;
        let fcm_private_pem = drawer.keep(FCM_KEY_FILE, || {
            rsa::RsaPrivateKey::new(&mut OsRng, 2048)
                .map_err(|error| make("the demo FCM key", error))?
                .to_pkcs8_pem(LineEnding::LF)
                .map(|pem| pem.to_string())
                .map_err(|error| make("the demo FCM key", error))
        })?;
        let fcm_public_pem = rsa::RsaPrivateKey::from_pkcs8_pem(&fcm_private_pem)
            .map_err(|error| damaged(FCM_KEY_FILE, error))?
            .to_public_key()
            .to_public_key_pem(LineEnding::LF)
            .map_err(|error| make("the demo FCM key", error))?;
        let browsers_secret = drawer.keep(BROWSERS_FILE, || {
            let secret = p256::SecretKey::random(&mut OsRng);
            Ok(base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(secret.to_bytes()))
        })?;
        let adm_secret = drawer.keep(ADM_SECRET_FILE, || Ok(random_secret()))?;
        let twilio_token = drawer.keep(TWILIO_TOKEN_FILE, || Ok(random_secret()))?;
        Ok(Self {
            ca_pem,
            apns_private_pem,
            apns_public_pem,
            fcm_private_pem,
            fcm_public_pem,
            browsers_secret,
            adm_secret,
            twilio_token,
            issuer: Issuer::new(ca_params(), ca_key),
        })
    }

    /// TLS for a server that is reachable under `names` (host names and addresses).
    pub(crate) fn server_tls(
        &self,
        names: Vec<String>,
    ) -> Result<Arc<rustls::ServerConfig>, IdentityError> {
        let what = "the server certificate";
        let key = KeyPair::generate().map_err(|error| make(what, error))?;
        let mut params = CertificateParams::new(names).map_err(|error| make(what, error))?;
        params
            .distinguished_name
            .push(DnType::CommonName, "Carillon sandbox");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let certificate = params
            .signed_by(&key, &self.issuer)
            .map_err(|error| make(what, error))?;
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|tls| tls.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| make(what, error))?;
        tls.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Arc::new(tls))
    }
}

fn ca_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "Carillon sandbox CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// 32 random hexadecimal digits.
fn random_secret() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

fn make(what: &'static str, error: impl std::fmt::Display) -> IdentityError {
    IdentityError::Make {
        what,
        reason: error.to_string(),
    }
}

fn damaged(file: &'static str, error: impl std::fmt::Display) -> IdentityError {
    IdentityError::Damaged {
        file,
        what: error.to_string(),
    }
}

/// The state directory, if there is one.
struct Drawer<'a> {
    dir: Option<&'a Path>,
}

impl Drawer<'_> {
    /// The kept text, or a new one that is kept from now on.
    fn keep(
        &self,
        file: &'static str,
        make: impl FnOnce() -> Result<String, IdentityError>,
    ) -> Result<String, IdentityError> {
        let Some(dir) = self.dir else { return make() };
        let path = dir.join(file);
        match std::fs::read_to_string(&path) {
            Ok(kept) => return Ok(kept),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => return Err(IdentityError::File { path, source }),
        }
        let text = make()?;
        std::fs::create_dir_all(dir)
            .and_then(|()| write_private(&path, text.as_bytes()))
            .map_err(|source| IdentityError::File { path, source })?;
        Ok(text)
    }
}

/// Writes a file that only its owner can read, whole or not at all.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let half = path.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&half)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(half, path)
}
