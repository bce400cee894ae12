"""What a parameter is: declared by the module whose behaviour it sets, handed in by the site."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from meridian.kernel.messages import Text


class ChangeState(TextChoices):
    """A change of a parameter 参数变更."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待签署")
    IN_FORCE = "in_force", _("已生效")
    REJECTED = "rejected", _("已驳回")


@dataclass(frozen=True)
class Parameter:
    """A whole number the company may set within bounds, for itself or for one site.

    `code` is `<module>.<name>`; `signed_by` are the posts of which one signs a change; `effect` says in words what
    a change does, from when on. What the law fixes is no parameter.
    """

    code: str
    section: Text
    label: Text
    effect: Text
    unit: Text
    default: int
    least: int
    most: int
    signed_by: tuple[str, ...]
    per_site: bool = False


_declared: dict[str, Parameter] = {}


def provide_parameters(parameters: Sequence[Parameter]) -> None:
    """All parameters of the site; called once, when Django is ready."""
    _declared.clear()
    _declared.update({each.code: each for each in parameters})


def parameters() -> Sequence[Parameter]:
    """All parameters in the order they were declared."""
    return tuple(_declared.values())


def parameter_of(code: str) -> Parameter | None:
    """The parameter of this code."""
    return _declared.get(code)
