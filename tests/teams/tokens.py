"""Keys and tokens as Microsoft makes them, and the false ones that others might."""

import base64
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from bot.teams.tokens import ISSUER
from tests.teams.activities import APP_ID, Json

HOUR = 3600.0


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """A key, the same for the same name: making one takes a while."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Signer:
    """Signs tokens with a key by its name, and tells what is published of the key."""

    name: str = "current"
    endorsements: tuple[str, ...] | None = ("msteams", "webchat")
    made: list[str] = field(default_factory=list)

    def token(self, service_url: str, **claims: Any) -> str:
        """A good token for an activity, but for the claims given; None leaves a claim out."""
        return self.sign(claims_of(service_url, **claims))

    def sign(self, claims: Json, **header: Any) -> str:
        """Signs any claims."""
        self.made.append(
            jwt.encode(claims, rsa_key(self.name), algorithm="RS256", headers={"kid": self.name, **header})
        )
        return self.made[-1]

    def jwk(self) -> Json:
        """The public key, as in a key set."""
        made: Json = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key(self.name).public_key()))
        endorsed = {} if self.endorsements is None else {"endorsements": list(self.endorsements)}
        return made | {"kid": self.name, "use": "sig"} | endorsed

    def public(self) -> bytes:
        """The public key as text, which anybody can have."""
        return (
            rsa_key(self.name)
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )


def claims_of(service_url: str, **claims: Any) -> Json:
    """What a good token claims, but for the claims given; None leaves a claim out."""
    now = int(time.time())
    good = {"iss": ISSUER, "aud": APP_ID, "serviceurl": service_url, "nbf": now - 60, "exp": now + HOUR}
    return {name: value for name, value in (good | claims).items() if value is not None}


def unsigned(claims: Json, header: Json) -> str:
    """A token with any header and no good signature."""
    return ".".join((_part(header), _part(claims), _encoded(b"signature")))


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def _part(value: Json) -> str:
    return _encoded(json.dumps(value).encode())


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
