"""Mail out, through the outbox: sent after the commit, never twice for one key (requirement X7)."""


def send(*, to: str, subject: str, text: str, html: str | None = None, key: str) -> bool:
    """See ``outgoing.send``."""
    from vincula.kernel.mail import outgoing  # models cannot be imported while the app registry is being filled

    return outgoing.send(to=to, subject=subject, text=text, html=html, key=key)
