"""States and kinds of approval files, and the papers law asks to be in them."""

from collections.abc import Mapping, Sequence

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from meridian.parties.vocabulary import SupplierKind


class FileState(TextChoices):
    """How far an approval file has come (GSP Art 53, 54, 82)."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待质管审核")
    REVIEWED = "reviewed", _("待批准")
    APPROVED = "approved", _("已批准")
    RETURNED = "returned", _("退回补充")
    REJECTED = "rejected", _("不予批准")
    VOIDED = "voided", _("已作废")


class Occasion(TextChoices):
    """Why the file is made."""

    FIRST = "first", _("首次审核")
    RENEWAL = "renewal", _("复审")


class PaperKind(TextChoices):
    """A paper in an approval file (GSP Art 53, 54, 81, 82)."""

    BUSINESS_LICENSE = "business_license", _("营业执照")
    MAKER_PAPER = "maker_paper", _("注册人证明及生产许可证或备案凭证")
    DEALING_PAPER = "dealing_paper", _("经营许可证或备案凭证")
    AUTHORIZATION_LETTER = "authorization_letter", _("销售人员授权书")
    ID_COPY = "id_copy", _("销售人员身份证复印件")
    DELIVERY_NOTE_SPECIMEN = "delivery_note_specimen", _("随货同行单样式及印章样式")
    OTHER = "other", _("其他资料")


SUPPLIER_PAPERS: Mapping[str, Sequence[PaperKind]] = {
    kind: (
        PaperKind.BUSINESS_LICENSE, own, PaperKind.AUTHORIZATION_LETTER, PaperKind.ID_COPY,
        PaperKind.DELIVERY_NOTE_SPECIMEN,
    )
    for kind, own in (
        (SupplierKind.MAKER.value, PaperKind.MAKER_PAPER), (SupplierKind.DEALER.value, PaperKind.DEALING_PAPER),
    )
}  # fmt: skip
"""By kind of supplier, the papers whose sealed copies the file must hold (GSP Art 53)."""
