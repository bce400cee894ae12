"""The one way a draft goes away again: an import is taken back while its drafts stand as it made them.

The application deletes no document. This function does, as the owner, and only what a run's own record names as made
by it: in the first state, of the version it was given, never moved, never signed. The change trail keeps what stood.
"""

from django.db import migrations

TAKE_BACK = """
CREATE FUNCTION exchange_take_back(run_id uuid, of_table text, of_lines text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  company uuid := current_setting('app.company')::uuid;
  made uuid[];
  gone integer;
BEGIN
  SELECT array_agg(r.record_id) INTO made FROM exchange_imported_record r
  WHERE r.document_id = run_id AND r.company_id = company AND r.record_table = of_table AND r.act = 'new'
    AND NOT EXISTS (SELECT FROM kernel_transition t WHERE t.document_id = r.record_id AND t.company_id = company)
    AND NOT EXISTS (SELECT FROM kernel_signature s WHERE s.document_id = r.record_id AND s.company_id = company);
  IF made IS NULL THEN
    RETURN 0;
  END IF;
  IF of_lines <> '' THEN
    EXECUTE format('DELETE FROM %I WHERE document_id = ANY($1) AND company_id = $2', of_lines) USING made, company;
  END IF;
  EXECUTE format(
    'DELETE FROM %I d USING exchange_imported_record r WHERE d.id = ANY($1) AND d.company_id = $2'
    ' AND r.document_id = $3 AND r.record_id = d.id AND r.company_id = $2 AND d.number = r.record_number'
    ' AND d.version = r.version', of_table) USING made, company, run_id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  IF gone <> cardinality(made) THEN
    RAISE EXCEPTION 'an imported record changed while its import was taken back' USING ERRCODE = '40001';
  END IF;
  RETURN gone;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("kernel", "0001_initial")]
    operations = [migrations.RunSQL(TAKE_BACK, "DROP FUNCTION exchange_take_back(uuid, text, text)")]
