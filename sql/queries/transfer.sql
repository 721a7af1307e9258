-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: transfer_agencies
-- purpose: The agencies of this installation by name
-- roles: lb_desk
-- params: none
-- columns: agency_id bigint, name text
SELECT agency_id, name FROM letterbox.transfer_agencies();

-- name: transfer_propose
-- purpose: Proposes that an arrangement goes to another agency; a refusal, or null
-- roles: lb_desk
-- params: $1 transfer_id bigint, $2 arrangement_id bigint, $3 to_agency_id bigint, $4 sealed_reason bytea
-- columns: refusal text
SELECT letterbox.transfer_propose($1::bigint, $2::bigint, $3::bigint, $4::bytea) AS refusal;

-- name: transfer_offer
-- purpose: A manager agrees to a transfer, with what goes: the arrangement is held; a refusal, or null
-- roles: lb_desk
-- params: $1 transfer_id bigint, $2 sealed_bundle bytea, $3 records bigint[]
-- columns: refusal text
SELECT letterbox.transfer_offer($1::bigint, $2::bytea, $3::bigint[]) AS refusal;

-- name: transfer_take
-- purpose: Takes an arrangement that is entered here now; the first agency's is moved; a refusal, or null
-- roles: lb_desk
-- params: $1 transfer_id bigint, $2 arrangement_id bigint, $3 was_parties bigint[], $4 now_parties bigint[]
-- columns: refusal text
SELECT letterbox.transfer_take($1::bigint, $2::bigint, $3::bigint[], $4::bigint[]) AS refusal;

-- name: transfer_end
-- purpose: Refuses or withdraws a transfer; a refusal, or null
-- roles: lb_desk
-- params: $1 transfer_id bigint, $2 sealed_answer bytea
-- columns: refusal text
SELECT letterbox.transfer_end($1::bigint, $2::bytea) AS refusal;

-- name: transfer_find
-- purpose: One transfer, from here or to here
-- roles: lb_desk
-- params: $1 transfer_id bigint
-- columns: transfer_id bigint, agency_id bigint, arrangement_id bigint, to_agency_id bigint, state text, proposed_by bigint,
--   proposed_at timestamptz, offered_by bigint, offered_at timestamptz, decided_at timestamptz, people integer,
--   letters integer, shelved integer, siblings integer, next_on date, letters_digest bytea, taken_as bigint, sealed_reason bytea,
--   sealed_bundle bytea, sealed_answer bytea
SELECT transfer_id, agency_id, arrangement_id, to_agency_id, state, proposed_by, proposed_at, offered_by, offered_at,
       decided_at, people, letters, shelved, siblings, next_on, letters_digest, taken_as, sealed_reason, sealed_bundle, sealed_answer
  FROM letterbox.transfer WHERE transfer_id = $1::bigint;

-- name: transfer_list
-- purpose: Transfers from here (of one arrangement, or all) and to here, newest first
-- roles: lb_desk
-- params: $1 arrangement_id bigint, $2 limit integer
-- columns: transfer_id bigint, agency_id bigint, arrangement_id bigint, to_agency_id bigint, state text, proposed_at timestamptz,
--   decided_at timestamptz, taken_as bigint
SELECT transfer_id, agency_id, arrangement_id, to_agency_id, state, proposed_at, decided_at, taken_as
  FROM letterbox.transfer
 WHERE $1::bigint IS NULL OR (agency_id, arrangement_id) = (letterbox.gate_agency(), $1::bigint)
    OR (to_agency_id, taken_as) = (letterbox.gate_agency(), $1::bigint)
 ORDER BY proposed_at DESC, transfer_id LIMIT $2::integer;

-- name: transfer_waiting_count
-- purpose: Moves between agencies that wait for a manager: proposed here by somebody else, or offered to this agency
-- roles: lb_desk
-- params: none
-- columns: moves bigint
SELECT count(*) AS moves FROM letterbox.transfer
 WHERE agency_id = letterbox.gate_agency() AND state = 'proposed' AND proposed_by <> letterbox.gate_staff()
    OR to_agency_id = letterbox.gate_agency() AND state = 'offered';

-- name: transfer_records
-- purpose: Versions of all records that go with an arrangement
-- roles: lb_desk
-- params: $1 arrangement_id bigint
-- columns: records bigint[]
SELECT letterbox.transfer_own_records($1::bigint) AS records;

-- name: transfer_siblings
-- purpose: Children here who are sisters and brothers of the child of a transfer, and came from the same agency
-- roles: lb_desk
-- params: $1 transfer_id bigint
-- columns: child_id bigint
SELECT s AS child_id FROM letterbox.transfer_siblings($1::bigint) AS s ORDER BY 1;

-- name: transfer_known
-- purpose: People who came here from another agency, by the ids that they have there
-- roles: lb_desk
-- params: $1 agency_id bigint
-- columns: was bigint, party_id bigint
SELECT DISTINCT ON (k.was) k.was, k.party_id
  FROM letterbox.transfer t CROSS JOIN LATERAL unnest(t.was_parties, t.now_parties) AS k (was, party_id)
 WHERE t.agency_id = $1::bigint AND t.to_agency_id = letterbox.gate_agency() AND t.state = 'taken'
 ORDER BY k.was, t.decided_at DESC;

-- name: transfer_done
-- purpose: From which agency an arrangement came, and to which it went, with the receipt
-- roles: lb_desk
-- params: $1 arrangement_id bigint
-- columns: transfer_id bigint, is_ours boolean, other_name text, decided_at timestamptz, letters integer
SELECT transfer_id, is_ours, other_name, decided_at, letters FROM letterbox.transfer_done($1::bigint);
