"""The demonstration's post office: each letter is a file in var/mail, named by its Message-ID."""

import hashlib
import os

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    """Writing the same letter twice gives one file: sending is idempotent, as with a mail system that knows the id."""

    def send_messages(self, letters):
        settings.MAIL_DIR.mkdir(parents=True, exist_ok=True)
        for letter in letters:
            text = letter.message()
            name = hashlib.sha256(str(text["Message-ID"]).encode()).hexdigest()[:32]
            partial = settings.MAIL_DIR / f"{name}.{os.getpid()}.part"
            partial.write_bytes(text.as_bytes())
            partial.replace(settings.MAIL_DIR / f"{name}.eml")
        return len(letters)
