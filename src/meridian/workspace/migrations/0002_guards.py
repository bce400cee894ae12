"""The database's own guard: a comment is withdrawn once and otherwise never altered, and never deleted."""

from django.db import migrations

CREATE = """
CREATE FUNCTION workspace_only_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION USING ERRCODE = '23A01', MESSAGE = format('comment %s: withdraw it', OLD.id);
  END IF;
  IF OLD.withdrawn_at IS NOT NULL OR to_jsonb(NEW) - 'withdrawn_at' <> to_jsonb(OLD) - 'withdrawn_at' THEN
    RAISE EXCEPTION USING ERRCODE = '23A02', MESSAGE = format('comment %s is not to be altered', OLD.id);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER workspace_only_withdrawn BEFORE UPDATE OR DELETE ON workspace_comment
  FOR EACH ROW EXECUTE FUNCTION workspace_only_withdrawn();
"""

DROP = """
DROP TRIGGER workspace_only_withdrawn ON workspace_comment;
DROP FUNCTION workspace_only_withdrawn();
"""


class Migration(migrations.Migration):
    dependencies = [("workspace", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
