"""Transitions as buttons, dialogs and pages: with their conditions, their signature, and what a refusal said."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meridian.accounts.reauthentication import code_is_asked, signed_recently
from meridian.accounts.second_factor import factors_of
from meridian.accounts.session import session_under_way
from meridian.kernel import clock
from meridian.kernel.content import hash_of_content
from meridian.kernel.registry import AnyTransition, registry
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.gatepanel import Judged
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Action, KeyValue, Note, Option, SignPrompt, Text

PASSKEY_OPTIONS_URL = "/sign-in/passkey-options"


def action(
    transition: AnyTransition,
    document: Any,
    *,
    is_primary: bool = False,
    judged: Judged | None = None,
    sign: SignPrompt | None = None,
    errors: Sequence[Text] = (),
    remark: str = "",
) -> Action:
    """One transition of one record as the person may ask for it. A fresh key each time: a refused try may be cured."""
    declared = transition.document
    url = addresses.step_url(declared, document.pk, transition.name)
    explain = judged.explain_codes if judged is not None else ()
    needs_remark = transition.reason_required or bool(explain)
    # a signed move without its prompt at hand is confirmed on a page of its own
    is_link = transition.signature is not None and sign is None
    return Action(
        name=transition.name,
        label=transition.label,
        url=url,
        page_url=url,
        dialog_url=url if is_link else "",
        method="get" if is_link else "post",
        kind="danger" if transition.danger else "primary" if is_primary else "secondary",
        icon="signature" if transition.signature else "",
        blocked_count=judged.blocking if judged is not None else 0,
        signature=sign,
        remark="none" if is_link else "required" if needs_remark else "optional" if sign else "none",
        remark_label=_remark_label(transition, explain),
        confirm=(transition.help or "") if transition.danger and not is_link else "",
        hidden=(("version", str(document.version)), ("key", uuid4().hex)),
        errors=tuple(errors),
        remark_value=remark,
        key="Ctrl ↵" if is_primary else "",
    )


def _remark_label(transition: AnyTransition, explain: Sequence[str]) -> str:
    if transition.reason_required:
        return _("%(action)s的原因") % {"action": transition.label}
    if explain:
        count = len(explain)
        return ngettext("说明（有 %(n)s 个提醒项）", "说明（有 %(n)s 个提醒项）", count) % {"n": count}
    return _("签署意见") if transition.signature else ""


def sign_prompt(
    transition: AnyTransition, document: Any, facts: Sequence[KeyValue], reader: Reader, known: str = ""
) -> SignPrompt | None:
    """What the signer sees before signing (21 CFR 11.50, 11.200); None for moves without signature.

    `known` is the content's hash where the caller has it: one statement less.
    """
    if transition.signature is None:
        return None
    declared = transition.document
    role = reader.role_for(transition, document)
    recently = signed_recently(session_under_way())
    factors = factors_of(reader.actor.user_id)
    number = KeyValue(label=_("签署对象"), value=_("%(type)s %(number)s · 第 %(version)s 版") % {
        "type": declared.label, "number": document.number, "version": document.version,
    })  # fmt: skip
    told = [each for each in facts[:6] if each.value not in (None, "")]
    signer = f"{reader.actor.name}（{provided().role_label(role)}）" if role else reader.actor.name
    return SignPrompt(
        title=transition.label,
        facts=(number, *told),
        content_hash=known or hash_of_content(declared, document.pk, document),
        meanings=(Option(value=transition.signature.value, label=transition.signature.label, is_selected=True),),
        signer=signer,
        at=timezone.localtime(clock.now(), registry.providers.site_zone(document.site_id)),
        asks_password=True,
        asks_code=factors.has_code and code_is_asked(reader.actor),
        passkey_options_url=PASSKEY_OPTIONS_URL if factors.passkeys else "",
        four_eyes=four_eyes(transition),
        session_hint=_("连续签署：15 分钟内再签只需密码") if recently else "",
    )


def four_eyes(transition: AnyTransition) -> Note | None:
    """Who may not sign: those who did an earlier step that another person must have done."""
    labels = "、".join(str(other.label) for other in transition.differs_from)
    if not labels:
        return None
    return Note(sentence=_("双人复核：须与办理“%(steps)s”的人不同。") % {"steps": labels}, icon="users")
