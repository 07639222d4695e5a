"""The certificates that protect a cluster; without them, a scheduler runs anyone's programs."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dask
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from distributed import Security

from autograder.course import CourseError

_VALID = timedelta(days=365)
_SERVES, _ASKS = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
# A worker is server and client; the grader is only a client.
_ROLES = {"node": [_SERVES, _ASKS], "client": [_ASKS]}


def make_certificates(folder: Path) -> datetime:
    """Make certificates for a scheduler and its workers (``node``) and for the grader (``client``), unless they exist.

    The signing key is thrown away, so no further certificate can be made; to get new ones, delete the folder.

    Returns
    -------
    datetime
        When they expire.

    Raises
    ------
    CourseError
        If existing certificates have expired.
    """
    authority = folder / "ca.pem"
    if authority.exists():
        ends = x509.load_pem_x509_certificate(authority.read_bytes()).not_valid_after_utc
        if ends < datetime.now(UTC):
            raise CourseError(
                f"The certificates in {folder} have expired on {ends:%d %B %Y}. Delete the folder, make new ones with "
                "`autograder cluster`, and start the scheduler and the workers with them."
            )
        return ends
    folder.mkdir(mode=0o700, exist_ok=True)
    signer, name = ec.generate_private_key(ec.SECP256R1()), _name("autograder")
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    own = _certificate(name, signer, name, signer)
    own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).add_extension(usage, critical=True)
    for role, purposes in _ROLES.items():
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(_name(role), key, name, signer).add_extension(
            x509.ExtendedKeyUsage(purposes), critical=False
        )
        plain = serialization.NoEncryption()
        _write(
            folder / f"{role}-key.pem", key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        )
        _write(folder / f"{role}.pem", _signed(certificate, signer))
    _write(authority, _signed(own, signer))
    return make_certificates(folder)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: x509.Name, key: EllipticCurvePrivateKey, issuer: x509.Name, signer: EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks differ
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )


def _signed(certificate: x509.CertificateBuilder, signer: EllipticCurvePrivateKey) -> bytes:
    return certificate.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def security(folder: Path) -> Security:
    """Credentials for a scheduler: the certificates in `folder`, or those in Dask's own configuration.

    Raises
    ------
    CourseError
        If there are neither.
    """
    if (folder / "ca.pem").exists():
        return Security(
            require_encryption=True,
            tls_ca_file=str(folder / "ca.pem"),
            tls_client_cert=str(folder / "client.pem"),
            tls_client_key=str(folder / "client-key.pem"),
        )
    if dask.config.get("distributed.comm.tls.client.cert", None):
        return Security(require_encryption=True)
    raise CourseError(
        f"There are no certificates in {folder}, nor does Dask's configuration name any. Put there what `autograder cluster` "
        "made for the scheduler: ca.pem, client.pem and client-key.pem."
    )
