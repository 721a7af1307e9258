-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Reminders: each agency's ladder, the notices that go out, and every step that was taken. Dates, days, codes and ids
-- alone; what staff note in words is sealed.
SET LOCAL search_path = letterbox;

---- the ladder ------------------------------------------------------------------------------------

CREATE FUNCTION letterbox.days_ascend(p_days smallint[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(bool_and(p_days[n] < p_days[n + 1]), true) FROM generate_series(1, cardinality(p_days) - 1) AS n
$$;
COMMENT ON FUNCTION letterbox.days_ascend(smallint[]) IS 'Is each day after the one before?';

CREATE TABLE ladder (
    agency_id  bigint NOT NULL REFERENCES agency,
    version    integer NOT NULL CHECK (version > 0),
    days       smallint[] NOT NULL,
    staff_days smallint[] NOT NULL,
    tell_after smallint NOT NULL CHECK (tell_after BETWEEN 1 AND 80),
    made_by    bigint,
    made_at    timestamptz NOT NULL,
    PRIMARY KEY (agency_id, version),
    FOREIGN KEY (agency_id, made_by) REFERENCES staff,
    CONSTRAINT ladder_days CHECK (cardinality(days) BETWEEN 2 AND 8 AND array_ndims(days) = 1 AND array_lower(days, 1) = 1
                                  AND days[1] >= -80 AND days[cardinality(days)] <= 80
                                  AND letterbox.days_ascend(days)),
    CONSTRAINT ladder_human CHECK (staff_days <@ days AND days[cardinality(days) - 1] = ANY (staff_days)
                                   AND days[cardinality(days)] <> ALL (staff_days))
);
COMMENT ON TABLE ladder IS 'When an agency reminds who is expected to write; each change is a new version, the newest is in force';
COMMENT ON COLUMN ladder.agency_id IS 'The agency';
COMMENT ON COLUMN ladder.version IS 'Counts up from 1';
COMMENT ON COLUMN ladder.days IS 'The steps, as days from the day by which a letter is expected; before it they are less than 0';
COMMENT ON COLUMN ladder.staff_days IS 'Those of them at which a person acts and nothing is sent; the step before the last is always one';
COMMENT ON COLUMN ladder.tell_after IS 'Days late after which the one who waits is told, once, that it may take longer';
COMMENT ON COLUMN ladder.made_by IS 'The manager who set it; null: as it was at the beginning';
COMMENT ON COLUMN ladder.made_at IS 'When';

---- more time -------------------------------------------------------------------------------------

ALTER TABLE occasion
    ADD COLUMN wait_until date,
    ADD COLUMN wait_given_at timestamptz,
    ADD CONSTRAINT occasion_wait CHECK ((wait_until IS NULL) = (wait_given_at IS NULL)
                                        AND (wait_until IS NULL OR wait_until > due_on
                                             AND wait_until <= due_on + interval '6 months'));
COMMENT ON COLUMN occasion.due_on IS 'By when the agreement asks for it; more time never changes it';
COMMENT ON COLUMN occasion.wait_until IS 'More time was given until this day: the ladder hangs from it, and nothing is sent before; null: none was';
COMMENT ON COLUMN occasion.wait_given_at IS 'When it was last given';

---- notices ---------------------------------------------------------------------------------------

CREATE TABLE notice (
    agency_id       bigint NOT NULL REFERENCES agency,
    notice_id       bigint NOT NULL CHECK (notice_id > 0),
    to_party        bigint NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('reminder', 'delay')),
    day             date NOT NULL,
    by_on           date NOT NULL,
    state           text NOT NULL DEFAULT 'asked'
                    CHECK (state IN ('asked', 'ready', 'sent', 'maybe_sent', 'printed', 'posted', 'stopped', 'failed')),
    code            text CHECK (code ~ '^[a-z0-9_.]{1,40}$'),
    way             text CHECK (way IN ('portal', 'link', 'pgp', 'email', 'post')),
    address_version integer CHECK (address_version > 0),
    made_at         timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    PRIMARY KEY (agency_id, notice_id),
    CONSTRAINT notice_once_a_day UNIQUE (agency_id, to_party, day),
    FOREIGN KEY (agency_id, to_party) REFERENCES party,
    CONSTRAINT notice_made CHECK ((way IS NULL) = (address_version IS NULL)
                                  AND (way IS NOT NULL OR state IN ('asked', 'stopped', 'failed')))
);
CREATE INDEX notice_open ON notice (agency_id, to_party) WHERE state IN ('asked', 'ready', 'printed', 'failed', 'maybe_sent');
COMMENT ON TABLE notice IS 'What one person is told on one day about all that is expected of them, or that they wait for; never two on a day';
COMMENT ON COLUMN notice.agency_id IS 'The agency';
COMMENT ON COLUMN notice.notice_id IS 'Random id';
COMMENT ON COLUMN notice.to_party IS 'To whom';
COMMENT ON COLUMN notice.kind IS 'reminder (to who is expected to write); delay (to who waits: it may take longer)';
COMMENT ON COLUMN notice.day IS 'The day on which the diary asked for it';
COMMENT ON COLUMN notice.by_on IS 'The day that a reminder names';
COMMENT ON COLUMN notice.state IS 'asked (the press makes it); ready (with the post, or to be printed); sent; maybe_sent; printed; posted; stopped; failed';
COMMENT ON COLUMN notice.code IS 'Why it was stopped or failed';
COMMENT ON COLUMN notice.way IS 'The person''s way when it was made';
COMMENT ON COLUMN notice.address_version IS 'Of the address that it was made for: another one since stops it';
COMMENT ON COLUMN notice.made_at IS 'When it was asked for';
COMMENT ON COLUMN notice.changed_at IS 'When its state last changed';

ALTER TABLE message ADD COLUMN notice_id bigint, ADD FOREIGN KEY (agency_id, notice_id) REFERENCES notice;
CREATE INDEX message_notice ON message (agency_id, notice_id) WHERE notice_id IS NOT NULL;
COMMENT ON COLUMN message.notice_id IS 'The reminder, or word of a delay, that it carries: checked again when it is sent';

ALTER TABLE print_item ALTER COLUMN dispatch_id DROP NOT NULL, ADD COLUMN notice_id bigint,
    ADD FOREIGN KEY (agency_id, notice_id) REFERENCES notice,
    ADD CONSTRAINT print_item_of CHECK (num_nonnulls(dispatch_id, notice_id) = 1);
CREATE UNIQUE INDEX print_item_notice ON print_item (agency_id, notice_id) WHERE notice_id IS NOT NULL;
COMMENT ON COLUMN print_item.notice_id IS 'The printed reminder that it is, where it is no letter';

---- what was done ---------------------------------------------------------------------------------

CREATE TABLE chase (
    agency_id      bigint NOT NULL REFERENCES agency,
    chase_id       bigint NOT NULL CHECK (chase_id > 0),
    occasion_id    bigint NOT NULL,
    act            text NOT NULL CHECK (act IN ('reminder', 'staff', 'delay', 'wait')),
    event          text NOT NULL CHECK (event IN ('withheld', 'asked', 'sent', 'maybe_sent', 'printed', 'posted', 'stopped',
                                                  'failed', 'handed', 'called', 'went_on', 'given', 'waived')),
    base_on        date NOT NULL,
    day            smallint NOT NULL CHECK (day BETWEEN -80 AND 80),
    ladder_version integer,
    code           text CHECK (code ~ '^[a-z0-9_.]{1,40}$'),
    until_on       date,
    notice_id      bigint,
    staff_id       bigint,
    sealed_note    sealed,
    at             timestamptz NOT NULL,
    PRIMARY KEY (agency_id, chase_id),
    FOREIGN KEY (agency_id, occasion_id) REFERENCES occasion,
    FOREIGN KEY (agency_id, ladder_version) REFERENCES ladder (agency_id, version),
    FOREIGN KEY (agency_id, notice_id) REFERENCES notice,
    FOREIGN KEY (agency_id, staff_id) REFERENCES staff,
    CONSTRAINT chase_until CHECK ((event = 'given') = (until_on IS NOT NULL)),
    CONSTRAINT chase_code CHECK (event NOT IN ('withheld', 'stopped') OR code IS NOT NULL),
    CONSTRAINT chase_notice CHECK (event NOT IN ('asked', 'sent', 'maybe_sent', 'printed', 'posted', 'failed')
                                   OR notice_id IS NOT NULL),
    CONSTRAINT chase_staff CHECK (event NOT IN ('called', 'went_on', 'waived') OR staff_id IS NOT NULL)
);
-- A step is taken once, however often the diary looks; who waits is told once.
CREATE UNIQUE INDEX chase_step ON chase (agency_id, occasion_id, base_on, day)
    WHERE event IN ('asked', 'handed') AND act IN ('reminder', 'staff');
CREATE UNIQUE INDEX chase_told ON chase (agency_id, occasion_id) WHERE event = 'asked' AND act = 'delay';
CREATE UNIQUE INDEX chase_withheld ON chase (agency_id, occasion_id, act, base_on, day, code) WHERE event = 'withheld';
CREATE INDEX chase_waits ON chase (agency_id, occasion_id) WHERE event IN ('handed', 'failed');
CREATE INDEX chase_occasion ON chase (agency_id, occasion_id, at);
CREATE INDEX chase_notice ON chase (agency_id, notice_id) WHERE notice_id IS NOT NULL;
COMMENT ON TABLE chase IS 'The proof of chasing: each step for each expected letter, as it happened; rows are only added';
COMMENT ON COLUMN chase.agency_id IS 'The agency';
COMMENT ON COLUMN chase.chase_id IS 'Random id';
COMMENT ON COLUMN chase.occasion_id IS 'The expected letter';
COMMENT ON COLUMN chase.act IS 'reminder (to the writer); staff (a person acts); delay (to who waits); wait (more time)';
COMMENT ON COLUMN chase.event IS 'withheld (due, and something stopped it); asked (the press makes it); sent, maybe_sent, printed, posted, stopped, failed: what became of it; handed (to staff); called, went_on, waived (by staff); given (more time)';
COMMENT ON COLUMN chase.base_on IS 'The day that the ladder hung from';
COMMENT ON COLUMN chase.day IS 'The step, as days from that day';
COMMENT ON COLUMN chase.ladder_version IS 'The ladder in force; null: no step of it';
COMMENT ON COLUMN chase.code IS 'What stopped it';
COMMENT ON COLUMN chase.until_on IS 'More time until';
COMMENT ON COLUMN chase.notice_id IS 'The notice, which may be about several expected letters';
COMMENT ON COLUMN chase.staff_id IS 'Who did it; null: no member of staff';
COMMENT ON COLUMN chase.sealed_note IS 'What they noted, sealed to the desk';
COMMENT ON COLUMN chase.at IS 'When';

GRANT CREATE ON SCHEMA letterbox TO lb_gate;
SET LOCAL ROLE lb_gate;

CREATE FUNCTION letterbox.ladder_begin() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO letterbox.ladder (agency_id, version, days, staff_days, tell_after, made_at)
    VALUES (NEW.agency_id, 1, '{-28,-14,0,14,42}', '{14}', 14, NEW.made_at);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.ladder_begin() IS 'Trigger: a new agency has the usual ladder (rules/remind.h)';

CREATE FUNCTION letterbox.chase_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'what was done stays as it was written' USING ERRCODE = 'insufficient_privilege';
END
$$;
COMMENT ON FUNCTION letterbox.chase_stays() IS 'Trigger: the proof of chasing is neither changed nor removed, by whoever';

CREATE FUNCTION letterbox.occasion_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_may text := CASE session_user WHEN 'lb_diary' THEN 'd' WHEN 'lb_press' THEN 'p' WHEN 'lb_desk' THEN 's'
                                    WHEN 'lb_portal' THEN 'w' END;
BEGIN
    -- The same table as in lib/rules/remind.c; others than these roles are the operator.
    IF NEW.state <> OLD.state AND v_may IS NOT NULL AND strpos(
           CASE OLD.state || ' ' || NEW.state
               WHEN 'due late' THEN 'd' WHEN 'due received' THEN 'ps' WHEN 'due waived' THEN 'ds'
               WHEN 'late received' THEN 'ps' WHEN 'late due' THEN 'sw' WHEN 'late missed' THEN 'd'
               WHEN 'late waived' THEN 's' WHEN 'missed received' THEN 's' WHEN 'missed waived' THEN 's'
               WHEN 'waived due' THEN 'ds' ELSE '' END, v_may) = 0 THEN
        PERFORM letterbox.refuse('occasion', 'occasion_moves', 'an expected letter does not move so, or not by this role');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION letterbox.occasion_moves() IS 'Trigger: which moves of an expected letter there are, and who makes each';

---- what stops a notice ---------------------------------------------------------------------------

CREATE FUNCTION letterbox.remind_refusal(p_agency bigint, p_occasion bigint, p_kind text, p_day date) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency      letterbox.agency;
    v_occasion    letterbox.occasion;
    v_arrangement text;
    v_writer      text;
    v_reader      text;
    v_writes      letterbox.arrangement_party;
    v_reads       letterbox.arrangement_party;
BEGIN
    SELECT * INTO v_agency FROM letterbox.agency a WHERE a.agency_id = p_agency;
    SELECT * INTO v_occasion FROM letterbox.occasion o WHERE o.agency_id = p_agency AND o.occasion_id = p_occasion;
    SELECT a.state INTO v_arrangement FROM letterbox.arrangement a
     WHERE a.agency_id = p_agency AND a.arrangement_id = v_occasion.arrangement_id;
    SELECT p.state INTO v_writer FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = v_occasion.from_party;
    SELECT p.state INTO v_reader FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = v_occasion.to_party;
    SELECT * INTO v_writes FROM letterbox.arrangement_party p
     WHERE p.agency_id = p_agency AND p.arrangement_id = v_occasion.arrangement_id AND p.party_id = v_occasion.from_party;
    SELECT * INTO v_reads FROM letterbox.arrangement_party p
     WHERE p.agency_id = p_agency AND p.arrangement_id = v_occasion.arrangement_id AND p.party_id = v_occasion.to_party;

    IF v_agency.state IS DISTINCT FROM 'active' OR v_agency.frozen_at IS NOT NULL THEN
        RETURN 'agency_frozen';
    ELSIF v_occasion.state IN ('received', 'waived', 'missed') THEN
        RETURN 'occasion_' || v_occasion.state;
    ELSIF v_arrangement <> 'active' THEN
        RETURN 'arrangement_' || v_arrangement;
    ELSIF p_kind = 'reminder' THEN
        IF v_writer <> 'active' THEN
            RETURN 'writer_' || v_writer;
        ELSIF v_writes.state IS DISTINCT FROM 'active' OR NOT v_writes.may_write THEN
            RETURN 'writer_not_writing';
        ELSIF v_reader IN ('dead', 'ended') THEN
            RETURN 'reader_' || v_reader;
        ELSIF v_reads.state IS NULL OR v_reads.state = 'ended' OR NOT v_reads.may_receive THEN
            RETURN 'reader_not_receiving';
        ELSIF v_occasion.wait_until > p_day THEN
            RETURN 'more_time';
        END IF;
    ELSE
        IF v_reader <> 'active' THEN
            RETURN 'reader_' || v_reader;
        ELSIF v_reads.state IS DISTINCT FROM 'active' OR NOT v_reads.may_receive THEN
            RETURN 'reader_not_receiving';
        ELSIF v_writer IN ('dead', 'ended') THEN
            RETURN 'writer_' || v_writer;
        ELSIF v_writes.state IS NULL OR v_writes.state = 'ended' OR NOT v_writes.may_write THEN
            RETURN 'writer_not_writing';
        END IF;
    END IF;
    IF letterbox.letter_waits(p_agency, v_occasion.arrangement_id, v_occasion.from_party) THEN
        RETURN 'letter_here';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.remind_refusal(bigint, bigint, text, date) IS
    'Null, or why nobody is told of this expected letter on this day: the questions of rules/remind.h again';

CREATE FUNCTION letterbox.letter_waits(p_agency bigint, p_arrangement bigint, p_from bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM letterbox.letter l
                    WHERE l.agency_id = p_agency AND l.from_party = p_from AND l.arrangement_id = p_arrangement
                      AND l.state IN ('received', 'preparing', 'quarantined', 'in_review', 'second_check', 'escalated',
                                      'failed', 'approved')
                      AND NOT EXISTS (SELECT FROM letterbox.occasion o
                                       WHERE o.agency_id = l.agency_id AND o.letter_id = l.letter_id))
$$;
COMMENT ON FUNCTION letterbox.letter_waits(bigint, bigint, bigint) IS
    'Is a letter of this party in the house that answers nothing yet?';

CREATE FUNCTION letterbox.notice_refusal(p_agency bigint, p_notice bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_notice  letterbox.notice;
    v_party   letterbox.party;
    v_refusal text;
    v_open    boolean;
BEGIN
    SELECT * INTO v_notice FROM letterbox.notice n WHERE n.agency_id = p_agency AND n.notice_id = p_notice;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    -- It goes for as long as one of the letters that it is about is still to be asked for.
    SELECT bool_or(r.code IS NULL), min(r.code) INTO v_open, v_refusal
      FROM letterbox.chase c
      CROSS JOIN LATERAL (SELECT letterbox.remind_refusal(p_agency, c.occasion_id, v_notice.kind, v_notice.day) AS code) r
     WHERE c.agency_id = p_agency AND c.notice_id = p_notice AND c.event = 'asked';
    IF NOT coalesce(v_open, false) THEN
        RETURN coalesce(v_refusal, 'unknown');
    END IF;
    SELECT * INTO v_party FROM letterbox.party p WHERE p.agency_id = p_agency AND p.party_id = v_notice.to_party;
    IF v_notice.address_version IS NULL THEN
        RETURN NULL;                            -- not made yet
    ELSIF v_notice.address_version <> v_party.address_version THEN
        RETURN 'address_changed';
    ELSIF v_notice.way = 'post' AND NOT v_party.address_confirmed
          OR v_notice.way IN ('link', 'pgp', 'email') AND NOT v_party.email_confirmed THEN
        RETURN 'address_unconfirmed';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.notice_refusal(bigint, bigint) IS 'Null, or why a notice must not go';

CREATE FUNCTION letterbox.notice_lock(p_agency bigint, p_notice bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Who changes one of these facts waits for us, or we see the change; nothing passes in between.
    PERFORM FROM letterbox.agency a WHERE a.agency_id = p_agency FOR SHARE;
    PERFORM FROM letterbox.chase c
      JOIN letterbox.occasion o ON o.agency_id = c.agency_id AND o.occasion_id = c.occasion_id
      JOIN letterbox.arrangement a ON a.agency_id = o.agency_id AND a.arrangement_id = o.arrangement_id
      JOIN letterbox.arrangement_party m ON m.agency_id = o.agency_id AND m.arrangement_id = o.arrangement_id
                                        AND m.party_id IN (o.from_party, o.to_party)
      JOIN letterbox.party p ON p.agency_id = o.agency_id AND p.party_id = m.party_id
     WHERE c.agency_id = p_agency AND c.notice_id = p_notice AND c.event = 'asked'
       FOR SHARE OF o, a, m, p;
END
$$;
COMMENT ON FUNCTION letterbox.notice_lock(bigint, bigint) IS 'Holds the facts behind a notice until COMMIT';

---- what becomes of a notice ----------------------------------------------------------------------

CREATE FUNCTION letterbox.notice_leaves(p_agency bigint, p_notice bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM letterbox.message m
                    WHERE m.agency_id = p_agency AND m.notice_id = p_notice AND m.state = 'sending')
$$;
COMMENT ON FUNCTION letterbox.notice_leaves(bigint, bigint) IS
    'Is it being given to a mail server at this moment? Then what becomes of that is the truth; if it is not taken, message_begin asks again';

CREATE FUNCTION letterbox.notice_chased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.state = 'ready' THEN
        -- Nobody gets three reminders at once, in one envelope or after days on which nothing could be sent: what has
        -- not left gives way.
        UPDATE letterbox.notice n SET state = 'stopped', code = 'newer_reminder', changed_at = letterbox.now()
         WHERE n.agency_id = NEW.agency_id AND n.to_party = NEW.to_party AND n.kind = NEW.kind AND n.day < NEW.day
           AND n.state IN ('asked', 'ready') AND NOT letterbox.notice_leaves(n.agency_id, n.notice_id);
    END IF;
    IF NEW.state = OLD.state OR NEW.state NOT IN ('sent', 'maybe_sent', 'printed', 'posted', 'stopped', 'failed') THEN
        RETURN NULL;
    END IF;
    INSERT INTO letterbox.chase (agency_id, chase_id, occasion_id, act, event, base_on, day, ladder_version, code, notice_id,
                                 staff_id, at)
    SELECT c.agency_id, letterbox.new_id(), c.occasion_id, c.act, NEW.state, c.base_on, c.day, c.ladder_version,
           CASE WHEN NEW.state = 'stopped' THEN coalesce(NEW.code, 'by_staff') ELSE NEW.code END,
           c.notice_id, CASE WHEN NEW.state IN ('printed', 'posted') THEN letterbox.gate_staff() END, letterbox.now()
      FROM letterbox.chase c WHERE c.agency_id = NEW.agency_id AND c.notice_id = NEW.notice_id AND c.event = 'asked';
    IF NEW.state IN ('sent', 'posted') AND NEW.kind = 'reminder' THEN
        UPDATE letterbox.occasion o SET reminders = o.reminders + 1, reminded_at = letterbox.now()
          FROM letterbox.chase c
         WHERE c.agency_id = NEW.agency_id AND c.notice_id = NEW.notice_id AND c.event = 'asked'
           AND o.agency_id = c.agency_id AND o.occasion_id = c.occasion_id;
    END IF;
    IF NEW.state = 'stopped' THEN
        -- One that is being sent at this moment is checked by message_begin, which waits for us.
        UPDATE letterbox.message m SET state = 'stopped', code = NEW.code, changed_at = letterbox.now()
         WHERE m.agency_id = NEW.agency_id AND m.message_id IN (
               SELECT w.message_id FROM letterbox.message w
                WHERE w.agency_id = NEW.agency_id AND w.notice_id = NEW.notice_id
                  AND w.state IN ('ready', 'failed', 'maybe_sent')
                  FOR UPDATE SKIP LOCKED);
        UPDATE letterbox.print_item p SET state = 'stopped'
         WHERE p.agency_id = NEW.agency_id AND p.notice_id = NEW.notice_id AND p.state IN ('queued', 'printed');
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.notice_chased() IS
    'Trigger: what became of a notice is written down for each letter that it is about; a stopped one takes its message and its print with it';

CREATE FUNCTION letterbox.message_noticed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Of several accounts of one person, one that was reached is enough.
    IF NEW.state IN ('sent', 'maybe_sent', 'stopped', 'failed') THEN
        UPDATE letterbox.notice n
           SET state = NEW.state, code = CASE WHEN NEW.state IN ('stopped', 'failed') THEN NEW.code END,
               changed_at = letterbox.now()
         WHERE n.agency_id = NEW.agency_id AND n.notice_id = NEW.notice_id AND n.state <> NEW.state
           AND n.state <> 'sent' AND (n.state <> 'stopped' OR NEW.state IN ('sent', 'maybe_sent'))
           AND (NEW.state <> 'stopped' OR NOT EXISTS (
               SELECT FROM letterbox.message m WHERE m.agency_id = NEW.agency_id AND m.notice_id = NEW.notice_id
                  AND m.message_id <> NEW.message_id AND m.state IN ('ready', 'sending', 'sent')));
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.message_noticed() IS 'Trigger: what became of a message is what became of its notice';

CREATE FUNCTION letterbox.notice_withdraw(p_agency bigint, p_parties bigint[], p_arrangement bigint, p_occasion bigint)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_notice  bigint;
    v_refusal text;
BEGIN
    FOR v_notice IN
        SELECT n.notice_id FROM letterbox.notice n
         WHERE n.agency_id = p_agency AND n.state IN ('asked', 'ready', 'printed', 'failed', 'maybe_sent')
           AND NOT letterbox.notice_leaves(n.agency_id, n.notice_id)
           AND (p_parties IS NULL AND p_arrangement IS NULL AND p_occasion IS NULL
                OR EXISTS (SELECT FROM letterbox.chase c
                             JOIN letterbox.occasion o ON o.agency_id = c.agency_id AND o.occasion_id = c.occasion_id
                            WHERE c.agency_id = n.agency_id AND c.notice_id = n.notice_id AND c.event = 'asked'
                              AND (o.from_party = ANY (p_parties) OR o.to_party = ANY (p_parties)
                                   OR o.arrangement_id = p_arrangement OR o.occasion_id = p_occasion)))
           FOR UPDATE SKIP LOCKED LOOP
        v_refusal := letterbox.notice_refusal(p_agency, v_notice);
        UPDATE letterbox.notice n SET state = 'stopped', code = v_refusal, changed_at = letterbox.now()
         WHERE n.agency_id = p_agency AND n.notice_id = v_notice AND v_refusal IS NOT NULL;
    END LOOP;
END
$$;
COMMENT ON FUNCTION letterbox.notice_withdraw(bigint, bigint[], bigint, bigint) IS
    'Stops what has not left and may not go any more, about these people, this arrangement or this expected letter; all nulls: everything';

CREATE FUNCTION letterbox.notices_stop() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'party' THEN
        PERFORM letterbox.notice_withdraw(NEW.agency_id, ARRAY[NEW.party_id], NULL, NULL);
    WHEN 'arrangement' THEN
        PERFORM letterbox.notice_withdraw(NEW.agency_id, NULL, NEW.arrangement_id, NULL);
    WHEN 'arrangement_party' THEN
        PERFORM letterbox.notice_withdraw(NEW.agency_id, NULL, NEW.arrangement_id, NULL);
    WHEN 'occasion' THEN
        PERFORM letterbox.notice_withdraw(NEW.agency_id, NULL, NULL, NEW.occasion_id);
    WHEN 'agency' THEN
        PERFORM letterbox.notice_withdraw(NEW.agency_id, NULL, NULL, NULL);
    END CASE;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION letterbox.notices_stop() IS 'Trigger: a change that stops notices takes back at once those that have not left';

---- sending and printing --------------------------------------------------------------------------

CREATE FUNCTION letterbox.notice_print_refusal(p_agency bigint, p_notice bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_refusal text;
BEGIN
    PERFORM letterbox.notice_lock(p_agency, p_notice);
    v_refusal := letterbox.notice_refusal(p_agency, p_notice);
    UPDATE letterbox.notice n SET state = 'stopped', code = v_refusal, changed_at = letterbox.now()
     WHERE n.agency_id = p_agency AND n.notice_id = p_notice AND v_refusal IS NOT NULL;
    RETURN v_refusal;
END
$$;
COMMENT ON FUNCTION letterbox.notice_print_refusal(bigint, bigint) IS
    'Null, or why a printed notice must not go: then it is stopped, and its print with it';

CREATE OR REPLACE FUNCTION letterbox.message_begin(p_message bigint, OUT refusal text, OUT attempt_id bigint) RETURNS record
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_message letterbox.message;
    v_state   text;
    v_instant timestamptz := letterbox.now();
BEGIN
    SELECT * INTO v_message FROM letterbox.message m
     WHERE m.agency_id = v_agency AND m.message_id = p_message FOR UPDATE;
    IF NOT FOUND THEN
        refusal := 'unknown';
        RETURN;
    ELSIF v_message.state = 'sending' THEN
        -- An attempt was begun and never ended: its process died, and the mail may have left.
        UPDATE letterbox.attempt a SET ended_at = v_instant, outcome = 'unknown'
         WHERE a.agency_id = v_agency AND a.message_id = p_message AND a.ended_at IS NULL;
        UPDATE letterbox.message m SET state = 'maybe_sent', changed_at = v_instant
         WHERE m.agency_id = v_agency AND m.message_id = p_message;
        -- Unless it has come back meanwhile: then it was sent, and staff know more of it than this.
        UPDATE letterbox.dispatch d SET state = 'maybe_sent', changed_at = v_instant
         WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.dispatch_id AND d.state = 'sending';
        refusal := 'maybe_sent';
        RETURN;
    ELSIF v_message.state <> 'ready' THEN
        refusal := CASE v_message.state WHEN 'void' THEN 'void' WHEN 'maybe_sent' THEN 'maybe_sent' ELSE 'done' END;
        RETURN;
    END IF;

    IF v_message.account_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM letterbox.account a
                        WHERE a.agency_id = v_agency AND a.account_id = v_message.account_id AND a.state = 'active') THEN
        -- Made before it was closed, or while it was. Neither a code nor a notice goes there any more.
        refusal := 'account_closed';
    ELSIF v_message.dispatch_id IS NOT NULL THEN
        SELECT d.state INTO v_state FROM letterbox.dispatch d
         WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.dispatch_id FOR UPDATE;
        refusal := CASE WHEN v_state <> 'ready' THEN 'done'
                        ELSE letterbox.dispatch_refusal(v_agency, v_message.dispatch_id) END;
        IF refusal IS NOT NULL THEN
            PERFORM letterbox.dispatch_stop(v_agency, v_message.dispatch_id, 'send', refusal);
        END IF;
    ELSIF v_message.notice_id IS NOT NULL THEN
        PERFORM letterbox.notice_lock(v_agency, v_message.notice_id);
        refusal := letterbox.notice_refusal(v_agency, v_message.notice_id);
    ELSIF v_message.kind NOT IN ('sign_in_code', 'password_changed') THEN
        -- A notice: none to the dead, none while the agency is frozen.
        SELECT CASE WHEN g.state <> 'active' OR g.frozen_at IS NOT NULL THEN 'agency_frozen'
                    WHEN p.state IN ('dead', 'ended') THEN 'recipient_' || p.state END
          INTO refusal
          FROM letterbox.agency g
          LEFT JOIN letterbox.party p ON p.agency_id = g.agency_id AND p.party_id = v_message.to_party
         WHERE g.agency_id = v_agency FOR SHARE OF g;
    END IF;
    IF refusal IS NOT NULL THEN
        UPDATE letterbox.message m SET state = 'stopped', code = refusal, changed_at = v_instant
         WHERE m.agency_id = v_agency AND m.message_id = p_message;
        RETURN;
    END IF;

    attempt_id := letterbox.new_id();
    INSERT INTO letterbox.attempt (agency_id, attempt_id, dispatch_id, message_id, number, kind, started_at)
    SELECT v_agency, message_begin.attempt_id, v_message.dispatch_id, p_message, count(*) + 1, 'send', v_instant
      FROM letterbox.attempt a WHERE a.agency_id = v_agency AND a.message_id = p_message;
    UPDATE letterbox.message m SET state = 'sending', changed_at = v_instant
     WHERE m.agency_id = v_agency AND m.message_id = p_message;
    UPDATE letterbox.dispatch d SET state = 'sending', changed_at = v_instant
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_message.dispatch_id;
END
$$;

CREATE OR REPLACE FUNCTION letterbox.print_begin(p_print bigint, p_batch bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_item    letterbox.print_item;
    v_refusal text;
    v_instant timestamptz := letterbox.now();
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not print' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO v_item FROM letterbox.print_item p WHERE p.agency_id = v_agency AND p.print_id = p_print FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF v_item.state NOT IN ('queued', 'printed') THEN
        RETURN 'done';
    END IF;
    IF v_item.notice_id IS NOT NULL THEN
        v_refusal := letterbox.notice_print_refusal(v_agency, v_item.notice_id);
        IF v_refusal IS NULL THEN
            UPDATE letterbox.print_item p
               SET state = 'printed', batch_id = p_batch, printed_by = letterbox.gate_staff(), printed_at = v_instant
             WHERE p.agency_id = v_agency AND p.print_id = p_print;
            UPDATE letterbox.notice n SET state = 'printed', changed_at = v_instant
             WHERE n.agency_id = v_agency AND n.notice_id = v_item.notice_id AND n.state = 'ready';
        END IF;
        RETURN v_refusal;
    END IF;
    v_refusal := letterbox.dispatch_refusal(v_agency, v_item.dispatch_id);
    IF v_refusal IS NOT NULL THEN
        PERFORM letterbox.dispatch_stop(v_agency, v_item.dispatch_id, 'print', v_refusal);
        RETURN v_refusal;
    END IF;
    INSERT INTO letterbox.attempt (agency_id, attempt_id, dispatch_id, number, kind, started_at, ended_at, outcome)
    SELECT v_agency, letterbox.new_id(), v_item.dispatch_id, count(*) + 1, 'print', v_instant, v_instant, 'done'
      FROM letterbox.attempt a WHERE a.agency_id = v_agency AND a.dispatch_id = v_item.dispatch_id;
    UPDATE letterbox.print_item p
       SET state = 'printed', batch_id = p_batch, printed_by = letterbox.gate_staff(), printed_at = v_instant
     WHERE p.agency_id = v_agency AND p.print_id = p_print;
    UPDATE letterbox.dispatch d SET state = 'sending', changed_at = v_instant
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_item.dispatch_id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION letterbox.print_check(p_print bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency   bigint := letterbox.gate_need_agency();
    v_dispatch bigint;
    v_notice   bigint;
    v_refusal  text;
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not print' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT p.dispatch_id, p.notice_id INTO v_dispatch, v_notice FROM letterbox.print_item p
     WHERE p.agency_id = v_agency AND p.print_id = p_print AND p.state = 'printed' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF v_notice IS NOT NULL THEN
        RETURN letterbox.notice_print_refusal(v_agency, v_notice);
    END IF;
    v_refusal := letterbox.dispatch_refusal(v_agency, v_dispatch);
    IF v_refusal IS NOT NULL THEN
        PERFORM letterbox.dispatch_stop(v_agency, v_dispatch, 'print', v_refusal);
    END IF;
    RETURN v_refusal;
END
$$;

CREATE OR REPLACE FUNCTION letterbox.print_posted(p_print bigint, p_day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_agency  bigint := letterbox.gate_need_agency();
    v_item    letterbox.print_item;
BEGIN
    IF coalesce(letterbox.gate_role() NOT IN ('coordinator', 'manager'), true) THEN
        RAISE EXCEPTION 'this role does not post' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letterbox.print_item p SET state = 'posted', posted_by = letterbox.gate_staff(), posted_on = p_day
     WHERE p.agency_id = v_agency AND p.print_id = p_print AND p.state = 'printed'
    RETURNING p.* INTO v_item;
    IF NOT FOUND THEN
        RETURN 'done';
    END IF;
    -- It left the house already: what changed since is not undone by refusing to write it down.
    UPDATE letterbox.dispatch d SET state = 'sent', changed_at = letterbox.now()
     WHERE d.agency_id = v_agency AND d.dispatch_id = v_item.dispatch_id;
    UPDATE letterbox.notice n SET state = 'posted', changed_at = letterbox.now()
     WHERE n.agency_id = v_agency AND n.notice_id = v_item.notice_id;
    RETURN NULL;
END
$$;

---- more time -------------------------------------------------------------------------------------

CREATE FUNCTION letterbox.occasion_wait(p_occasion bigint, p_until date, p_today date, p_chase bigint, p_sealed_note bytea)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_session  letterbox.session := letterbox.gate_live_session();
    v_instant  timestamptz := letterbox.now();
    v_one      letterbox.occasion;
    v_each     letterbox.occasion;
    v_given    bigint := 0;
BEGIN
    IF v_session.staff_id IS NOT NULL AND v_session.role NOT IN ('coordinator', 'manager') THEN
        RAISE EXCEPTION 'this role does not give more time' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO v_one FROM letterbox.occasion o
     WHERE o.agency_id = v_session.agency_id AND o.occasion_id = p_occasion AND o.state IN ('due', 'late')
       AND (v_session.staff_id IS NOT NULL OR v_session.account_id IS NOT NULL AND o.from_party = v_session.party_id);
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    -- All that the same person is to write for the same day in the arrangement: it is one letter to several.
    FOR v_each IN SELECT * FROM letterbox.occasion o
                   WHERE o.agency_id = v_one.agency_id AND o.arrangement_id = v_one.arrangement_id
                     AND o.from_party = v_one.from_party AND o.due_on = v_one.due_on AND o.state IN ('due', 'late')
                     AND p_until > p_today AND p_until > greatest(o.due_on, o.wait_until)
                     AND p_until <= least(greatest(o.due_on, p_today) + interval '2 months', o.due_on + interval '6 months')
                   ORDER BY o.occasion_id = p_occasion DESC, o.occasion_id FOR UPDATE LOOP
        INSERT INTO letterbox.chase (agency_id, chase_id, occasion_id, act, event, base_on, day, until_on, staff_id,
                                     sealed_note, at)
        VALUES (v_each.agency_id, CASE WHEN v_each.occasion_id = p_occasion THEN p_chase ELSE letterbox.new_id() END,
                v_each.occasion_id, 'wait', 'given', greatest(v_each.due_on, v_each.wait_until), 0, p_until,
                v_session.staff_id, CASE WHEN v_each.occasion_id = p_occasion THEN p_sealed_note END, v_instant);
        UPDATE letterbox.occasion o SET wait_until = p_until, wait_given_at = v_instant, state = 'due', changed_at = v_instant
         WHERE o.agency_id = v_each.agency_id AND o.occasion_id = v_each.occasion_id;
        v_given := v_given + 1;
    END LOOP;
    RETURN v_given;
END
$$;
COMMENT ON FUNCTION letterbox.occasion_wait(bigint, date, date, bigint, bytea) IS
    'More time for what this person is to write for that day: by the person, signed in, or by staff; 0: not theirs, over, or outside the bounds of rules/remind.h';

GRANT EXECUTE ON FUNCTION letterbox.ladder_begin(), letterbox.chase_stays(), letterbox.occasion_moves(),
    letterbox.notice_chased(), letterbox.message_noticed(), letterbox.notices_stop() TO lb_owner;

RESET ROLE;
REVOKE CREATE ON SCHEMA letterbox FROM lb_gate;

CREATE TRIGGER ladder_begin AFTER INSERT ON agency FOR EACH ROW EXECUTE FUNCTION letterbox.ladder_begin();
CREATE TRIGGER chase_stays BEFORE UPDATE OR DELETE ON chase FOR EACH ROW EXECUTE FUNCTION letterbox.chase_stays();
CREATE TRIGGER occasion_moves BEFORE UPDATE OF state ON occasion FOR EACH ROW EXECUTE FUNCTION letterbox.occasion_moves();
CREATE TRIGGER notice_chased AFTER UPDATE OF state ON notice FOR EACH ROW EXECUTE FUNCTION letterbox.notice_chased();
CREATE TRIGGER message_noticed AFTER UPDATE OF state ON message FOR EACH ROW
    WHEN (NEW.notice_id IS NOT NULL AND NEW.state <> OLD.state) EXECUTE FUNCTION letterbox.message_noticed();
CREATE TRIGGER notices_stop AFTER UPDATE OF state, address_version, address_confirmed, email_confirmed ON party FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION letterbox.notices_stop();
CREATE TRIGGER notices_stop AFTER UPDATE OF state ON arrangement FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION letterbox.notices_stop();
CREATE TRIGGER notices_stop AFTER UPDATE OF state, may_write, may_receive ON arrangement_party FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION letterbox.notices_stop();
CREATE TRIGGER notices_stop AFTER UPDATE OF state, wait_until ON occasion FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.wait_until IS DISTINCT FROM NEW.wait_until) EXECUTE FUNCTION letterbox.notices_stop();
CREATE TRIGGER notices_stop AFTER UPDATE OF state, frozen_at ON agency FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION letterbox.notices_stop();

-- Agencies that are there already. Its owner is under the policies too.
ALTER TABLE agency NO FORCE ROW LEVEL SECURITY;
INSERT INTO ladder (agency_id, version, days, staff_days, tell_after, made_at)
SELECT agency_id, 1, '{-28,-14,0,14,42}', '{14}', 14, made_at FROM agency;
ALTER TABLE agency FORCE ROW LEVEL SECURITY;
