"""`token`: keys of the API for a person or a named service, given by who has the machine.

    token issue <sign-in name> --label "实验室接口" --scope items.read_item --days 90
    token list [<sign-in name>]
    token revoke <id>

A service account is made by a signed change of access (新增服务账户) and gets its posts the same way; a token never
gives more than its owner's posts do.
"""

import argparse
import difflib
import sys
from collections.abc import Sequence
from uuid import UUID

from meridian.accounts.known_rights import known_rights
from meridian.accounts.models import ApiToken
from meridian.accounts.tokens import issue_token, revoke_token
from meridian.kernel.clock import now
from meridian.kernel.context import Actor, Source, in_company
from meridian.kernel.models import User

OPERATOR = UUID(int=0)
"""Who acts when a command does: no person."""


def token_command(arguments: Sequence[str]) -> int:
    """Issues, lists or revokes; 2 with a sentence when it cannot."""
    options = _parser().parse_args(arguments)
    problem = {"issue": _issue, "list": _list, "revoke": _revoke}[options.act](options)
    if problem:
        sys.stderr.write(f"meridian: {problem}\n")
    return 2 if problem else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="meridian token", description="keys of the API")
    acts = parser.add_subparsers(dest="act", required=True)
    issue = acts.add_parser("issue", help="make a key; its text is shown once and stored nowhere")
    issue.add_argument("username")
    issue.add_argument("--label", required=True, help="what it is for")
    issue.add_argument("--scope", action="append", required=True, help="a right such as items.read_item; repeatable")
    issue.add_argument("--days", type=int, default=90, help="1 to 366")
    listing = acts.add_parser("list", help="keys with their rights and ends")
    listing.add_argument("username", nargs="?", default="")
    revoke = acts.add_parser("revoke", help="end a key at once")
    revoke.add_argument("id", type=UUID)
    return parser


def _operator(company_id: UUID) -> Actor:
    return Actor(user_id=OPERATOR, name="系统", company_id=company_id, source=Source.COMMAND, is_machine=True)


def _issue(options: argparse.Namespace) -> str:
    user = User.objects.filter(username=options.username, is_active=True).first()
    if user is None:
        return f"no active person or service signs in as {options.username}"
    rights = known_rights()
    for scope in options.scope:
        if scope not in rights:
            near = difflib.get_close_matches(scope, rights, n=3, cutoff=0.5)
            return f"there is no right {scope}" + (f"; near it: {', '.join(near)}" if near else "")
    with in_company(user.company_id):
        try:
            actor = _operator(user.company_id)
            secret = issue_token(user, label=options.label, scopes=options.scope, days=options.days, actor=actor)
        except ValueError as error:
            return str(error)
    sys.stdout.write(f"{secret}\n")
    sys.stderr.write("Shown once: keep it now. 仅显示一次，请立即保存。\n")
    return ""


def _list(options: argparse.Namespace) -> str:
    users = User.objects.filter(username=options.username) if options.username else User.objects.all()
    names = dict(users.values_list("pk", "username"))
    for token in ApiToken.objects.filter(user_id__in=names).order_by("pk"):
        ended = "revoked" if token.revoked_at else "expired" if token.expires_at <= now() else "live"
        until = token.expires_at.date().isoformat()
        fields = (str(token.pk), ended, until, names[token.user_id], token.label, " ".join(token.scopes))
        sys.stdout.write("\t".join(fields) + "\n")
    return ""


def _revoke(options: argparse.Namespace) -> str:
    company_id = ApiToken.objects.filter(pk=options.id).values_list("company_id", flat=True).first()
    if company_id is not None:
        with in_company(company_id):
            if revoke_token(options.id, actor=_operator(company_id)):
                sys.stdout.write(f"revoked {options.id}\n")
                return ""
    return f"there is no live key {options.id}"
