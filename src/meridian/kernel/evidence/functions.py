"""The database's own functions, as SQL: the clock, keys, the change trail, the guards.

Trail functions run with the owner's rights (`SECURITY DEFINER`), because the application may not write the trail; they
read the act from the transaction's settings (`kernel/act.py`); `OFFSET 0` has each image built once, not once for each
use of it. Errors are of class 23 so that Django raises IntegrityError: 23M01 no act, 23M02 no transition row, 23M03 key
changed, 23M04 append-only, 23M05 company changed, 23M06 the store's clock or kind.
"""

from typing import Final

_DEFINER: Final = (
    "SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET intervalstyle = 'postgres'"
)

CLOCK: Final = """
CREATE OR REPLACE FUNCTION kernel_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('app.now', true), '')::timestamptz,
                  clock_timestamp() + (SELECT clock_offset FROM public.kernel_store), clock_timestamp())
$$;
"""

# microseconds fill the 12 bits after the version (RFC 9562 §6.2 method 3): rows written in turn keep their order
UUID7: Final = """
CREATE OR REPLACE FUNCTION kernel_uuid7() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT (lpad(to_hex(tick.us / 1000), 12, '0') || '7' || lpad(to_hex((tick.us % 1000) * 4096 / 1000), 3, '0')
          || right(replace(gen_random_uuid()::text, '-', ''), 16))::uuid
  FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS us) AS tick
$$;
"""
UUID7_NATIVE: Final = """
CREATE OR REPLACE FUNCTION kernel_uuid7() RETURNS uuid LANGUAGE sql VOLATILE AS $$ SELECT uuidv7() $$;
"""

# a row that leaves nothing out goes into the trail as the text it is: a third of the work of making jsonb of it
_WHOLE: Final = """CASE WHEN TG_ARGV[1] = '{}' AND TG_ARGV[2] = '' THEN row_to_json(n)
                     ELSE kernel_trail_image(to_jsonb(n), TG_ARGV[1]::text[], TG_ARGV[2])::json END"""

# OFFSET 0 keeps the planner from making a row's image anew for each of its uses
TRAIL: Final = f"""
CREATE OR REPLACE FUNCTION kernel_refuse(code text, why text) RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = code, MESSAGE = why;
END $$;

CREATE OR REPLACE FUNCTION kernel_act_label(table_name text) RETURNS uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF coalesce(current_setting('app.tx', true), '') = '' OR coalesce(current_setting('app.actor', true), '') = '' THEN
    RAISE EXCEPTION USING ERRCODE = '23M01',
      MESSAGE = format('%s is written without an act: nobody is named as its author', table_name);
  END IF;
  RETURN current_setting('app.tx')::uuid;
END $$;

CREATE OR REPLACE FUNCTION kernel_trail_image(image jsonb, left_out text[], digested text)
RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN digested = '' THEN image - left_out
              ELSE (image - left_out) || jsonb_build_object(
                     digested, encode(sha256(convert_to(image ->> digested, 'UTF8')), 'hex')) END
$$;

CREATE OR REPLACE AGGREGATE kernel_merge(jsonb) (SFUNC = jsonb_concat, STYPE = jsonb, INITCOND = '{{}}');

CREATE OR REPLACE FUNCTION kernel_trail_insert() RETURNS trigger LANGUAGE plpgsql {_DEFINER} AS $$
DECLARE
  label uuid;
BEGIN
  IF NOT EXISTS (SELECT FROM new_rows) THEN RETURN NULL; END IF;
  label := kernel_act_label(TG_TABLE_NAME);
  INSERT INTO kernel_change (id, company_id, transaction_id, at, table_name, row_id, operation, new)
  SELECT kernel_uuid7(), CASE TG_ARGV[0] WHEN 'company' THEN (entry.image ->> 'company_id')::uuid END, label,
         kernel_now(), TG_TABLE_NAME, (entry.image ->> 'id')::uuid, 'insert', entry.image
  FROM (SELECT {_WHOLE} AS image FROM new_rows n OFFSET 0) AS entry;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION kernel_trail_insert_set() RETURNS trigger LANGUAGE plpgsql {_DEFINER} AS $$
DECLARE
  label uuid;
BEGIN
  IF NOT EXISTS (SELECT FROM new_rows) THEN RETURN NULL; END IF;
  label := kernel_act_label(TG_TABLE_NAME);
  INSERT INTO kernel_change (id, company_id, transaction_id, at, table_name, row_id, operation, new)
  SELECT kernel_uuid7(), CASE TG_ARGV[0] WHEN 'company' THEN grouped.company_id::uuid END, label, kernel_now(),
         TG_TABLE_NAME, CASE TG_ARGV[3] WHEN 'document_id' THEN grouped.key::uuid END, 'insert', grouped.images
  FROM (SELECT entry.image ->> TG_ARGV[3] AS key, min(entry.image ->> 'company_id') AS company_id,
               json_agg(entry.image) AS images
        FROM (SELECT {_WHOLE} AS image FROM new_rows n OFFSET 0) AS entry
        GROUP BY 1) AS grouped;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION kernel_trail_update() RETURNS trigger LANGUAGE plpgsql {_DEFINER}
SET enable_nestloop = off AS $$ -- a plan cached for one row must not join 10,000 old rows to 10,000 new ones in a loop
BEGIN
  INSERT INTO kernel_change (id, company_id, transaction_id, at, table_name, row_id, operation, old, new)
  SELECT kernel_uuid7(), CASE TG_ARGV[0] WHEN 'company' THEN (pair.new ->> 'company_id')::uuid END,
         CASE WHEN TG_ARGV[0] = 'company' AND changed.new ? 'company_id'
              THEN kernel_refuse('23M05', TG_TABLE_NAME || ': a row never moves to another company')
              ELSE kernel_act_label(TG_TABLE_NAME) END,
         kernel_now(), TG_TABLE_NAME, pair.id, 'update', changed.old::json, changed.new::json
  FROM (SELECT n.id, kernel_trail_image(to_jsonb(o), TG_ARGV[1]::text[], TG_ARGV[2]) AS old,
               kernel_trail_image(to_jsonb(n), TG_ARGV[1]::text[], TG_ARGV[2]) AS new
        FROM new_rows n JOIN old_rows o ON o.id = n.id OFFSET 0) AS pair
  CROSS JOIN LATERAL (SELECT jsonb_object_agg(e.key, pair.old -> e.key) AS old, jsonb_object_agg(e.key, e.value) AS new
                      FROM jsonb_each(pair.new) AS e WHERE e.value IS DISTINCT FROM pair.old -> e.key) AS changed
  WHERE changed.new IS NOT NULL;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION kernel_trail_delete() RETURNS trigger LANGUAGE plpgsql {_DEFINER} AS $$
BEGIN
  INSERT INTO kernel_change (id, company_id, transaction_id, at, table_name, row_id, operation, old)
  SELECT kernel_uuid7(), CASE TG_ARGV[0] WHEN 'company' THEN (entry.image ->> 'company_id')::uuid END,
         kernel_act_label(TG_TABLE_NAME), kernel_now(), TG_TABLE_NAME, (entry.image ->> 'id')::uuid, 'delete',
         entry.image::json
  FROM (SELECT kernel_trail_image(to_jsonb(o), TG_ARGV[1]::text[], TG_ARGV[2]) AS image
        FROM old_rows o OFFSET 0) AS entry;
  RETURN NULL;
END $$;
"""

GUARDS: Final = f"""
CREATE OR REPLACE FUNCTION kernel_require_transition() RETURNS trigger LANGUAGE plpgsql {_DEFINER} AS $$
DECLARE
  sources text[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    sources := ARRAY['', TG_ARGV[0]];
  ELSE
    sources := ARRAY[OLD.state::text];
  END IF;
  IF NOT EXISTS (SELECT FROM kernel_transition t
                 WHERE t.document_id = NEW.id AND t.to_state = NEW.state AND t.from_state = ANY (sources)
                   AND t.transaction_id = nullif(current_setting('app.tx', true), '')::uuid) THEN
    RAISE EXCEPTION USING ERRCODE = '23M02', MESSAGE = format(
      '%s %s: the state %s has no transition row in this transaction', TG_TABLE_NAME, NEW.id, NEW.state);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION kernel_keep_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = '23M04', MESSAGE = format('%s: %s is refused: its rows stay', TG_TABLE_NAME, TG_OP);
END $$;

CREATE OR REPLACE FUNCTION kernel_keep_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = '23M03', MESSAGE = format('%s: the key of a row never changes', TG_TABLE_NAME);
END $$;

CREATE OR REPLACE FUNCTION kernel_queue_seal() RETURNS trigger LANGUAGE plpgsql {_DEFINER} AS $$
DECLARE
  label uuid;
BEGIN
  IF NOT EXISTS (SELECT FROM new_rows) THEN RETURN NULL; END IF;
  label := kernel_act_label(TG_TABLE_NAME);
  IF EXISTS (SELECT FROM new_rows WHERE transaction_id <> label) THEN
    RAISE EXCEPTION USING ERRCODE = '23M01',
      MESSAGE = format('%s: the row carries the label of another act', TG_TABLE_NAME);
  END IF;
  INSERT INTO kernel_unsealed (transaction_id, company_id, at)
  VALUES (label, nullif(current_setting('app.company', true), '')::uuid, clock_timestamp()) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION kernel_keep_store() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.kind <> OLD.kind OR NEW.created_at <> OLD.created_at OR NEW.singleton <> OLD.singleton THEN
    RAISE EXCEPTION USING ERRCODE = '23M06', MESSAGE = 'what kind of store this is was fixed at its birth';
  END IF;
  IF NEW.clock_offset < OLD.clock_offset THEN
    RAISE EXCEPTION USING ERRCODE = '23M06', MESSAGE = 'the clock of a store never goes back';
  END IF;
  IF OLD.kind NOT IN ('demo', 'test') AND NEW.clock_offset <> interval '0' THEN
    RAISE EXCEPTION USING ERRCODE = '23M06', MESSAGE = 'only the clock of a demo or test store can be moved';
  END IF;
  RETURN NEW;
END $$;
"""

PRIVATE_FUNCTIONS: Final = (
    "kernel_trail_insert()", "kernel_trail_insert_set()", "kernel_trail_update()", "kernel_trail_delete()",
    "kernel_require_transition()", "kernel_queue_seal()",
)  # fmt: skip
"""Functions with the owner's rights: only the owner may hang them on a table."""


def all_functions(server_version: int) -> str:
    """The text that creates every function on a server of this version (`180006`)."""
    return "".join((CLOCK, UUID7_NATIVE if server_version >= 180000 else UUID7, TRAIL, GUARDS))
