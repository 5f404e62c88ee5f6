-- CreateEnum
CREATE TYPE "content_kind" AS ENUM ('nickname', 'avatar');

-- CreateEnum
CREATE TYPE "review_decision" AS ENUM ('approved', 'rejected');

-- AlterTable
ALTER TABLE "users" ADD COLUMN "pending_nickname" TEXT,
ADD COLUMN "pending_avatar_key" TEXT;

-- CreateTable
CREATE TABLE "content_reviews" (
    "id" UUID NOT NULL,
    "user_id" UUID,
    "kind" "content_kind" NOT NULL,
    "verdict" TEXT,
    "trace_id" TEXT,
    "app_id" TEXT,
    "submitted_at" TIMESTAMPTZ(3) NOT NULL,
    "decision" "review_decision",
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "content_reviews_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "users_pending_avatar_key_idx" ON "users"("pending_avatar_key");

-- CreateIndex
CREATE INDEX "content_reviews_user_id_idx" ON "content_reviews"("user_id");

-- CreateIndex
CREATE INDEX "content_reviews_decision_id_idx" ON "content_reviews"("decision", "id");

-- CreateIndex
CREATE INDEX "content_reviews_decided_at_idx" ON "content_reviews"("decided_at");
