"""The few pages that are declared public; everything else asks for sign-in.

A page of ours is marked where it is written, with the reason; a page of a library is declared by its name:

    @public_page("A load balancer asks without signing in.")
    def alive(request): ...

    declare("account_login", "One signs in here.")

``declared()`` lists both for the reference page and for the test that walks the URL map.
"""

from vincula.kernel.public.register import KEYS, Declared, declare, declared, public_page, reason_of

__all__ = ["KEYS", "Declared", "declare", "declared", "public_page", "reason_of"]
