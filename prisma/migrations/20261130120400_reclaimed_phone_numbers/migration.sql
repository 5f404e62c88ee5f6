-- AlterEnum
ALTER TYPE "revoked_reason" ADD VALUE 'phone_reclaimed';

-- AlterTable
ALTER TABLE "phones" ADD COLUMN "verified_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
UPDATE "phones" SET "verified_at" = "bound_at";
