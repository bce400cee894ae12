"""The database's own guard: an attachment is withdrawn once and otherwise never altered, and never deleted."""

from django.db import migrations

CREATE = """
CREATE FUNCTION attachments_only_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION USING ERRCODE = '23A01', MESSAGE = format('attachment %s: withdraw it', OLD.id);
  END IF;
  IF OLD.withdrawn_at IS NOT NULL
     OR to_jsonb(NEW) - ARRAY['withdrawn_at', 'withdrawn_by_name', 'withdraw_reason']
        <> to_jsonb(OLD) - ARRAY['withdrawn_at', 'withdrawn_by_name', 'withdraw_reason'] THEN
    RAISE EXCEPTION USING ERRCODE = '23A02', MESSAGE = format('attachment %s is not to be altered', OLD.id);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER attachments_only_withdrawn BEFORE UPDATE OR DELETE ON attachments_attachment
  FOR EACH ROW EXECUTE FUNCTION attachments_only_withdrawn();
"""

DROP = """
DROP TRIGGER attachments_only_withdrawn ON attachments_attachment;
DROP FUNCTION attachments_only_withdrawn();
"""


class Migration(migrations.Migration):
    dependencies = [("attachments", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
