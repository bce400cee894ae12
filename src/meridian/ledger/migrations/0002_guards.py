"""The database's own guards of the money book: lines balance, a closed period takes no voucher (class 23 errors)."""

from django.db import migrations

CREATE = """
CREATE FUNCTION ledger_lines_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unbalanced uuid;
BEGIN
  SELECT voucher_id INTO unbalanced FROM new_rows GROUP BY voucher_id HAVING sum(debit) <> sum(credit) LIMIT 1;
  IF unbalanced IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = '23L01', MESSAGE = format('voucher %s: debit and credit differ', unbalanced);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_lines_balance AFTER INSERT ON ledger_voucher_line
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_lines_balance();

CREATE FUNCTION ledger_period_takes_voucher() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  refused text;
BEGIN
  SELECT n.number INTO refused FROM new_rows n
  JOIN ledger_period p ON p.month = date_trunc('month', n.posted_on)::date AND p.company_id = n.company_id
  WHERE p.state IN ('closed', 'reopening') LIMIT 1;
  IF refused IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = '23L02', MESSAGE = format('voucher %s: its month is closed', refused);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_period_takes_voucher AFTER INSERT ON ledger_voucher
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_period_takes_voucher();

ALTER TABLE ledger_account_balance SET (fillfactor = 70);
"""

DROP = """
ALTER TABLE ledger_account_balance RESET (fillfactor);
DROP TRIGGER ledger_period_takes_voucher ON ledger_voucher;
DROP FUNCTION ledger_period_takes_voucher();
DROP TRIGGER ledger_lines_balance ON ledger_voucher_line;
DROP FUNCTION ledger_lines_balance();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
