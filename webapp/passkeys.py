"""通行密钥 (WebAuthn): what a browser is asked, what its answer is worth; webauthn lives here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from webapp.domain.refusal import Refusal

NEEDED = UserVerificationRequirement.REQUIRED  # a finger, a face or the device's PIN each time


@dataclass(frozen=True)
class Site:
    """As the browser knows us: `host` without a port, `origin` with scheme and port."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True)
class Made:
    """`id` in base64url, `public_key` in COSE; `sign_count` of a synced key stays 0."""

    id: str
    public_key: bytes
    sign_count: int


def to_make(site: Site, person: str, name: str, known: list[str]) -> tuple[dict[str, Any], str]:
    """(options for the browser, challenge to remember). The same device makes no second one."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=person.encode(),
        user_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=NEEDED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known
        ],
    )
    return json.loads(webauthn.options_to_json(options)), bytes_to_base64url(options.challenge)


def made(site: Site, credential: str, challenge: str) -> Made:
    try:
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError) as error:
        raise Refusal("passkey_failed") from error
    return Made(
        bytes_to_base64url(found.credential_id), found.credential_public_key, found.sign_count
    )


def to_sign(site: Site) -> tuple[dict[str, Any], str]:
    """(options, challenge); no names: the browser offers the keys it has for us."""
    options = webauthn.generate_authentication_options(rp_id=site.host, user_verification=NEEDED)
    return json.loads(webauthn.options_to_json(options)), bytes_to_base64url(options.challenge)


def named(credential: str) -> str:
    """The id of the key that an answer claims to be of; "" for nonsense."""
    try:
        found = json.loads(credential)["id"]
    except (ValueError, TypeError, KeyError):
        return ""
    return found if isinstance(found, str) else ""


def signed(site: Site, credential: str, challenge: str, known: Made) -> int:
    """The key's new count of uses; refuses what it did not sign."""
    try:
        found = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError) as error:
        raise Refusal("passkey_failed") from error
    return found.new_sign_count
