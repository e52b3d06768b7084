//! HTTPS at the listener: one certificate with its key, taken anew when its files change, and HTTP/2 by ALPN.
//!
//! TLS 1.2 and 1.3 as rustls has them, no client certificates. Files are looked at when somebody connects, at most once in
//! [`LOOK_EVERY`]; a pair that can't be used leaves the former one in force and is said once. Whoever speaks plain HTTP here
//! is told the right address ([`PLAIN`]). Not here: where to get a certificate, and a listener beyond loopback.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::config::TlsFiles;

/// Shortest time between two looks at the files.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Most certificates of a chain.
pub const CHAIN_MAX: usize = 16;
/// Largest file of either kind, bytes.
pub const PEM_BYTES_MAX: u64 = 1 << 20;
/// First byte of every TLS connection: a record of the kind "handshake". Source: RFC 8446, section 5.1.
pub const HANDSHAKE: u8 = 0x16;
/// What is answered to plain HTTP; the browser's own words for it would be "connection reset".
pub const PLAIN: &str = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\nconnection: close\r\n\r\n\
    {\"type\":\"urn:kubechat:problem:bad-input\",\"title\":\"bad input\",\"status\":400,\"code\":\"bad-input\",\
    \"detail\":\"this host speaks HTTPS\",\"hint\":\"use https:// and the same address\",\"retryable\":false}\n";

/// The certificate in force and where it is from.
pub struct Tls {
    files: TlsFiles,
    held: Mutex<Held>,
}

struct Held {
    acceptor: TlsAcceptor,
    /// When the files were changed, as it was when they were read.
    changed: [Option<SystemTime>; 2],
    looked: Instant,
}

impl Tls {
    /// Reads the pair.
    ///
    /// # Errors
    /// Which file is not what it should be, or that they don't belong together.
    pub fn open(files: TlsFiles) -> Result<Self, String> {
        let (changed, acceptor) = (changed(&files), acceptor(&files)?);
        Ok(Self { held: Mutex::new(Held { acceptor, changed, looked: Instant::now() }), files })
    }

    /// Where the certificate is.
    pub fn certificate(&self) -> &Path {
        &self.files.cert
    }

    /// What the next connection is wrapped with.
    pub fn acceptor(&self) -> TlsAcceptor {
        self.acceptor_at(Instant::now())
    }

    fn acceptor_at(&self, now: Instant) -> TlsAcceptor {
        // What is held is replaced whole, so a panic elsewhere leaves nothing half done.
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(held.looked) >= LOOK_EVERY {
            held.looked = now;
            let changed = changed(&self.files);
            if changed != held.changed {
                held.changed = changed;
                match acceptor(&self.files) {
                    Ok(acceptor) => {
                        held.acceptor = acceptor;
                        tracing::info!(certificate = %self.files.cert.display(), "the certificate was changed and is taken");
                    }
                    Err(error) => {
                        tracing::error!(error, "the certificate was changed and can't be used; the former one is")
                    }
                }
            }
        }
        held.acceptor.clone()
    }
}

fn changed(files: &TlsFiles) -> [Option<SystemTime>; 2] {
    [&files.cert, &files.key].map(|path| std::fs::metadata(path).and_then(|found| found.modified()).ok())
}

fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, String> {
    let chain = chain(&files.cert)?;
    let of = |error: &dyn std::fmt::Display| format!("tls_key {}: {error}", files.key.display());
    let key =
        PrivateKeyDer::from_pem_slice(&bytes(&files.key).map_err(|error| of(&error))?).map_err(|error| of(&error))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| format!("{} and {}: {error}", files.cert.display(), files.key.display()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The certificates of a file, the host's own first.
///
/// # Errors
/// That it can't be read, holds none or too many.
pub fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let of = |error: &dyn std::fmt::Display| format!("tls_cert {}: {error}", path.display());
    let bytes = bytes(path).map_err(|error| of(&error))?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).take(CHAIN_MAX + 1).collect();
    match chain.map_err(|error| of(&error))? {
        none if none.is_empty() => Err(of(&"there is no certificate in it")),
        chain if chain.len() > CHAIN_MAX => Err(of(&format!("more than CHAIN_MAX = {CHAIN_MAX} certificates"))),
        chain => Ok(chain),
    }
}

fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    if std::fs::metadata(path)?.len() > PEM_BYTES_MAX {
        return Err(std::io::Error::other(format!("larger than PEM_BYTES_MAX = {PEM_BYTES_MAX} bytes")));
    }
    std::fs::read(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_that_changed_is_taken_at_the_next_look_and_a_broken_one_leaves_the_former() {
        let folder = std::env::temp_dir().join(format!("kubechat-tls-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let files = TlsFiles { cert: folder.join("cert.pem"), key: folder.join("key.pem") };
        let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("../egress/tests/egress/certificates");
        let put = |name: &str| {
            std::fs::copy(made.join(format!("{name}-key.pem")), &files.key).unwrap();
            std::fs::copy(made.join(format!("{name}.pem")), &files.cert).unwrap();
        };
        put("model");
        let tls = Tls::open(files.clone()).unwrap();
        let (begun, same) = (Instant::now(), |a: &TlsAcceptor, b: &TlsAcceptor| Arc::ptr_eq(a.config(), b.config()));
        let first = tls.acceptor_at(begun);
        put("other");
        assert!(same(&first, &tls.acceptor_at(begun)), "not looked at yet");
        let second = tls.acceptor_at(begun + 2 * LOOK_EVERY);
        assert!(!same(&first, &second));
        std::fs::write(&files.cert, "nothing").unwrap();
        assert!(same(&second, &tls.acceptor_at(begun + 4 * LOOK_EVERY)));
        put("model");
        assert!(!same(&second, &tls.acceptor_at(begun + 6 * LOOK_EVERY)));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
