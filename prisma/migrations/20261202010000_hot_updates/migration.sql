-- A refresh, a logout and a login change these columns. With an index on one of them each change writes every index of
-- the table; without, and with room in the page, none (a HOT update). The retention reads by primary key instead.
DROP INDEX "sessions_expires_at_idx";
DROP INDEX "sessions_revoked_at_idx";
DROP INDEX "users_last_login_at_idx";

-- Below this line Prisma knows nothing of what stands here: room in each page for the next version of its rows. Pages that
-- are full already get it as their rows change.
ALTER TABLE "sessions" SET (fillfactor = 85);
ALTER TABLE "users" SET (fillfactor = 85);
ALTER TABLE "wechat_identities" SET (fillfactor = 85);
