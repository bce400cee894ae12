"""Words of work with a scanner: the tasks, what a scan came to, what is done about it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ScanTask(TextChoices):
    """What a keeper does scan by scan on one document."""

    RECEIVE = "receive", _("收货")
    PUT_AWAY = "put_away", _("上架")
    MOVE = "move", _("移库")
    PICK = "pick", _("拣货")
    REVIEW = "review", _("复核")


class Verdict(TextChoices):
    """What a scan came to; a stop holds the next scan until a person has dealt with it."""

    OK = "ok", _("已计入")
    ATTENTION = "attention", _("请注意")
    STOP = "stop", _("未计入")


class RecordKind(TextChoices):
    """What a row of the scan book says."""

    SCAN = "scan", _("扫描")
    PLACE = "place", _("货位")
    QUANTITY = "quantity", _("改数量")
    UNDO = "undo", _("撤销")
    SET_ASIDE = "set_aside", _("移入待处理")
