"""What nobody answered in time, followed up in the name of who submitted it."""

from meridian.approvals.documents import ApprovalTaskDocument
from meridian.kernel.clock import now
from meridian.kernel.context import Actor, Source, in_company
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.sql import fetch

_OVERDUE = """
SELECT t.id, t.company_id, c.created_by_id, c.created_by_name
FROM approvals_task t
CROSS JOIN LATERAL (SELECT created_by_id, created_by_name FROM approvals_case x
                    WHERE x.id = t.case_id AND x.company_id IS NOT DISTINCT FROM t.company_id LIMIT 1) c
JOIN kernel_user u ON u.id = c.created_by_id AND u.is_active
WHERE t.is_open AND t.state = 'pending' AND t.time_out <> '' AND t.timed_out_at IS NULL AND t.due_at < %s
ORDER BY t.id LIMIT 500
"""


def follow_up() -> str:
    """Reminds or escalates, task by task, each once; how many. May be killed anywhere and run again."""
    done = 0
    for task_id, company_id, user_id, name in fetch(_OVERDUE, [now()]):
        actor = Actor(user_id, name, company_id, Source.JOB)
        with in_company(company_id):
            try:
                perform(ApprovalTaskDocument.time_out, Command(task_id), actor=actor)
            except Refused:
                continue  # recorded: answered in between, or the submitter may do this no more
            done += 1
    return f"{done}"
