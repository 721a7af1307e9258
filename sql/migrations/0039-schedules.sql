-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The months of an agreement as a rule of RFC 5545, with the day from which each version holds. Expected sendings that newer
-- terms drop are told apart from those that somebody waived: only the first come back when the terms ask for them again.
SET LOCAL search_path = letterbox;

ALTER TABLE agreement
    ADD COLUMN rule text,
    ADD COLUMN starts_on date,
    ADD COLUMN until_on date GENERATED ALWAYS AS (make_date(substring(rule FROM 'UNTIL=(\d{4})')::integer,
                                                            substring(rule FROM 'UNTIL=\d{4}(\d\d)')::integer,
                                                            substring(rule FROM 'UNTIL=\d{6}(\d\d)')::integer)) STORED;
COMMENT ON COLUMN agreement.rule IS 'The months as a rule of RFC 5545, "FREQ=YEARLY;BYMONTH=3,11", every second year with INTERVAL=2; its DTSTART is the first of the month of starts_on. Null: no months';
COMMENT ON COLUMN agreement.starts_on IS 'From when this version holds, until the next one does';
COMMENT ON COLUMN agreement.until_on IS 'The last day of the rule, where it has one';

-- What there is already holds from the day on which it was agreed, no version before the one that it changed.
ALTER TABLE agreement NO FORCE ROW LEVEL SECURITY;
UPDATE agreement g
   SET months = (SELECT coalesce(array_agg(DISTINCT m ORDER BY m), '{}') FROM unnest(g.months) AS m),
       rule = CASE WHEN cardinality(g.months) > 0
                   THEN 'FREQ=YEARLY;BYMONTH=' || (SELECT string_agg(DISTINCT lpad(m::text, 2), ',' ORDER BY lpad(m::text, 2))
                                                     FROM unnest(g.months) AS m) END,
       starts_on = (SELECT max(coalesce(o.agreed_on, (o.made_at AT TIME ZONE 'Europe/London')::date)) FROM agreement o
                     WHERE o.agency_id = g.agency_id AND o.arrangement_id = g.arrangement_id AND o.version <= g.version);
UPDATE agreement SET rule = replace(rule, ' ', '') WHERE rule IS NOT NULL;
ALTER TABLE agreement FORCE ROW LEVEL SECURITY;
ALTER TABLE agreement
    ALTER COLUMN starts_on SET NOT NULL,
    ADD CONSTRAINT agreement_rule CHECK (
        CASE WHEN rule IS NULL THEN cardinality(months) = 0
             ELSE rule ~ '^FREQ=YEARLY(;INTERVAL=([2-9]|10))?;BYMONTH=(1?\d)(,1?\d){0,11}(;COUNT=[1-9]\d{0,2}|;UNTIL=\d{8})?$'
                  AND months @> string_to_array(substring(rule FROM 'BYMONTH=([\d,]+)'), ',')::smallint[]
                  AND months <@ string_to_array(substring(rule FROM 'BYMONTH=([\d,]+)'), ',')::smallint[] END);

ALTER TABLE occasion
    ADD COLUMN is_dropped boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT occasion_dropped CHECK (state = 'waived' OR NOT is_dropped);
COMMENT ON COLUMN occasion.is_dropped IS 'Waived because the terms, or who takes part, ask for it no longer: it is due again when they do. False of what a person waived';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.agreement_begins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_newest date := (SELECT max(g.starts_on) FROM letterbox.agreement g
                       WHERE g.agency_id = NEW.agency_id AND g.arrangement_id = NEW.arrangement_id);
BEGIN
    IF NEW.rule IS NULL AND cardinality(NEW.months) > 0 THEN
        NEW.months := (SELECT array_agg(DISTINCT m ORDER BY m) FROM unnest(NEW.months) AS m);
        NEW.rule := 'FREQ=YEARLY;BYMONTH=' || array_to_string(NEW.months, ',');
    END IF;
    IF NEW.starts_on IS NULL THEN
        NEW.starts_on := greatest(coalesce(NEW.agreed_on, (NEW.made_at AT TIME ZONE 'Europe/London')::date), v_newest);
    END IF;
    IF NEW.starts_on < v_newest THEN
        PERFORM letterbox.refuse('agreement', 'agreement_starts_in_order', 'an earlier version of these terms starts later');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.agreement_begins() IS
    'Gives terms that name months alone the rule of those months, and terms without a beginning the day they were agreed; refuses a version that starts before an older one: constraint agreement_starts_in_order';
GRANT EXECUTE ON FUNCTION letterbox.agreement_begins() TO lb_owner;

RESET ROLE;
CREATE TRIGGER agreement_begins BEFORE INSERT ON agreement FOR EACH ROW EXECUTE FUNCTION letterbox.agreement_begins();
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;
