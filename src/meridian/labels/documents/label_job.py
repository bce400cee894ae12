"""The print of labels 标签打印."""

from django.utils.translation import gettext_lazy as _

from meridian.kernel.declare import DocumentType, Lines, Retention, Screen, Section, Series, Transition, View
from meridian.kernel.rules import document_has_lines
from meridian.labels import services
from meridian.labels.models import LabelJob as Job
from meridian.labels.models import LabelLine as Line
from meridian.labels.queries import LabelJobFacts, load_label_jobs
from meridian.labels.rules import (
    label_count_within_limit,
    label_text_fits,
    reprint_explained,
    symbol_fits_label,
    symbol_holds_data,
)
from meridian.labels.vocabulary import LabelJobState as S
from meridian.organization.vocabulary import SITE_AND_WAREHOUSE, Role

PRINTERS = (
    Role.RECEIVER, Role.KEEPER, Role.WAREHOUSE_MANAGER, Role.INSPECTOR, Role.QUALITY_STAFF, Role.QUALITY_HEAD,
)  # fmt: skip


class LabelJobDocument(DocumentType[Job, LabelJobFacts]):
    """Labels handed out: who, when, what, how many, in which file. Made and printed in one act, never changed."""

    code = "label_job"
    module = "labels"
    slug = "label-jobs"
    label = _("标签打印记录")
    help = _("每次打印标签的记录：何人、何时、何物、多少张、文件摘要；再次打印同一对象须写明原因。")
    model = Job
    load = staticmethod(load_label_jobs)
    states = S
    initial = S.DRAFT
    number = Series("BQ-{yyyy}{mm}-{seq:05}")
    drafted_by = PRINTERS
    read_by = (Role.PICKER, Role.REVIEWER, Role.ENTERPRISE_HEAD, Role.AUDITOR)
    editable = (
        Job.kind, Job.size, Job.resolution, Job.symbol, Job.file_format, Job.source_type, Job.source_id,
        Job.source_number, Job.reprint_reason,
    )  # fmt: skip
    scope = SITE_AND_WAREHOUSE
    creatable = False
    prepare = staticmethod(services.prepare_label_job)
    outside_content = (Job.label_count, Job.printed_by_name, Job.printed_at, Job.file_sha256)
    lines = Lines(
        model=Line,
        editable=(Line.subject_id, Line.copies),
        columns=(
            Line.code, Line.copies, Line.reprint_no, Line.title, Line.model, Line.specification, Line.lot_no,
            Line.serial_no, Line.expires_on,
            Line.content,
        ),
        totals=(Line.copies,),
    )  # fmt: skip
    screen = Screen(
        columns=(
            Job.number, Job.kind, Job.source_number, Job.label_count, Job.file_format, Job.printed_by_name,
            Job.printed_at, Job.reprint_reason,
        ),
        facts=(Job.kind, Job.source_number, Job.label_count, Job.printed_by_name, Job.printed_at, Job.reprint_reason),
        filters=(Job.kind, Job.printed_at),
        search=(Job.number, Job.source_number, Job.printed_by_name),
        views=(View(_("已打印"), (S.PRINTED,), default=True), View(_("全部"))),
        sections=(
            Section(_("标签与文件"), (
                Job.size, Job.resolution, Job.symbol, Job.file_format, Job.file_sha256, Job.keep_until,
            )),
        ),
        tones={S.DRAFT: "neutral", S.PRINTED: "ok"},
        flow=(S.PRINTED,),
    )  # fmt: skip
    retention = Retention("R1", anchors=services.retention_anchors)

    print = Transition[Job, LabelJobFacts](
        label=_("打印标签"),
        source=(S.DRAFT,),
        target=S.PRINTED,
        allowed_to=PRINTERS,
        gates=(
            document_has_lines, label_count_within_limit, reprint_explained, symbol_holds_data, symbol_fits_label,
            label_text_fits,
        ),
        effect=services.print_labels,
    )  # fmt: skip
