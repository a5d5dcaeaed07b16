"""What tests of several folders are given: served installations, a browser to look at them with, a second process."""

from tests.ground.browser import bare, chromium, demo, page
from tests.ground.forks import forks

__all__ = ["bare", "chromium", "demo", "forks", "page"]
