"""Who reads a page: the session's person, their rights in one statement, and the scope everything below runs in."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from meridian.accounts.session import actor_of, public
from meridian.kernel.context import Actor, in_company
from meridian.kernel.declare import column_path
from meridian.kernel.findings import Refused
from meridian.kernel.permission import COMPANY_SCOPE, Grants, grants_of, readable
from meridian.kernel.registry import AnyDocumentType, AnyTransition, registry
from meridian.platform.screens.derive import failures, resume

P = ParamSpec("P")


@dataclass(frozen=True)
class Reader:
    """A person at a page, with all rights they hold now."""

    actor: Actor
    grants: Grants

    def may_read(self, declared: AnyDocumentType) -> bool:
        """Whether the reader sees documents of this type at all."""
        return readable(self.grants, declared) is not None

    def may_draft(self, declared: AnyDocumentType) -> bool:
        """Whether the reader creates and edits documents of this type in some scope."""
        held = self.grants.of(declared.permission("draft"))
        return any(grant.scope_kind in (COMPANY_SCOPE, *declared.scope) for grant in held)

    def scope(self, declared: AnyDocumentType) -> Q:
        """The rows of the type the reader may see; raises Http404 when there can be none."""
        condition = readable(self.grants, declared)
        if condition is None:
            raise Http404("not readable")
        return condition

    def may_make(self, transition: AnyTransition) -> bool:
        """Whether the reader makes this move in some scope."""
        return self.grants.allows(transition.permission)

    def role_for(self, transition: AnyTransition, document: Any) -> str | None:
        """The post under which the reader may make this move of this document."""
        return self.grants.role_for(transition.permission, document, transition.document.scope)

    def sees(self, declared: AnyDocumentType, ref: Any) -> bool:
        """Whether a column is shown to the reader: secret ones need their right."""
        return self.sees_name(declared, column_path(ref))

    def sees_name(self, declared: AnyDocumentType, path: str) -> bool:
        """As `sees`, by path or by the name of the last column."""
        wanted = declared.secret.get(path) or declared.secret.get(path.rsplit("__", 1)[-1])
        wanted = wanted or declared.secret.get(path.removesuffix("_id"))
        return wanted is None or self.grants.allows(wanted)


def for_reader(
    view: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view of a signed-in person: asks to sign in otherwise, and answers refusals as pages that explain."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return resume.ask_to_sign_in(request)
        actor = actor_of(request)
        with in_company(actor.company_id), timezone.override(registry.providers.company_zone()):
            reader = Reader(actor=actor, grants=grants_of(actor))
            try:
                response = view(request, reader, *args, **kwargs)
            except Http404:
                response = failures.not_found_page(request, reader)
            except Refused as refused:
                response = failures.refused_page(request, reader, refused)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return public(answered)  # it turns people who have not signed in away itself, keeping what they typed
