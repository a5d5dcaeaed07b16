"""Files of records. The bytes are in the private storage under a random name."""

import secrets
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from vincula.kernel import clock
from vincula.kernel.files.sniffing import INLINE


def random_path() -> str:
    """Where new bytes go: nobody can guess it, and it says nothing of the file."""
    token = secrets.token_hex(20)
    return f"stored/{token[:2]}/{token}"


class StoredFile(models.Model):
    """One file of one record, or of nobody yet while a form is being filled in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    path = models.CharField(_("place"), max_length=100, unique=True, default=random_path, editable=False)
    name = models.CharField(_("name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size"))
    content_type = models.CharField(_("type"), max_length=150)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("uploaded"), default=clock.now)
    entity = models.CharField(_("entity"), max_length=100, blank=True)
    object_id = models.BigIntegerField(_("record"), null=True)
    private = models.BooleanField(
        _("only for whoever made it"),
        default=False,
        help_text=_("It tells what that person may see; others may see less."),
    )

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes: ClassVar = [models.Index(fields=["entity", "object_id", "-at"], name="files_storedfile_of_record")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="files_storedfile_not_empty"),
            models.CheckConstraint(
                condition=models.Q(entity="", object_id=None)
                | (~models.Q(entity="") & models.Q(object_id__isnull=False)),
                name="files_storedfile_of_a_record_or_of_none",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shown_inline(self) -> bool:
        """Whether a browser may show it; everything else is saved."""
        return self.content_type in INLINE
