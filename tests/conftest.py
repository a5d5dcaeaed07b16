"""What tests of several folders are given: served installations, and a browser to look at them with."""

from tests.ground.browser import bare, chromium, demo, page

__all__ = ["bare", "chromium", "demo", "page"]
