-- Prisma knows nothing of what stands here: the filters of the admins' list of users, for what few users are. A condition
-- with a literal matches these in every plan, and one with a parameter in none that PostgreSQL caches.
CREATE INDEX "users_admins_idx" ON "users" ("id") WHERE "role" = 'admin';
CREATE INDEX "users_banned_idx" ON "users" ("id") WHERE "status" = 'banned';
CREATE INDEX "users_deleted_idx" ON "users" ("id") WHERE "status" = 'deleted';
