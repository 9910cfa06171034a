"""Every page in both sizes, into var/screenshots: ``python -m tests.e2e.screenshots``.

On a fresh copy of the demo, with its real servers; names say who looks at what.
"""

import os
import re
import shutil
import uuid

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agency.settings.test")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ.setdefault("PLATEAU_TEST_RUN", uuid.uuid4().hex[:8])

import django

django.setup()

from playwright.sync_api import sync_playwright  # noqa: E402 - needs the settings

from tests import world as worlds  # noqa: E402
from tests.e2e.barriers import LARGE, PHONE  # noqa: E402
from tests.e2e.conftest import CHROMIUM, QUIET, Site  # noqa: E402
from tests.e2e.pages import pages_of  # noqa: E402
from tests.house import House  # noqa: E402

TARGET = worlds.ROOT / "var" / "screenshots"
SHOWN = ("anonymous", "enrolled", "convened", "team", "direction")
SIZES = {"1440": LARGE | {"width": 1440}, "390": PHONE}


def main():
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    house = House(worlds.ready(), "screenshots")
    try:
        site = Site(house).open()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            for who in SHOWN:
                for size, viewport in SIZES.items():
                    shoot(browser, site, who, size, viewport)
            browser.close()
    finally:
        house.close()
        worlds.forget()


def shoot(browser, site, role, size, viewport):
    person, cookie = site.as_role(role)
    context = browser.new_context(viewport=viewport, base_url=site.address)
    if cookie:
        context.add_cookies([cookie])
    page = context.new_page()
    for address in site.find(lambda: pages_of(role, person)):
        page.goto(address)
        name = re.sub(r"[^\w-]+", "-", address).strip("-") or "accueil"
        path = TARGET / f"{role}-{name}-{size}.png"
        page.screenshot(path=path, full_page=True)
    context.close()


if __name__ == "__main__":
    main()
