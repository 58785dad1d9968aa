"""The booth's own certificate for a second screen: made once, for one address, its key for the booth's user only."""

from __future__ import annotations

import ipaddress
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from appliance.errors import Unavailable

VALID = timedelta(days=825)
"""the longest that browsers take. Source: Apple support 103769, Chromium's certificate lifetimes"""
CERTIFICATE, KEY = "booth.crt", "booth.key"


def server_context(folder: Path, host: str, now: datetime | None = None) -> ssl.SSLContext:
    """TLS 1.2 and newer with the booth's certificate; made, or renewed in its last month, when needed.

    Raises:
        Unavailable: "web.no_certificate".
    """
    now = now or datetime.now(UTC)
    try:
        if not _is_good(folder / CERTIFICATE, host, now):
            _make(folder, host, now)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(folder / CERTIFICATE, folder / KEY)
    except (OSError, ValueError) as exc:
        raise Unavailable("web.no_certificate", f"no certificate for {host} ({type(exc).__name__})") from exc
    return context


def fingerprint(folder: Path) -> str:
    """SHA-256 of the certificate, as browsers show it."""
    certificate = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _is_good(path: Path, host: str, now: datetime) -> bool:
    if not path.is_file() or not path.with_name(KEY).is_file():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return _name(host) in names and now + timedelta(days=30) < certificate.not_valid_after_utc


def _make(folder: Path, host: str, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Kabil booth")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName([_name(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    _write(folder / KEY, key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
    _write(folder / CERTIFICATE, certificate.public_bytes(encoding))


def _write(path: Path, data: bytes) -> None:
    partial = path.with_suffix(".new")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    partial.replace(path)


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
