-- Appeals of banned users, and what a ban needs for them.

CREATE TYPE "appeal_state" AS ENUM ('open', 'accepted', 'rejected', 'lapsed');

ALTER TABLE "users"
    ADD COLUMN "banned_note" TEXT,
    ADD COLUMN "ban_id" UUID;

-- Bans from before can be appealed against too.
UPDATE "users" SET "ban_id" = gen_random_uuid() WHERE "status" = 'banned';

CREATE TABLE "appeals" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "ban_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "state" "appeal_state" NOT NULL DEFAULT 'open',
    "response" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "appeals_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "appeals_user_id_idx" ON "appeals"("user_id");
CREATE INDEX "appeals_state_id_idx" ON "appeals"("state", "id");
CREATE INDEX "appeals_decided_at_idx" ON "appeals"("decided_at");

-- Prisma cannot express a partial index: a ban has at most one open appeal.
CREATE UNIQUE INDEX "appeals_open_ban_id_key" ON "appeals"("ban_id") WHERE "state" = 'open';
