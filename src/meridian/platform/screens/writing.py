"""Writing: new, edit and every move of a record, through the engine's two doors. Nothing typed is ever lost."""

import json
import unicodedata
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from meridian.kernel import steps
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.gates import GateKind
from meridian.kernel.messages import message
from meridian.kernel.registry import AnyDocumentType, AnyTransition, registry
from meridian.kernel.signature import Signing
from meridian.platform.screens.derive import actions, addresses, documents, editing, gatepanel, merging, shell, typed
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.derive.typed import Typed
from meridian.platform.screens.view import ActionPage, Crumb
from meridian.platform.screens.views import shown


def is_fragment(request: HttpRequest) -> bool:
    """Whether the browser asks for a part of a page by htmx."""
    return request.headers.get("HX-Request") == "true"


def gone_to(request: HttpRequest, url: str) -> HttpResponse:
    """The way on after a success: the browser loads the page whole, whatever asked."""
    return HttpResponseClientRedirect(url) if is_fragment(request) else HttpResponseRedirect(url)


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, reader: Reader, module: str, slug: str) -> HttpResponse:
    """The form of a new record; parameters of the address fill columns of their name."""
    declared = addresses.type_at(module, slug)
    if not (declared.creatable and declared.editable):
        raise Http404("nobody makes these by hand")
    if not reader.may_draft(declared):
        raise _no_right_to_draft(declared)
    if request.method == "POST":
        return _save(request, reader, declared, None)
    return _form(request, reader, declared, None, editing.new_form(declared, request.GET.dict()))


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, reader: Reader, module: str, slug: str, document_id: UUID) -> HttpResponse:
    """The form of a stored record, in the states that may be edited."""
    declared = addresses.type_at(module, slug)
    document = documents.find(declared, document_id, reader)
    if request.method == "POST":
        return _save(request, reader, declared, document)
    if not reader.may_draft(declared):
        raise _no_right_to_draft(declared)
    if document.state not in declared.editable_in:
        return HttpResponseRedirect(addresses.page_url(declared, document.pk))
    return _form(request, reader, declared, document, typed.of_document(declared, document))


def _no_right_to_draft(declared: AnyDocumentType) -> Refused:
    evidence = message("您没有填写{label}的权限。", label=declared.label)
    return refusal("permission_required", HTTPStatus.FORBIDDEN, evidence, owner=",".join(declared.drafted_by))


def _form(
    request: HttpRequest, reader: Reader, declared: AnyDocumentType, document: Any | None, form: Typed,
    errors: editing.Errors | None = None, status: int = HTTPStatus.OK,
) -> HttpResponse:  # fmt: skip
    page = editing.edit_page(declared, document, form, reader, errors)
    return shown(request, reader, "document_edit.html", page, status)


def _save(request: HttpRequest, reader: Reader, declared: AnyDocumentType, document: Any | None) -> HttpResponse:
    """Hands what was typed to `draft()`; a refusal comes back as the form with everything still in it."""
    form = typed.read(declared, request.POST)
    errors = editing.resolve_words(declared, form, reader)
    if errors:
        return _form(request, reader, declared, document, form, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        outcome = draft(declared, _draft_command(declared, document, form), actor=reader.actor)
    except Refused as refused:
        if refused.status is HTTPStatus.NOT_FOUND:
            raise
        if document is not None and refused.code == "version_conflict":
            document.refresh_from_db()
            return shown(request, reader, "merge.html", merging.merge_page(declared, document, form), refused.status)
        errors = editing.errors_of(refused, form)
        return _form(request, reader, declared, document, form, errors, refused.status)
    if not outcome.replayed:
        messages.success(request, _("已保存 %(number)s") % {"number": outcome.number})
    return gone_to(request, addresses.page_url(declared, outcome.document_id))


def _draft_command(declared: AnyDocumentType, document: Any | None, form: Typed) -> DraftCommand:
    lines: list[dict[str, Any]] | None = None
    inputs = typed.line_inputs(declared)
    if inputs:
        lines = [
            {**({"id": line.key} if line.key else {}), **typed.payload(inputs, line.values, is_new=not line.key)}
            for line in form.lines
        ]
    site = next((each.id for each in provided().sites() if str(each.id) == form.site_id), None)
    return DraftCommand(
        fields=typed.payload(typed.header_inputs(declared), form.values, is_new=document is None),
        lines=lines,
        document_id=document.pk if document is not None else None,
        site_id=site if document is None else None,
        version=form.version,
        key=form.key,
        reason=form.reason,
    )


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def move(
    request: HttpRequest, reader: Reader, module: str, slug: str, document_id: UUID, step: str
) -> HttpResponse:  # fmt: skip
    """One transition of one record: the form that asks for what it needs, and the move itself."""
    declared = addresses.type_at(module, slug)
    transition = declared.transitions.get(step)
    if transition is None:
        raise Http404("no such transition")
    document = documents.find(declared, document_id, reader)
    if request.method == "POST":
        return _perform(request, reader, transition, document)
    steps.require_source(transition, document)
    steps.require_permission(transition, document, reader.grants)
    return _asked(request, reader, transition, document)


def _perform(request: HttpRequest, reader: Reader, transition: AnyTransition, document: Any) -> HttpResponse:
    remark = request.POST.get("remark", "")[:2000]
    try:
        outcome = perform(transition, _command(request, transition, document, remark), actor=reader.actor)
    except Refused as refused:
        if refused.status is HTTPStatus.NOT_FOUND:
            raise
        document.refresh_from_db()
        return _asked(request, reader, transition, document, refused=refused, remark=remark)
    if not outcome.replayed:
        told = {"action": transition.label, "number": outcome.number}
        messages.success(request, _("%(number)s 已办理“%(action)s”") % told)
    return gone_to(request, addresses.page_url(transition.document, outcome.document_id))


def _command(request: HttpRequest, transition: AnyTransition, document: Any, remark: str) -> Command:
    """What the form posts; one remark answers the reason, every gate that wants an explanation, and the signature."""
    version = request.POST.get("version", "")
    explained = [gate.code for gate in registry.gates_of(transition) if gate.kind is GateKind.EXPLAIN]
    return Command(
        document_id=document.pk,
        version=int(version) if version.isdecimal() and len(version) < 9 else None,
        key=request.POST.get("key", "")[:120],
        reason=remark if transition.reason_required else "",
        remarks=dict.fromkeys(explained, remark) if remark.strip() else {},
        signing=_signing(request, remark) if transition.signature is not None else None,
    )


def _signing(request: HttpRequest, remark: str) -> Signing | None:
    """The signer's components; None when none was given, which asks for them and counts as no failed try."""
    post = request.POST
    passkey = _passkey(post.get("passkey", ""))
    if not post.get("password") and passkey is None:
        return None
    return Signing(
        content_hash=post.get("content_hash", "")[:64],
        meaning=post.get("meaning", "")[:40],
        password=post.get("password", ""),
        code="".join(unicodedata.normalize("NFKC", post.get("code", "")).split())[:12],
        passkey=passkey,
        remark=remark,
    )


def _passkey(text: str) -> dict[str, Any] | None:
    try:
        given = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None


def _asked(
    request: HttpRequest, reader: Reader, transition: AnyTransition, document: Any, *,
    refused: Refused | None = None, remark: str = "",
) -> HttpResponse:  # fmt: skip
    """The form of a move: what must hold, what is signed, and after a refusal why nothing moved."""
    declared = transition.document
    url = addresses.page_url(declared, document.pk)
    judged = gatepanel.judge_one(transition, document, reader)
    facts = documents.facts_of(declared, document, reader)
    sign = actions.sign_prompt(transition, document, facts, reader)
    errors = _sentences(refused) if refused is not None else ()
    action = actions.action(
        transition, document, is_primary=True, judged=judged, sign=sign, errors=errors, remark=remark
    )
    page = ActionPage(
        title=_("%(action)s %(number)s") % {"action": transition.label, "number": document.number},
        action=action,
        cancel_url=url,
        crumbs=(
            Crumb(label=declared.label, url=addresses.list_url(declared)),
            Crumb(label=document.number, url=url),
            Crumb(label=transition.label),
        ),
        gate=gatepanel.panel(judged, request.path),
    )
    status = refused.status if refused is not None else HTTPStatus.OK
    if is_fragment(request) and refused is None and action.blocked_count:
        status = HTTPStatus.UNPROCESSABLE_ENTITY  # a dialog cannot show why: the browser opens the page instead
    if is_fragment(request):
        context = {"shell": shell.shell_of(request, reader), "page": page}
        return render(request, "action_fragment.html", context, status=status)
    return shown(request, reader, "action.html", page, status)


def _sentences(refused: Refused) -> Sequence[str]:
    return [
        f"{finding.sentence}：{finding.evidence}" if finding.sentence_key else str(finding.evidence)
        for finding in refused.findings
    ]
