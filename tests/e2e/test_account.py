"""One's own account: a second factor, a passkey, leaving."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

PASSWORD = "une phrase facile à retenir"


def sign_up(site, visit):
    """A window in which somebody has just signed in, password and all."""
    person, _cookie = site.someone()

    def choose():
        person.set_password(PASSWORD)
        person.password = _as_the_demo_hashes(PASSWORD)
        person.save()

    site.find(choose)
    page = visit()
    page.goto("/compte/login/")
    page.locator("[name=login]").fill(person.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url("**/mon-espace/")
    return person, page


def goto_proved(page, path):
    """Open ``path``; what touches the keys of the account asks for the password again."""
    page.goto(path)
    page.wait_for_url("**/compte/reauthenticate/**")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url(f"**{path}")


def _as_the_demo_hashes(password):
    from django.contrib.auth.hashers import (
        Argon2PasswordHasher,  # not that of the tests
    )

    hasher = Argon2PasswordHasher()
    return hasher.encode(password, hasher.salt())


def test_person_activates_an_authenticator_app(site, visit):
    _person, page = sign_up(site, visit)

    goto_proved(page, "/compte/2fa/totp/activate/")
    expect(page.locator(".qr svg")).to_be_visible()
    secret = page.locator("b.secret").inner_text().replace(" ", "")
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    page.locator("[name=code]").fill(code)
    page.locator("main form [type=submit]").first.click()

    page.wait_for_url("**/compte/2fa/recovery-codes/**")
    page.goto("/compte/2fa/")
    expect(page.locator("main")).to_contain_text("Codes de secours")


def test_person_signs_in_with_a_passkey(site, visit):
    _person, page = sign_up(site, visit)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )

    goto_proved(page, "/compte/2fa/webauthn/add/")
    page.locator("[name=name]").fill("Mon téléphone")
    page.locator("[name=passwordless]").check()
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto("/compte/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("Mon téléphone")
    page.context.clear_cookies()

    page.goto("/compte/login/")
    page.locator("form[data-passkey=get] [type=submit]").click()
    page.wait_for_url("**/mon-espace/")


def test_person_erases_their_account(site, visit):
    person, page = sign_up(site, visit)

    page.goto("/mon-espace/donnees/")
    link = page.locator('a[href="/mon-espace/donnees/effacement/"]').first
    goto_proved(page, link.get_attribute("href"))
    page.locator("[name=understood]").check()
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url(lambda url: "effacement" not in url)

    page.goto("/mon-espace/")
    page.wait_for_url("**/compte/login/**")

    def reload():
        person.refresh_from_db()
        return person.email, person.full_name

    address, name = site.find(reload)
    assert address is None
    assert "Prénom" not in name
