//! The certificates that a user trusts beside the system's, or in their place: looked at before anything is sent, since the
//! TLS library would only say later that it knows nobody.

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use super::env::Process;
use super::error::CliError;
use crate::disk;

const VARIABLE: &str = "SSL_CERT_FILE";

/// All the CAs of the world take some 250 kB.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Checks the file that the environment names, if it names one.
///
/// # Errors
/// When it can't be read or has no certificate.
pub(super) fn check(process: &Process) -> Result<(), CliError> {
    let Some(name) = process.var(VARIABLE) else {
        return Ok(());
    };
    let wrong = |what: &str| {
        Err(CliError::failed(format!("{VARIABLE} {what}")).hint(format!(
            "name a PEM file in {VARIABLE} that has the certificates of your CAs (`-----BEGIN CERTIFICATE-----`), or unset it to trust the system's"
        )))
    };
    if name.contains("-----BEGIN") {
        return wrong("has a certificate or a key itself, not the path of a file");
    }
    let bytes = match disk::read(&process.cwd.join(name), MAX_BYTES) {
        Ok(bytes) => bytes,
        Err(error) => return wrong(&format!("{name} can't be read: {error}")),
    };
    let mut certificates = CertificateDer::pem_slice_iter(&bytes);
    if certificates.any(|one| one.is_ok()) {
        Ok(())
    } else {
        wrong(&format!("{name} has no certificate in PEM form"))
    }
}
