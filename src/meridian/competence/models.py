"""Tables of competence: facts about a person, each with its own period."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.competence.vocabulary import QualificationKind
from meridian.kernel.models import Document


class Qualification(Document):
    """A person is qualified for one kind of work through `valid_until` (inclusive; empty: no end)."""

    person_id = models.UUIDField(_("人员"))
    person_name = models.CharField(_("姓名"), max_length=80, blank=True)
    kind = models.CharField(_("资格"), max_length=24, choices=QualificationKind.choices)
    certificate_no = models.CharField(_("证书编号"), max_length=60, blank=True)
    basis = models.CharField(_("依据"), max_length=200, help_text=_("学历、职称、培训或考核记录。"))
    valid_from = models.DateField(_("生效日期"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True, help_text=_("空白表示长期有效。"))

    class Meta:
        db_table = "competence_qualification"
        base_manager_name = "objects"
        verbose_name = _("人员资格")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="qualification_number"),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
                name="qualification_period",
            ),
        ]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="qualification_latest"),
            models.Index(fields=["person_id", "kind"], name="qualification_person"),
        ]
