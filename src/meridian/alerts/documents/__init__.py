"""Document types of alerts."""

from meridian.alerts.documents.alert import AlertDocument
from meridian.alerts.documents.alert_setting import AlertSettingDocument

__all__ = ["AlertDocument", "AlertSettingDocument"]
