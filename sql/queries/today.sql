-- SPDX-License-Identifier: AGPL-3.0-or-later

-- name: today_counts
-- purpose: The counts of the Today page
-- roles: lb_desk
-- params: none
-- columns: arrived bigint, to_read bigint, second_check bigint, approved bigint, held bigint, held_due bigint,
--   escalated bigint, quarantined bigint, failed bigint, late bigint, to_ring bigint, to_print bigint, to_post bigint,
--   changes bigint, reviews_due bigint, problems bigint
SELECT count(*) FILTER (WHERE state IN ('received', 'preparing')) AS arrived,
       count(*) FILTER (WHERE state = 'in_review') AS to_read,
       count(*) FILTER (WHERE state = 'second_check') AS second_check,
       count(*) FILTER (WHERE state IN ('approved', 'composed')) AS approved,
       count(*) FILTER (WHERE state = 'held') AS held,
       count(*) FILTER (WHERE state = 'held' AND review_on <= letterbox.now()::date) AS held_due,
       count(*) FILTER (WHERE state = 'escalated') AS escalated,
       count(*) FILTER (WHERE state = 'quarantined') AS quarantined,
       count(*) FILTER (WHERE state = 'failed') AS failed,
       (SELECT count(*) FROM letterbox.occasion WHERE state = 'late') AS late,
       (SELECT count(DISTINCT c.occasion_id)                           -- as occasion_late_list
          FROM letterbox.chase c
          JOIN letterbox.occasion o ON o.agency_id = c.agency_id AND o.occasion_id = c.occasion_id
          JOIN letterbox.arrangement a ON a.agency_id = o.agency_id AND a.arrangement_id = o.arrangement_id
         WHERE c.event IN ('handed', 'failed') AND c.act IN ('staff', 'reminder') AND a.state = 'active'
           AND o.state IN ('due', 'late') AND c.base_on = greatest(o.due_on, o.wait_until)
           AND NOT EXISTS (SELECT FROM letterbox.chase n
                            WHERE n.agency_id = c.agency_id AND n.occasion_id = c.occasion_id AND n.base_on = c.base_on
                              AND (n.event = 'went_on' OR c.event = 'failed' AND n.at > c.at
                                                          AND n.event IN ('sent', 'posted', 'called')))) AS to_ring,
       (SELECT count(*) FROM letterbox.print_item WHERE state = 'queued') AS to_print,
       (SELECT count(*) FROM letterbox.print_item WHERE state = 'printed') AS to_post,
       (SELECT count(*) FROM letterbox.detail_change WHERE state = 'waiting') AS changes,
       (SELECT count(*) FROM letterbox.arrangement_review WHERE done_at IS NULL AND due_on <= letterbox.now()::date) AS reviews_due,
       (SELECT count(*) FROM letterbox.job WHERE state = 'staff')
       + (SELECT count(*) FROM letterbox.dispatch d
            JOIN letterbox.release r ON r.agency_id = d.agency_id AND r.release_id = d.release_id
           WHERE d.state IN ('stopped', 'returned', 'maybe_sent') AND r.state <> 'withdrawn'
             AND NOT EXISTS (SELECT FROM letterbox.dispatch n
                              WHERE n.agency_id = d.agency_id AND n.release_id = d.release_id AND n.made_at > d.made_at))
       + (SELECT count(*) FROM letterbox.message WHERE state IN ('maybe_sent', 'failed') AND dispatch_id IS NULL)
       + (SELECT count(*) FROM letterbox.bounce
           WHERE seen_at IS NULL AND (dispatch_id IS NULL OR kind NOT IN ('hard', 'soft', 'refused') OR NOT is_recipients))
       + (SELECT count(DISTINCT error_code) FROM letterbox.job
           WHERE state IN ('ready', 'leased') AND waits > 0 AND letter_id IS NOT NULL)    -- as job_waiting
       AS problems
  FROM letterbox.letter
 WHERE state IN ('received', 'preparing', 'in_review', 'second_check', 'approved', 'composed', 'held', 'escalated',
                 'quarantined', 'failed');
