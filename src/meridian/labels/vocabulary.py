"""Words of labels: what they stand on, how large they are, how they are printed."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LabelJobState(TextChoices):
    """A print of labels; nothing is ever seen before it is printed: drafting and printing are one act."""

    DRAFT = "draft", _("待打印")
    PRINTED = "printed", _("已打印")


class LabelKind(TextChoices):
    """What a label stands on."""

    PRODUCT = "product", _("产品标签")
    PLACE = "place", _("货位标签")
    DOCUMENT = "document", _("单据标签")


class LabelSize(TextChoices):
    """A stock size of labels, width × height in millimetres."""

    SMALL = "40x25", _("40 × 25 mm")
    MEDIUM = "60x40", _("60 × 40 mm")
    LARGE = "100x70", _("100 × 70 mm")

    @property
    def millimetres(self) -> tuple[int, int]:
        """Width and height."""
        width, height = self.value.split("x")
        return int(width), int(height)


class Resolution(TextChoices):
    """How fine the print head is. What the trade calls 203 dpi has 8 dots to the millimetre."""

    DPI_203 = "203", _("203 dpi")
    DPI_300 = "300", _("300 dpi")

    @property
    def dots_per_inch(self) -> float:
        """As the raster is made."""
        return 203.2 if self == Resolution.DPI_203 else 300.0


class SymbolKind(TextChoices):
    """The data carrier. With a GS1 identifier these are GS1 DataMatrix and GS1-128."""

    DATA_MATRIX = "data_matrix", _("DataMatrix（二维码）")
    CODE_128 = "code_128", _("Code 128（一维码）")


class FileFormat(TextChoices):
    """What is sent to the printer: a page a label, or dots for a label printer."""

    PDF = "pdf", _("PDF")
    ZPL = "zpl", _("ZPL（条码打印机）")


LABELS_MAX = 2_000
"""Labels of one print: a roll has no more, and a file stays small enough to look at."""
LINES_MAX = 200
"""Things labelled in one print."""

ZONE_COLOURS = {
    "pending": _("黄色"), "qualified": _("绿色"), "nonconforming": _("红色"), "dispatch": _("绿色"),
    "returns": _("黄色"),
}  # fmt: skip
"""The colour of a zone's sign (GSP Art 40), by the kind of zone."""
