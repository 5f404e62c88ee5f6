-- A number leads to accounts of the mini programs that share accounts with the one in which it was bound, and to no others.
ALTER TABLE "phones" ADD COLUMN "app_id" TEXT NOT NULL DEFAULT '';

-- The mini program that the account was created in, as far as it is known.
UPDATE "phones" SET "app_id" = COALESCE(
  (SELECT "app_id" FROM "wechat_identities"
   WHERE "wechat_identities"."user_id" = "phones"."user_id" ORDER BY "created_at" LIMIT 1), '');

DROP INDEX "phones_hash_key";

CREATE UNIQUE INDEX "phones_hash_app_id_key" ON "phones"("hash", "app_id");
