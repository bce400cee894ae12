"""Pages of persons: the list, one person, asking for a change, the link that sets a password, unlocking."""

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meridian.accounts import credentials, locks
from meridian.accounts.documents import AccessChangeDocument
from meridian.accounts.models import AccessChange
from meridian.accounts.people import Person
from meridian.accounts.vocabulary import NEWCOMER_KINDS, RIGHT_KINDS, AccessChangeKind
from meridian.kernel.drafts import draft
from meridian.kernel.findings import Refused
from meridian.platform.screens.derive import addresses, shell
from meridian.platform.screens.derive.columns import state_badge
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import (
    Action,
    ActionPage,
    Badge,
    Cell,
    Column,
    Crumb,
    DocumentPage,
    EmptyState,
    Fact,
    LineGrid,
    ListPage,
    Row,
    Section,
    ViewTab,
)
from meridian.platform.screens.views import shown
from meridian.platform.screens.writing import gone_to, is_fragment
from meridian.site.people.forms import Asked, command_of, edit_page, scope_words
from meridian.site.post_names import listed, persons, post_name, posts

K = AccessChangeKind
LIST_URL = "/people/"
CHANGES_SHOWN = 20
VIEWS = ("", "locked", "inactive", "services")


def require_reader(reader: Reader) -> None:
    """Persons and posts are shown to those who may read changes of access; Http404 for everybody else."""
    if not reader.may_read(AccessChangeDocument):
        raise Http404("not readable")


@for_reader
@require_safe
def person_list(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Everybody who may come in, with posts, state, second factors and last sign-in."""
    require_reader(reader)
    everybody = persons()
    view = request.GET.get("view", "")
    asked = request.GET.get("q", "").strip()[:80]
    found = [person for person in everybody if _in_view(person, view) and _matches(person, asked)]
    nobody = EmptyState(kind="no_match", title=_("没有符合的人员"), sentence=_("换个视图或搜索词。"))
    page = ListPage(
        title=_("人员"),
        url=LIST_URL,
        columns=(
            Column(name="name", label=_("姓名"), phone="title"),
            Column(name="state", label=_("状态"), kind="badge", phone="status"),
            Column(name="roles", label=_("岗位"), phone="sub", width="wide"),
            Column(name="factors", label=_("第二因素"), phone="fact"),
            Column(name="signed", label=_("上次登录"), kind="datetime", phone="fact"),
        ),
        rows=tuple(_person_row(person) for person in found),
        views=_views(everybody, view),
        search=asked,
        search_hint=_("姓名 / 登录名 / 岗位"),
        query_kept=(("view", view),) if view else (),
        secondary=tuple(_newcomers(reader)),
        total_count=len(found),
        count_unit=_("人"),
        empty=None if found else nobody,
    )  # fmt: skip
    return shown(request, reader, "list.html", page)


def _in_view(person: Person, view: str) -> bool:
    return {
        "locked": bool(person.locked_from), "inactive": not person.is_active, "services": person.is_machine,
    }.get(view, True)  # fmt: skip


def _matches(person: Person, asked: str) -> bool:
    words = (person.name, person.username, *(role.role_name for role in person.live_roles))
    return not asked or any(asked.lower() in word.lower() for word in words)


def _views(everybody: Sequence[Person], current: str) -> tuple[ViewTab, ...]:
    labels = {"": _("全部"), "locked": _("登录锁定"), "inactive": _("已停用"), "services": _("服务账户")}
    return tuple(
        ViewTab(label=labels[view], url=f"{LIST_URL}?view={view}" if view else LIST_URL, is_current=view == current,
                count=sum(_in_view(person, view) for person in everybody))
        for view in VIEWS
    )  # fmt: skip


def _newcomers(reader: Reader) -> list[Action]:
    if not reader.may_draft(AccessChangeDocument):
        return []
    return [
        Action(name=kind.value, label=kind.label, url=f"{LIST_URL}new/{kind.value}", method="get", icon="plus",
               kind="primary" if kind is K.CREATE_USER else "secondary")
        for kind in (K.CREATE_SERVICE, K.CREATE_USER)
    ]  # fmt: skip


def state_of(person: Person) -> Badge:
    """How a person stands: stopped, locked, waiting for a password, in service."""
    if not person.is_active:
        return Badge(label=_("已停用"), tone="neutral")
    if person.locked_from:
        return Badge(label=_("登录锁定"), tone="bad")
    if person.is_machine:
        return Badge(label=_("服务账户"), tone="info")
    if not person.has_password:
        return Badge(label=_("待设密码"), tone="warn")
    return Badge(label=_("启用"), tone="ok")


def _factors(person: Person) -> str:
    words = {"totp": _("动态口令"), "webauthn": _("通行密钥"), "recovery_codes": _("恢复码")}
    return listed(dict.fromkeys(words.get(kind, kind) for kind in person.factors))


def _person_row(person: Person) -> Row:
    url = f"{LIST_URL}{person.id}/"
    limited = _("%(role)s（%(scope)s）")
    roles = listed(
        limited % {"role": role.role_name, "scope": scope_words(role)} if role.scope_id else role.role_name
        for role in person.live_roles
    )
    return Row(
        key=str(person.id),
        url=url,
        cells=(
            Cell(kind="link", value=person.name, url=url, note=person.username, strong=True),
            Cell(kind="badge", badge=state_of(person)),
            Cell(value=roles),
            Cell(value=_factors(person)),
            Cell(kind="datetime", value=person.last_sign_in),
        ),
    )


def find_person(user_id: UUID) -> Person:
    """A person of the company in scope; raises Http404 for any other."""
    found = persons(user_id)
    if not found:
        raise Http404("no such person")
    return found[0]


@for_reader
@require_safe
def person_page(request: HttpRequest, reader: Reader, user_id: UUID) -> HttpResponse:
    """One person: posts past and present, and the changes of access that made them."""
    require_reader(reader)
    person = find_person(user_id)
    url = f"{LIST_URL}{person.id}/"
    current = request.GET.get("section", "roles")
    changes = list(AccessChange.objects.filter(username=person.username).order_by("-pk")[:CHANGES_SHOWN])
    sections = (
        Section(name="roles", label=_("岗位"), url=url, is_current=current != "changes", count=len(person.live_roles),
                lines=_roles_grid(person) if current != "changes" else None),
        Section(name="changes", label=_("权限变更"), url=f"{url}?section=changes", is_current=current == "changes",
                count=len(changes), lines=_changes_grid(changes) if current == "changes" else None),
    )  # fmt: skip
    facts = (
        Fact(label=_("登录名"), value=person.username),
        Fact(label=_("第二因素"), value=_factors(person)),
        Fact(label=_("上次登录"), value=person.last_sign_in, kind="datetime"),
        Fact(label=_("登录锁定"), value=listed(person.locked_from), tone="bad" if person.locked_from else None),
    )
    page = DocumentPage(
        type_label=_("服务账户") if person.is_machine else _("人员"),
        number=person.name,
        url=url,
        status=state_of(person),
        crumbs=(Crumb(label=_("人员"), url=LIST_URL), Crumb(label=person.name)),
        secondary=tuple(_actions(person, reader, url)),
        facts=facts,
        sections=sections,
    )
    return shown(request, reader, "document.html", page)


def _roles_grid(person: Person) -> LineGrid:
    columns = (
        Column(name="role", label=_("岗位"), phone="title"), Column(name="scope", label=_("范围"), phone="sub"),
        Column(name="from", label=_("生效"), kind="datetime"), Column(name="until", label=_("失效"), kind="datetime"),
        Column(name="state", label=_("状态"), kind="badge", phone="status"),
    )  # fmt: skip
    live, over = Badge(label=_("在岗"), tone="ok"), Badge(label=_("不在有效期"))
    rows = tuple(
        Row(key=f"{role.role_code}{role.valid_from}", cells=(
            Cell(kind="link", value=role.role_name, url=f"/roles/{role.role_code}/"), Cell(value=scope_words(role)),
            Cell(kind="datetime", value=role.valid_from), Cell(kind="datetime", value=role.valid_until),
            Cell(kind="badge", badge=live if role.is_live else over),
        ))
        for role in person.roles
    )  # fmt: skip
    return LineGrid(columns=columns, rows=rows, empty=_("没有岗位"))


def _changes_grid(changes: Sequence[AccessChange]) -> LineGrid:
    columns = (
        Column(name="number", label=_("单号"), kind="id", phone="title"), Column(name="kind", label=_("变更")),
        Column(name="what", label=_("岗位")), Column(name="by", label=_("申请人")),
        Column(name="at", label=_("时间"), kind="datetime"),
        Column(name="state", label=_("状态"), kind="badge", phone="status"),
    )  # fmt: skip
    declared = AccessChangeDocument
    rows = tuple(
        Row(key=str(each.pk), cells=(
            Cell(kind="id", value=each.number, url=addresses.page_url(declared, each.pk)),
            Cell(value=K(each.kind).label), Cell(value=post_name(each.role_code, each.role_name)),
            Cell(value=each.created_by_name), Cell(kind="datetime", value=each.created_at),
            Cell(kind="badge", badge=state_badge(declared, each.state)),
        ))
        for each in changes
    )  # fmt: skip
    return LineGrid(columns=columns, rows=rows, empty=_("没有权限变更"))


def _actions(person: Person, reader: Reader, url: str) -> list[Action]:
    """What this reader may ask for about the person; nothing about oneself."""
    if person.id == reader.actor.user_id:
        return []
    actions: list[Action] = []
    if reader.may_draft(AccessChangeDocument):
        kinds = [K.ASSIGN_ROLE, *([K.REVOKE_ROLE] if person.live_roles else [])]
        kinds += [K.DISABLE_USER if person.is_active else K.ENABLE_USER]
        kinds += [K.RESET_SIGN_IN] if not person.is_machine else []
        actions += [Action(name=k.value, label=k.label, url=f"{url}change/{k.value}", method="get") for k in kinds]
    if credentials.RECOVERY_ROLE in reader.grants.roles:
        if person.is_active and not person.is_machine and not person.has_password:
            actions.append(Action(name="link", label=_("发放设置密码链接"), url=f"{url}credential-link", icon="key"))
        if person.locked_from:
            actions.append(_unlocking(person))
    return actions


def _unlocking(person: Person, errors: Sequence[str] = (), typed: str = "") -> Action:
    url = f"{LIST_URL}{person.id}/unlock"
    return Action(
        name="unlock", label=_("解除登录锁定"), url=url, page_url=url, icon="lock", remark="required",
        remark_label=_("如何核实了本人身份"), errors=tuple(errors), remark_value=typed,
    )  # fmt: skip


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest, reader: Reader, user_id: UUID) -> HttpResponse:
    """Asks how the person was identified, then lifts the lock."""
    require_reader(reader)
    person = find_person(user_id)
    back, typed = f"{LIST_URL}{person.id}/", request.POST.get("remark", "")
    action, status = _unlocking(person), HTTPStatus.OK
    if request.method == "POST":
        try:
            locks.unlock(user_id, typed, actor=reader.actor)
        except Refused as refused:
            said = [str(finding.evidence) for finding in refused.findings]
            action, status = _unlocking(person, said, typed), refused.status
        else:
            messages.success(request, _("已解除 %(name)s 的登录锁定") % {"name": person.name})
            return gone_to(request, back)
    page = ActionPage(title=_("解除登录锁定"), action=action, cancel_url=back,
                      crumbs=(Crumb(label=_("人员"), url=LIST_URL), Crumb(label=person.name, url=back)))  # fmt: skip
    if is_fragment(request):
        context = {"shell": shell.shell_of(request, reader), "page": page}
        return render(request, "action_fragment.html", context, status=status)
    return shown(request, reader, "action.html", page, status)


@for_reader
@require_POST
def credential_link(request: HttpRequest, reader: Reader, user_id: UUID) -> HttpResponse:
    """Shows, once, the link by which the person sets a password."""
    require_reader(reader)
    person = find_person(user_id)
    secret = credentials.make_link(user_id, actor=reader.actor)
    url = request.build_absolute_uri(reverse("set_password", args=[secret]))
    context = {
        "shell": shell.shell_of(request, reader),
        "person": person,
        "url": url,
        "back": f"{LIST_URL}{person.id}/",
    }
    return render(request, "people/link.html", context)


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, reader: Reader, kind: str, user_id: UUID | None = None) -> HttpResponse:
    """Asks for one change of a person's access, or for a newcomer."""
    require_reader(reader)
    is_newcomer = kind in NEWCOMER_KINDS
    if kind not in K.values or kind in RIGHT_KINDS or is_newcomer != (user_id is None):
        raise Http404("no such change")
    person = find_person(user_id) if user_id else None
    back = f"{LIST_URL}{user_id}/" if user_id else LIST_URL
    return answer_change(request, reader, Asked(K(kind), person, None, posts(), request.POST.dict()), back)


def answer_change(request: HttpRequest, reader: Reader, asked: Asked, back: str) -> HttpResponse:
    """The form, or the draft it makes; a refusal comes back as the form with everything still in it."""
    errors: dict[str, list[str]] = {}
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            outcome = draft(AccessChangeDocument, command_of(asked), actor=reader.actor)
        except Refused as refused:
            if refused.status is HTTPStatus.FORBIDDEN:
                raise
            status = refused.status
            for finding in refused.findings:
                errors.setdefault(finding.field, []).append(str(finding.evidence))
        else:
            messages.success(request, _("已保存 %(number)s") % {"number": outcome.number})
            return gone_to(request, addresses.page_url(AccessChangeDocument, outcome.document_id))
    page = edit_page(asked, request.path, back, errors)
    return shown(request, reader, "document_edit.html", page, status)
