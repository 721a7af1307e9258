-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Nothing: this number is another change's. To be dropped where the two meet.
SET LOCAL search_path = letterbox;
