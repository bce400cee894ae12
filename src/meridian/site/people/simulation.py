"""The page that shows, before anything is granted, what a person could then do alone. It writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from meridian.accounts.documents import AccessChangeDocument
from meridian.accounts.known_rights import known_rights
from meridian.accounts.models import AccessChange
from meridian.accounts.people import Person, Post, holders
from meridian.accounts.scopes import scope_names
from meridian.accounts.simulation import Seat
from meridian.accounts.vocabulary import RIGHT_KINDS, AccessChangeKind, ScopeKind
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Action, Chip, Crumb, EditField, LineGrid, Note, Option
from meridian.platform.screens.views import shown
from meridian.site.people.forms import scope_options
from meridian.site.people.pages import find_person, require_reader
from meridian.site.people.roles import find_post
from meridian.site.people.simulated import (
    Company,
    Outcome,
    alone,
    company_of,
    compare,
    seat_from,
    seat_key,
    seats_of,
    with_right,
)
from meridian.site.people.simulation_tables import affected_grid, conflict_grid, run_grid
from meridian.site.post_names import persons, posts

URL = "/people/simulate"
MOST = 40
"""Changes tried at once; more are not read."""


@dataclass(frozen=True)
class SimulationPage:
    """`people/simulation.html`: the form, and what comes of it once a person or post is chosen."""

    title: str
    url: str
    crumbs: tuple[Crumb, ...]
    fields: tuple[EditField, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    chips: tuple[Chip, ...] = ()
    verdict: Note | None = None
    tables: tuple[tuple[str, LineGrid], ...] = ()


@for_reader
@require_safe
def simulate(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Choose a person or a post, add or take, and see what one person could do alone, beside today."""
    require_reader(reader)
    everyone = posts()
    if request.GET.get("person"):
        page = _person_page(request.GET, everyone)
    elif request.GET.get("post"):
        page = _post_page(request.GET, everyone)
    else:
        page = _choice(everyone)
    return shown(request, reader, "people/simulation.html", page)


def offers(declared: AnyDocumentType, document: Any, reader: Reader) -> Sequence[Action]:
    """What the page of a change of access offers: the simulation of exactly this change."""
    if declared is not AccessChangeDocument or not reader.may_read(declared):
        return ()
    return (Action(name="simulate", label=_("职责模拟"), url=url_of(document), method="get", icon="users"),)


def url_of(change: AccessChange) -> str:
    """The simulation of a change of access; the reader's person is found by sign-in name."""
    kind, values = AccessChangeKind(change.kind), {"username": change.username}
    name = "take" if kind in (AccessChangeKind.REVOKE_ROLE, AccessChangeKind.WITHDRAW_RIGHT) else "add"
    if kind in RIGHT_KINDS:
        values = {"post": change.role_code, name: change.permission}
    elif change.role_code:
        values[name] = seat_key(Seat(change.role_code, change.scope_kind, change.scope_id))
    if "username" in values:
        values["person"] = values.pop("username")
    return f"{URL}?{urlencode(values)}"


def _choice(everyone: Sequence[Post]) -> SimulationPage:
    people = [Option(value=str(each.id), label=each.name, note=each.username) for each in persons() if each.is_active]
    offered = [Option(value=post.code, label=post.name) for post in everyone]
    fields = (
        EditField(name="person", label=_("人员"), kind="choice", options=tuple(people)),
        EditField(name="post", label=_("或岗位"), kind="choice", options=tuple(offered)),
    )
    return SimulationPage(
        _("职责模拟"), URL, (Crumb(label=_("人员"), url="/people/"), Crumb(label=_("职责模拟"))), fields
    )


def _person_page(asked: QueryDict, everyone: Sequence[Post]) -> SimulationPage:
    person = _person(asked.get("person") or "")
    names = {post.code: post.name for post in everyone}
    add, take = _seats(asked.getlist("add"), names), _seats(asked.getlist("take"), names)
    if asked.get("role"):
        add += _seats([f"{asked['role']}|{(asked.get('scope') or 'company:').replace(':', '|', 1)}"], names)
    held = seats_of(person)
    add = [seat for seat in dict.fromkeys(add) if seat not in held]
    take = [seat for seat in dict.fromkeys(take) if seat in held]
    company = company_of(everyone)
    outcome = compare(alone(company, held), alone(company, [*(s for s in held if s not in take), *add]))
    kept = [("person", str(person.id)), *(("add", seat_key(s)) for s in add), *(("take", seat_key(s)) for s in take)]
    said = [(("add", seat_key(s)), _("增加"), seat_words(s, names)) for s in add]
    said += [(("take", seat_key(s)), _("收回"), seat_words(s, names)) for s in take]
    left = tuple(Option(value=seat_key(s), label=seat_words(s, names)) for s in held if s not in take)
    fields = (
        EditField(name="role", label=_("增加岗位"), kind="choice",
                  options=tuple(Option(value=code, label=name) for code, name in names.items())),
        EditField(name="scope", label=_("范围"), kind="choice", required=True, value="company:",
                  options=tuple(Option(value=v, label=w) for v, w in scope_options())),
        EditField(name="take", label=_("收回岗位"), kind="choice", options=left),
    )  # fmt: skip
    crumbs = (Crumb(label=_("人员"), url="/people/"), Crumb(label=person.name, url=f"/people/{person.id}/"))
    return _result(f"{person.name} · {person.username}", crumbs, fields, kept, said, outcome, names)


def _post_page(asked: QueryDict, everyone: Sequence[Post]) -> SimulationPage:
    post, _all = find_post(asked.get("post") or "")
    rights = known_rights()
    add = [r for r in dict.fromkeys(asked.getlist("add")[:MOST]) if r in rights and r not in post.rights]
    take = [r for r in dict.fromkeys(asked.getlist("take")[:MOST]) if r in post.rights]
    company = company_of(everyone)
    changed = with_right(company, post.code, add, take)
    seat = [Seat(post.code)]
    outcome = compare(alone(company, seat), alone(changed, seat))
    names = {each.code: each.name for each in everyone}
    kept = [("post", post.code), *(("add", right) for right in add), *(("take", right) for right in take)]
    said = [(("add", right), _("增加"), rights[right].words) for right in add]
    said += [(("take", right), _("收回"), rights[right].words if right in rights else right) for right in take]
    more = tuple(Option(value=r.code, label=r.words) for r in rights.values() if r.code not in {*post.rights, *add})
    less = tuple(Option(value=r.code, label=r.words) for r in rights.values() if r.code in post.rights - {*take})
    fields = (
        EditField(name="add", label=_("增加权限"), kind="choice", options=more),
        EditField(name="take", label=_("减少权限"), kind="choice", options=less),
    )
    affected = affected_grid(_affected(post, company, changed)) if add or take else None
    crumbs = (Crumb(label=_("岗位与权限"), url="/roles/"), Crumb(label=post.name, url=f"/roles/{post.code}/"))
    return _result(post.name, crumbs, fields, kept, said, outcome, names, affected)


def _affected(post: Post, company: Company, changed: Company) -> list[tuple[Person, Outcome]]:
    """Everybody in the post with what changes for them; their other posts count too."""
    found = []
    for person in holders(persons()).get(post.code, ()):
        seats = seats_of(person)
        found.append((person, compare(alone(company, seats), alone(changed, seats))))
    return found


def _result(
    title: str, crumbs: tuple[Crumb, ...], fields: tuple[EditField, ...], kept: Sequence[tuple[str, str]],
    said: Sequence[tuple[tuple[str, str], str, str]], outcome: Outcome, names: dict[str, str],
    affected: LineGrid | None = None,
) -> SimulationPage:  # fmt: skip
    chips = tuple(
        Chip(label=label, value=words, remove_url=f"{URL}?{urlencode([pair for pair in kept if pair != gone])}")
        for gone, label, words in said
    )
    tables = [
        (_("互斥岗位"), conflict_grid(outcome.conflicts, names)),
        (_("一张单据上一人可走完的步骤"), run_grid(outcome.within)),
        (_("前后单据一人可经手的步骤"), run_grid(outcome.across)),
    ]
    if affected is not None:
        tables.append((_("在岗人员的变化"), affected))
    return SimulationPage(
        title=_("职责模拟 · %(subject)s") % {"subject": title},
        url=URL,
        crumbs=(*crumbs, Crumb(label=_("职责模拟"))),
        fields=fields,
        hidden=tuple(kept),
        chips=chips,
        verdict=_verdict(outcome, bool(said)),
        tables=tuple(tables),
    )


def _verdict(outcome: Outcome, is_changed: bool) -> Note:
    if not is_changed:
        return Note(sentence=_("以下是今天的情形。增加或收回后在此比较；本页只计算，不写入任何数据。"))
    count = outcome.new_count
    if not count:
        return Note(
            sentence=_("与今天相比，没有新增的互斥岗位，也没有新增一人可办的步骤。"), tone="ok", icon="circle-check"
        )
    sentence = ngettext("与今天相比，新增 %(count)s 项一人可办或互斥的情形。",
                        "与今天相比，新增 %(count)s 项一人可办或互斥的情形。", count)  # fmt: skip
    return Note(sentence=sentence % {"count": count}, tone="bad", icon="alert-triangle")


def _person(text: str) -> Person:
    """By key or by sign-in name; raises Http404 for nobody of this company."""
    try:
        return find_person(UUID(text))
    except ValueError:
        found = next((each for each in persons() if each.username == text), None)
    if found is None:
        raise Http404("no such person")
    return found


def _seats(texts: Sequence[str], names: dict[str, str]) -> list[Seat]:
    """What the address names and the company has."""
    seats = [seat_from(text) for text in texts[:MOST]]
    known = {kind: scope_names(kind) for kind in {seat.scope_kind for seat in seats if seat and seat.scope_id}}
    return [seat for seat in seats if seat and seat.role in names
            and (seat.scope_id is None or seat.scope_id in known[seat.scope_kind])]  # fmt: skip


def seat_words(seat: Seat, names: dict[str, str]) -> str:
    """“拣货员 · 仓库 · 主仓库”."""
    words = [names.get(seat.role, seat.role), str(dict(ScopeKind.choices).get(seat.scope_kind, seat.scope_kind))]
    if seat.scope_id is not None:
        words.append(scope_names(seat.scope_kind).get(seat.scope_id, str(seat.scope_id)))
    return " · ".join(words)
