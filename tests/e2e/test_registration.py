"""A visitor becomes a registered professional; so do those without a mouse or a script."""

import re

from playwright.sync_api import expect

CYCLE = "produire-et-diffuser-entre-pairs"
GROUP = "mediation-les-sujets-qui-grattent"
CODE = re.compile(r"\n\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)\s*\n")


def code_in_mailbox(page, address):
    """The code of the newest message to ``address``, once it has arrived."""
    page.goto(f"/demo/courrier/?a={address}")
    while not page.locator("article.mail").count():
        page.wait_for_timeout(300)
        page.reload()
    text = page.locator("article.mail .mail__text").first.inner_text()
    return CODE.search(f"{text}\n")[1]


def test_visitor_signs_up_and_registers_for_a_cycle(visit):
    page = visit()

    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="Activités").click()
    page.locator(f'a[href="/activites/{CYCLE}/"]').first.click()
    page.locator(f'a[href="/activites/{CYCLE}/inscription/"]').first.click()
    page.locator('main a[href^="/compte/signup/"]').first.click()
    page.locator("[name=given_name]").fill("Awa")
    page.locator("[name=family_name]").fill("Diallo")
    page.locator("[name=email]").fill("awa.diallo@compagnie.example")
    page.locator("[name=password1]").fill("une phrase facile à retenir")
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url("**/compte/confirm-email/**")

    mailbox = page.context.new_page()
    code = code_in_mailbox(mailbox, "awa.diallo@compagnie.example")
    page.locator("[name=code]").fill(code)
    page.locator("main form [type=submit]").first.click()
    # Signing up led away from the cycle and leads back to it.
    page.wait_for_url(f"**/activites/{CYCLE}/inscription/")
    page.locator("main form [type=submit]").click()
    page.wait_for_url("**/mon-espace/inscriptions/**")
    # A closed group: one sees who is in it, and signs its charter.
    expect(page.locator("main")).to_contain_text("charte à signer")
    page.locator('main a[href$="/charte/"]').first.click()
    expect(page.locator("#groupe")).to_be_visible()
    page.locator("[name=read]").check()
    page.locator("[name=typed_name]").fill("Awa Diallo")
    page.get_by_role("button", name="Signer et confirmer ma place").click()
    expect(page.locator("main")).to_contain_text("Confirmée")

    page.goto("/mon-espace/")
    expect(page.locator("main")).to_contain_text("Produire et diffuser")
    newest = mailbox.locator("article.mail h2").first
    mailbox.goto("/demo/courrier/?a=awa.diallo@compagnie.example")
    while "Inscription" not in newest.inner_text():
        mailbox.wait_for_timeout(300)
        mailbox.reload()


def test_professional_registers_with_the_keyboard_alone(site, visit):
    _person, cookie = site.someone()
    page = visit(cookie)

    page.goto(f"/activites/{GROUP}/")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    tab_to(page, f'a[href="/activites/{GROUP}/inscription/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/inscription/")
    tab_to(page, "main form [type=submit]")
    page.keyboard.press("Enter")

    page.wait_for_url("**/mon-espace/inscriptions/**")
    expect(page.locator("main")).to_contain_text("Confirmée")


def tab_to(page, selector):
    """Press Tab until the element has the focus, and its ring is seen."""
    for _ in range(60):
        if page.locator(selector).first.evaluate("e => e === document.activeElement"):
            ring = page.evaluate(
                "getComputedStyle(document.activeElement).outlineStyle"
            )
            assert ring != "none", f"{selector} shows no focus"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector}")


def test_professional_registers_without_javascript(site, visit):
    _person, cookie = site.someone()
    page = visit(cookie, java_script_enabled=False)

    page.goto("/activites/")
    page.locator(f'a[href="/activites/{GROUP}/"]').first.click()
    page.locator(f'a[href="/activites/{GROUP}/inscription/"]').first.click()
    page.locator("main form [type=submit]").click()

    page.wait_for_url("**/mon-espace/inscriptions/**")
    expect(page.locator("main")).to_contain_text("Confirmée")
