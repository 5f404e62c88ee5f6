-- The openid first: the key then serves the search of admins too, and a second index beside it is gone.
DROP INDEX "wechat_identities_openid_idx";
ALTER TABLE "wechat_identities" DROP CONSTRAINT "wechat_identities_pkey",
    ADD CONSTRAINT "wechat_identities_pkey" PRIMARY KEY ("openid", "app_id");

-- Below this line Prisma knows nothing of what stands here: partial indexes, and indexes on expressions.

-- Most users were invited by no user. With the id, the invited users are counted and locked in the order of the index.
DROP INDEX "users_inviter_id_idx";
CREATE INDEX "users_inviter_id_idx" ON "users" ("inviter_id", "id") WHERE "inviter_id" IS NOT NULL;

-- The actions of an admin, for a deletion, a merge and an export. Few events have an actor, so a login writes nothing here.
CREATE INDEX "audit_events_actor_id_idx" ON "audit_events" ("actor_id", "id") WHERE "actor_id" IS NOT NULL;

-- Jobs are looked up by the user or the file that they are about.
CREATE INDEX "jobs_user_id_idx" ON "jobs" (("payload"->>'userId')) WHERE "payload"->>'userId' IS NOT NULL;
CREATE INDEX "jobs_key_idx" ON "jobs" (("payload"->>'key')) WHERE "payload"->>'key' IS NOT NULL;
