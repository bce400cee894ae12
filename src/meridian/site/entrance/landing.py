"""Where a person lands after coming in: at the scan hub with a device in the hand, else on the first page."""

from django.http import HttpRequest

from meridian.accounts.session import actor_for
from meridian.kernel.context import in_company
from meridian.kernel.models import User
from meridian.kernel.permission import grants_of
from meridian.scanning.tasks import TASKS

HUB = "/scan"
HANDHELD = ("Android", "Mobile")
"""What the browsers of phones and PDAs call themselves."""


def landing_of(request: HttpRequest, person: User, wanted: str) -> str:
    """`wanted`, except that whoever came for the first page on a handheld and works with a scanner gets the hub."""
    browser = request.headers.get("User-Agent", "")
    if wanted != "/" or not any(word in browser for word in HANDHELD):
        return wanted
    actor = actor_for(person, request)
    with in_company(actor.company_id):
        rights = [rules.right for rules in TASKS.values()]
        grants = grants_of(actor, rights)
    return HUB if any(map(grants.allows, rights)) else wanted
