"""Pages of posts: which there are, and what each may do, right by right."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from meridian.accounts.documents import AccessChangeDocument
from meridian.accounts.known_rights import known_rights
from meridian.accounts.people import Person, Post, holders
from meridian.accounts.vocabulary import RIGHT_KINDS, AccessChangeKind
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import (
    Action,
    Badge,
    Cell,
    Column,
    Crumb,
    DocumentPage,
    Fact,
    LineGrid,
    ListPage,
    Row,
    Section,
)
from meridian.platform.screens.views import shown
from meridian.site.codes import as_code
from meridian.site.people.forms import Asked
from meridian.site.people.pages import answer_change, require_reader, state_of
from meridian.site.post_names import listed, persons, posts

LIST_URL = "/roles/"


@for_reader
@require_safe
def role_list(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Every post: who holds it, how many rights it has, what excludes it."""
    require_reader(reader)
    found, held = posts(), holders(persons())
    names = {post.code: post.name for post in found}
    rows = tuple(
        Row(key=post.code, url=f"{LIST_URL}{post.code}/", cells=(
            Cell(kind="link", value=post.name, url=f"{LIST_URL}{post.code}/", note=as_code(post.code), strong=True),
            Cell(value=listed(person.name for person in held.get(post.code, ()))),
            Cell(kind="number", value=len(post.rights)),
            Cell(value=listed(names.get(code, code) for code in post.excludes)),
        ))
        for post in found
    )  # fmt: skip
    page = ListPage(
        title=_("岗位与权限"),
        url=LIST_URL,
        columns=(
            Column(name="name", label=_("岗位"), phone="title"),
            Column(name="holders", label=_("在岗人员"), phone="sub", width="wide"),
            Column(name="rights", label=_("权限数"), kind="number", phone="status"),
            Column(name="excludes", label=_("不得兼任"), phone="fact", width="wide"),
        ),
        rows=rows,
        total_count=len(rows),
        count_unit=_("个"),
    )
    return shown(request, reader, "list.html", page)


def find_post(code: str) -> tuple[Post, Sequence[Post]]:
    """A post of the company and all of them; raises Http404 for an unknown one."""
    found = posts()
    post = next((each for each in found if each.code == code), None)
    if post is None:
        raise Http404("no such post")
    return post, found


@for_reader
@require_safe
def role_page(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """One post: its rights by object, and who holds it."""
    require_reader(reader)
    post, found = find_post(code)
    names = {each.code: each.name for each in found}
    held = holders(persons()).get(code, ())
    url, current = f"{LIST_URL}{code}/", request.GET.get("section", "rights")
    grid, people_grid = _matrix(post), _holders(held)
    page = DocumentPage(
        type_label=_("岗位"),
        number=post.name,
        url=url,
        status=Badge(label=_("在岗 %(n)s 人") % {"n": len(held)}, tone="ok" if held else "neutral"),
        crumbs=(Crumb(label=_("岗位与权限"), url=LIST_URL), Crumb(label=post.name)),
        secondary=tuple(_actions(reader, code, url)),
        facts=(
            Fact(label=_("代码"), value=as_code(post.code)),
            Fact(label=_("不得兼任"), value=listed(names.get(each, each) for each in post.excludes)),
        ),
        sections=(
            Section(name="rights", label=_("权限"), url=url, is_current=current != "people", count=len(post.rights),
                    lines=grid if current != "people" else None),
            Section(name="people", label=_("在岗人员"), url=f"{url}?section=people", is_current=current == "people",
                    count=len(held), lines=people_grid if current == "people" else None),
        ),
    )  # fmt: skip
    return shown(request, reader, "document.html", page)


def _actions(reader: Reader, code: str, url: str) -> list[Action]:
    """Changes of the post's rights; nobody asks for changes of a post of his own."""
    if not reader.may_draft(AccessChangeDocument) or code in reader.grants.roles:
        return []
    kinds = (AccessChangeKind.GRANT_RIGHT, AccessChangeKind.WITHDRAW_RIGHT)
    return [Action(name=k.value, label=k.label, url=f"{url}change/{k.value}", method="get") for k in kinds]


def _matrix(post: Post) -> LineGrid:
    """Objects down, acts across: what the post may do is ticked, what it may not is named too."""
    by_subject: dict[str, list[tuple[str, bool]]] = {}
    for right in known_rights().values():
        by_subject.setdefault(str(right.subject), []).append((str(right.act) or _("查看"), right.code in post.rights))
    columns = (
        Column(name="subject", label=_("对象"), phone="title"),
        Column(name="may", label=_("可以"), phone="sub", width="wide"),
        Column(name="may_not", label=_("不可以"), phone="fact", width="wide"),
    )
    rows = tuple(
        Row(key=subject, cells=(
            Cell(value=subject, strong=True),
            Cell(value=listed(act for act, has in acts if has), tone="ok"),
            Cell(value=listed(act for act, has in acts if not has)),
        ))
        for subject, acts in sorted(by_subject.items(), key=lambda each: not any(has for _act, has in each[1]))
    )  # fmt: skip
    return LineGrid(columns=columns, rows=rows)


def _holders(held: Sequence[Person]) -> LineGrid:
    columns = (
        Column(name="name", label=_("姓名"), phone="title"),
        Column(name="state", label=_("状态"), kind="badge", phone="status"),
        Column(name="signed", label=_("上次登录"), kind="datetime"),
    )
    rows = tuple(
        Row(key=str(person.id), cells=(
            Cell(kind="link", value=person.name, url=f"/people/{person.id}/", note=person.username),
            Cell(kind="badge", badge=state_of(person)), Cell(kind="datetime", value=person.last_sign_in),
        ))
        for person in held
    )  # fmt: skip
    return LineGrid(columns=columns, rows=rows, empty=_("没有人在岗"))


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, reader: Reader, code: str, kind: str) -> HttpResponse:
    """Asks for one right more or less."""
    require_reader(reader)
    if kind not in RIGHT_KINDS:
        raise Http404("no such change")
    post, found = find_post(code)
    asked = Asked(AccessChangeKind(kind), None, post, found, request.POST.dict())
    return answer_change(request, reader, asked, f"{LIST_URL}{code}/")
