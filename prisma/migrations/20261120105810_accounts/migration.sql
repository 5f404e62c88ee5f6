-- AlterEnum
ALTER TYPE "revoked_reason" ADD VALUE 'password_changed';
ALTER TYPE "revoked_reason" ADD VALUE 'wechat_unbound';
ALTER TYPE "revoked_reason" ADD VALUE 'merged';
ALTER TYPE "revoked_reason" ADD VALUE 'erased';

-- AlterTable
ALTER TABLE "sessions" ALTER COLUMN "app_id" DROP NOT NULL,
ALTER COLUMN "openid" DROP NOT NULL;

-- AlterTable
ALTER TABLE "users" RENAME COLUMN "avatar_url" TO "avatar_key";
ALTER TABLE "users" ADD COLUMN     "inviter_id" UUID,
ADD COLUMN     "nickname_unchecked" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "phones" (
    "user_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "number_encrypted" BYTEA NOT NULL,
    "key_id" TEXT NOT NULL,
    "bound_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "phones_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "passwords" (
    "user_id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "passwords_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "merge_tickets" (
    "id" UUID NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "user_id" UUID NOT NULL,
    "other_user_id" UUID NOT NULL,
    "app_id" TEXT,
    "openid" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "merge_tickets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "banned_identities" (
    "hash" BYTEA NOT NULL,
    "key_id" TEXT NOT NULL,
    "reason" TEXT,
    "until" TIMESTAMPTZ(3),

    CONSTRAINT "banned_identities_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "avatar_checks" (
    "trace_id" TEXT NOT NULL,
    "app_id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "avatar_key" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "avatar_checks_pkey" PRIMARY KEY ("trace_id")
);

-- CreateTable
CREATE TABLE "wechat_messages" (
    "hash" BYTEA NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "wechat_messages_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "jobs" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "run_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "jobs_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "phones_hash_key" ON "phones"("hash");

-- CreateIndex
CREATE INDEX "phones_key_id_idx" ON "phones"("key_id");

-- CreateIndex
CREATE INDEX "merge_tickets_expires_at_idx" ON "merge_tickets"("expires_at");

-- CreateIndex
CREATE INDEX "merge_tickets_user_id_idx" ON "merge_tickets"("user_id");

-- CreateIndex
CREATE INDEX "merge_tickets_other_user_id_idx" ON "merge_tickets"("other_user_id");

-- CreateIndex
CREATE INDEX "banned_identities_until_idx" ON "banned_identities"("until");

-- CreateIndex
CREATE INDEX "avatar_checks_asked_at_idx" ON "avatar_checks"("asked_at");

-- CreateIndex
CREATE INDEX "avatar_checks_user_id_idx" ON "avatar_checks"("user_id");

-- CreateIndex
CREATE INDEX "wechat_messages_received_at_idx" ON "wechat_messages"("received_at");

-- CreateIndex
CREATE INDEX "jobs_run_at_idx" ON "jobs"("run_at");

-- CreateIndex
CREATE INDEX "users_inviter_id_idx" ON "users"("inviter_id");

-- CreateIndex
CREATE INDEX "users_avatar_key_idx" ON "users"("avatar_key");

-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_inviter_id_fkey" FOREIGN KEY ("inviter_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "phones" ADD CONSTRAINT "phones_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "passwords" ADD CONSTRAINT "passwords_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Who leaves takes their data out of the log too, and who joins two accounts takes its history along; both say so.
CREATE OR REPLACE FUNCTION "refuse_audit_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('audit.retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND current_setting('audit.rewrite', true) = 'on' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit_events is append-only';
END
$$;
