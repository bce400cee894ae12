"""The form that asks for one change of access, with the choices there are; what is typed becomes a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from meridian.accounts.documents import AccessChangeDocument
from meridian.accounts.known_rights import known_rights
from meridian.accounts.people import HeldRole, Person, Post
from meridian.accounts.scopes import scope_names
from meridian.accounts.vocabulary import NEWCOMER_KINDS, RIGHT_KINDS, AccessChangeKind, ScopeKind
from meridian.kernel.drafts import DraftCommand
from meridian.platform.screens.derive import typed
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.view import Crumb, EditField, EditPage, FieldGroup, Link, Note, Option

K = AccessChangeKind
SCOPES = (ScopeKind.SITE, ScopeKind.WAREHOUSE)
"""Kinds of scope a form offers besides the whole company."""


@dataclass(frozen=True)
class Asked:
    """A change somebody wants to ask for: of a person, of a post, or a newcomer."""

    kind: AccessChangeKind
    person: Person | None
    post: Post | None
    posts: Sequence[Post]
    values: Mapping[str, str] = field(default_factory=dict)
    """What was typed."""

    def choice(self, name: str) -> str:
        """One typed value."""
        return self.values.get(name, "")


def edit_page(asked: Asked, url: str, cancel_url: str, errors: Mapping[str, Sequence[str]]) -> EditPage:
    """The form with what was typed and what was wrong with it."""
    subject = asked.person.name if asked.person else asked.post.name if asked.post else _("人员")
    place = Crumb(label=_("岗位与权限") if asked.post else _("人员"), url=cancel_url)
    summary = tuple((text, f"f-{name}" if name else "") for name, said in errors.items() for text in said)
    return EditPage(
        title=f"{asked.kind.label} · {subject}",
        url=url,
        cancel_url=cancel_url,
        groups=(FieldGroup(label="", fields=tuple(_fields(asked, errors))),),
        crumbs=(place, Crumb(label=asked.kind.label)),
        hidden=(("key", uuid4().hex),),
        errors=summary,
        save_label=_("保存申请"),
        note=Note(sentence=_("保存后由申请人提交，质管员签名批准后生效。"), link=_simulated(asked)),
    )  # fmt: skip


def _simulated(asked: Asked) -> Link | None:
    """What to look at before granting: what the person, or a holder of the post, could then do alone."""
    if asked.person is None and asked.post is None:
        return None
    subject = f"person={asked.person.id}" if asked.person else f"post={asked.post.code}" if asked.post else ""
    return Link(label=_("先模拟职责"), url=f"/people/simulate?{subject}")


def _fields(asked: Asked, errors: Mapping[str, Sequence[str]]) -> list[EditField]:
    def text(name: str, label: str, kind: Any = "text", **more: Any) -> EditField:
        said = tuple(errors.get(name, ()))
        return EditField(name=name, label=label, kind=kind, value=asked.choice(name), errors=said, **more)

    def choice(name: str, label: str, options: Sequence[tuple[str, str]]) -> EditField:
        made = tuple(Option(value=v, label=words, is_selected=v == asked.choice(name)) for v, words in options)
        return text(name, label, "choice", options=made, required=True)

    fields: list[EditField] = []
    if asked.person is not None:
        who = f"{asked.person.name} · {asked.person.username}"
        fields.append(EditField(name="person", label=_("人员"), kind="readonly", value=who))
    if asked.post is not None:
        fields.append(EditField(name="post", label=_("岗位"), kind="readonly", value=asked.post.name))
    if asked.kind in NEWCOMER_KINDS:
        fields.append(text("username", _("登录名"), required=True, max_length=80))
        fields.append(text("person_name", _("姓名"), required=True, max_length=80))
    if asked.kind is K.ASSIGN_ROLE:
        fields.append(choice("role_code", _("岗位"), [(post.code, post.name) for post in asked.posts]))
        fields.append(choice("scope", _("范围"), scope_options()))
        fields.append(text("valid_from", _("生效"), "datetime", help=_("为空表示批准时生效。")))
        fields.append(text("valid_until", _("失效"), "datetime", help=_("为空表示长期有效。")))
    if asked.kind is K.REVOKE_ROLE and asked.person is not None:
        held = [(held_key(role), f"{role.role_name} · {scope_words(role)}") for role in asked.person.live_roles]
        fields.append(choice("held", _("岗位"), held))
    if asked.kind in RIGHT_KINDS and asked.post is not None:
        gives = asked.kind is K.GRANT_RIGHT
        rights = [r for r in known_rights().values() if (r.code in asked.post.rights) != gives]
        fields.append(choice("permission", _("权限"), [(right.code, right.words) for right in rights]))
    fields.append(text("justification", _("理由"), "long_text", required=True, width="full"))
    return fields


def scope_options() -> list[tuple[str, str]]:
    """The whole company, then every site and warehouse."""
    options = [("company:", str(ScopeKind.COMPANY.label))]
    for kind in SCOPES:
        options += [(f"{kind.value}:{key}", f"{kind.label} · {name}") for key, name in scope_names(kind.value).items()]
    return options


def scope_words(role: HeldRole) -> str:
    """Where a post is held: “全公司”, “仓库 · 主仓库”."""
    label = str(dict(ScopeKind.choices).get(role.scope_kind, role.scope_kind))
    return f"{label} · {role.scope_name}" if role.scope_name else label


def held_key(role: HeldRole) -> str:
    """What names one held post in a form."""
    return f"{role.role_code}|{role.scope_kind}|{role.scope_id or ''}"


def command_of(asked: Asked) -> DraftCommand:
    """The draft of what was typed, at the company's first site; the engine finds what is wrong with it."""
    values = {
        "kind": asked.kind.value,
        "username": asked.person.username if asked.person else asked.choice("username"),
        "person_name": asked.person.name if asked.person else asked.choice("person_name"),
        "role_code": asked.post.code if asked.post else asked.choice("role_code"),
        "scope_kind": ScopeKind.COMPANY.value,
        **{name: asked.choice(name) for name in ("permission", "valid_from", "valid_until", "justification")},
    }
    if asked.kind is K.ASSIGN_ROLE:
        values["scope_kind"], _colon, values["scope_id"] = (asked.choice("scope") or "company:").partition(":")
    if asked.kind is K.REVOKE_ROLE:
        role_code, scope_kind, scope_id = ([*asked.choice("held").split("|", 2), "", "", ""])[:3]
        values |= {"role_code": role_code, "scope_kind": scope_kind or "company", "scope_id": scope_id}
    fields = typed.payload(typed.header_inputs(AccessChangeDocument), values, is_new=True)
    sites = provided().sites()
    return DraftCommand(fields=fields, site_id=sites[0].id if sites else None, key=asked.choice("key")[:120])
