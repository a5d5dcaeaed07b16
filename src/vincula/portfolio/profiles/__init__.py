"""Systems whose files this room understands: services of the EOSC marketplace."""


def register() -> None:
    """Make the profile known to the import."""
    from vincula.kernel.exchange import profile
    from vincula.portfolio.profiles.eosc import EoscProfile

    profile.register(EoscProfile())
