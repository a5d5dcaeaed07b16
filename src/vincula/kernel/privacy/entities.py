"""Purposes and rules as entities: lists, forms, import, export and API come with them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from vincula.kernel.entity.declaration import Entity
from vincula.kernel.privacy.models import Purpose, RetentionRule


class PurposeEntity(Entity):
    model = Purpose
    help = _("What people may agree to: a newsletter, invitations, being named as a reference.")
    icon = "checkbox"
    list_display = ("name", "code", "active", "description")
    list_filter = ("active",)
    search_fields = ("name", "names", "description")
    fieldsets = (
        (_("What"), ("name", "code", "description", "names", "active")),
        (_("Record"), ("owner", "tags", "references")),
    )  # fmt: skip
    ordering = "name"
    natural_key = ("code",)


class RetentionRuleEntity(Entity):
    model = RetentionRule
    help = _("How long people stay here, and what happens then; every night the rules are run.")
    icon = "history"
    list_display = ("name", "criterion", "months", "action", "by_itself", "active")
    list_filter = ("action", "by_itself", "active")
    search_fields = ("name",)
    fieldsets = (
        (_("Whom"), ("name", "entity", "criterion", "months", "spare_tags")),
        (_("What happens"), ("action", "by_itself", "active")),
        (_("Record"), ("owner", "tags", "references")),
    )
    ordering = "name"
    natural_key = ("name",)

    def subtitle(self, record: Any) -> str:
        return str(record.get_action_display())
