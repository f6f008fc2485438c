"""Personal fields: identity numbers, phones, account numbers. Encrypted in the database, masked wherever they are shown.

Two kinds of field: `EncryptedField` keeps the value (Fernet: AES-128-CBC with HMAC, a new text at every writing) and
`DigestField` beside it a keyed digest (HMAC-SHA256), by which equal values are found without reading any. Keys come from
settings.PERSONAL_DATA_KEYS, the newest first; the older ones still read, and `manage.py rotate_personal_keys` writes
everything anew. See docs/decisions/0044.
"""

import base64
import hashlib
import hmac
from functools import cache

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact
from django.db.models.query_utils import DeferredAttribute

# kind → how many characters stay at the beginning and at the end
SHOWN = {"id": (3, 4), "phone": (3, 4), "account": (0, 4), "name": (1, 0)}


class WrongKey(Exception):
    """What stands in the database was written under another key: nothing may go on as if it were empty."""


# --- keys --------------------------------------------------------------------------------------------------------------
@cache
def _derived(key: str, purpose: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt=None, info=f"portal {purpose}".encode()).derive(key.encode())


def _cipher(keys):
    """MultiFernet. Imported here: 6 MB, only of the process that reads or writes a personal field."""
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key, "personal fields"))) for key in keys])


def encrypted(text: str) -> str:
    return _cipher(settings.PERSONAL_DATA_KEYS).encrypt(text.encode()).decode()


def decrypted(token: str) -> str:
    """Raises WrongKey: a wrong key must be loud, an empty answer would look like a person without a number."""
    from cryptography.fernet import InvalidToken

    try:
        return _cipher(settings.PERSONAL_DATA_KEYS).decrypt(token.encode()).decode()
    except InvalidToken:
        words = "个人信息无法解密：PERSONAL_DATA_KEY 与写入时的密钥不同（personal fields: wrong key）"
        raise WrongKey(words) from None


def digest_of(value, key=None) -> str:
    """The keyed digest of a value, under the newest key; nothing for nothing. The same value gives the same digest."""
    text = plain(value)
    if not text:
        return ""
    key = key or settings.PERSONAL_DATA_KEYS[0]
    return hmac.new(_derived(key, "personal digests"), text.encode(), hashlib.sha256).hexdigest()


def digests_of(value) -> list[str]:
    """Under every key in use: what a search asks for, also while the keys are being changed."""
    return [digest_of(value, key) for key in settings.PERSONAL_DATA_KEYS] if plain(value) else []


# --- values ------------------------------------------------------------------------------------------------------------
def masked(value, kind="id") -> str:
    """身份证号 411***********1234, 手机号 138****5678, 账号 ************4321; too short to hide anything: stars only."""
    text = plain(value)
    first, last = SHOWN[kind]
    if len(text) <= first + last:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + (text[-last:] if last else "")


def plain(value) -> str:
    return value.plain if isinstance(value, Secret) else str(value or "")


class Secret:
    """A personal value that shows itself masked, in pages, workbooks and logs alike; `.plain` is asked for on purpose."""

    __slots__ = ("kind", "plain")

    def __init__(self, plain, kind):
        self.plain, self.kind = plain, kind

    def __str__(self):
        return masked(self.plain, self.kind)

    def __repr__(self):
        return f"<{self.kind} {self}>"

    def __bool__(self):
        return bool(self.plain)

    def __eq__(self, other):
        return self.plain == plain(other)

    def __hash__(self):
        return hash(self.plain)


class SecretAttribute(DeferredAttribute):
    """Whatever is written to the attribute is a Secret from then on, also before it is saved."""

    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = self.field.to_python(value)


# --- fields ------------------------------------------------------------------------------------------------------------
class EncryptedField(models.TextField):
    """A text that the database keeps encrypted. `kind` says how it is masked: id, phone, account or name.

    It cannot be searched (every writing gives another text): put a DigestField beside it. A form shows it empty, and an
    empty answer keeps what is there.
    """

    descriptor_class = SecretAttribute

    def __init__(self, *args, kind="id", **kwargs):
        self.kind = kind
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"kind": self.kind}

    def to_python(self, value):
        return value if isinstance(value, Secret) else Secret(str(value or ""), self.kind)

    def from_db_value(self, value, expression, connection):
        return Secret(decrypted(value) if value else "", self.kind)

    def get_prep_value(self, value):
        text = plain(value)
        return encrypted(text) if text else ""

    def get_lookup(self, lookup_name):
        if lookup_name == "exact":
            return IsBlank
        raise FieldError(f"{self.name} is encrypted and cannot be searched; ask its DigestField")

    def value_from_object(self, obj):
        return ""

    def save_form_data(self, instance, data):
        if data:
            setattr(instance, self.attname, data)

    def get_default(self):
        return Secret("", self.kind)


class IsBlank(Exact):
    """The only question that an encrypted field answers to the database: is nothing there?"""

    def get_prep_lookup(self):
        if plain(self.rhs):
            raise FieldError("an encrypted field cannot be searched; ask its DigestField")
        return ""


class DigestField(models.CharField):
    """The keyed digest of the encrypted field named by `of`, written whenever the row is."""

    def __init__(self, *args, of="", **kwargs):
        self.of = of
        kwargs |= {"max_length": 64, "blank": True, "editable": False, "default": ""}
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for implied in ("max_length", "blank", "editable", "default"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs | {"of": self.of}

    def pre_save(self, instance, add):
        digest = digest_of(getattr(instance, self.of))
        setattr(instance, self.attname, digest)
        return digest


# --- keeping -----------------------------------------------------------------------------------------------------------
def personal_fields(model) -> list[str]:
    """Names of the encrypted fields of a model and of their digests."""
    return [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedField | DigestField)]


def write_anew() -> int:
    """Write every personal field under the newest key. Returns the number of rows; may be broken off and repeated."""
    rows = 0
    for model in apps.get_models():
        if names := personal_fields(model):
            for record in model._base_manager.iterator(chunk_size=500):
                record.save(update_fields=names)
                rows += 1
    return rows
