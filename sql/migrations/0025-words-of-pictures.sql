-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The words that stay on a released picture are a part of their own: a letter is shown without opening its pictures.
SET LOCAL search_path = letterbox;

ALTER TABLE release_part DROP CONSTRAINT release_part_kind_check;
ALTER TABLE release_part ADD CONSTRAINT release_part_kind_check CHECK (kind IN ('text', 'page', 'photo', 'words', 'pdf'));
COMMENT ON COLUMN release_part.kind IS 'text (HTML), page, photo (images), words (that stay on the image before), pdf (the whole, to keep)';
