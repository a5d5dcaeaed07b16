"""The fixtures stand in ``tests/ground/browser.py``, where the stories find them too."""

from tests.ground.browser import PASSWORD, Site

__all__ = ["PASSWORD", "Site"]
