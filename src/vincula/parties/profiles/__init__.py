"""Systems whose files this room understands: ROR, the list of university domains, visiting cards."""


def register() -> None:
    """Make the profiles known to the import."""
    from django.utils.translation import gettext_lazy as _

    from vincula.kernel.exchange import export, profile
    from vincula.parties.profiles import cards
    from vincula.parties.profiles.ror import RorProfile
    from vincula.parties.profiles.universities import UniversitiesProfile
    from vincula.parties.profiles.vcard import VcardProfile

    every: list[profile.Profile] = [RorProfile(), UniversitiesProfile(), VcardProfile()]
    for known in every:
        profile.register(known)
    export.register(
        "parties.person",
        export.Writer("vcard", _("Visiting cards (vCard)"), "text/vcard; charset=utf-8", "vcf", cards.write),
    )
