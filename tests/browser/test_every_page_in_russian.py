"""The same walk in Russian, in a file of its own so that it runs beside the English one."""

from typing import Any

from playwright.sync_api import Browser

from tests.browser.conftest import Site
from tests.browser.test_every_page_is_accessible import walk


def test_axe_finds_nothing_on_any_page_in_russian(demo: Site, chromium: Browser, record_property: Any) -> None:
    walk("ru", demo, chromium, record_property)
