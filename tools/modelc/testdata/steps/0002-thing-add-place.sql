-- 所在地 / Place
ALTER TABLE "thing" ADD COLUMN "place" TEXT;
ALTER TABLE "thing_history" ADD COLUMN "place" TEXT;
ALTER TABLE "thing_source" ADD COLUMN "place" TEXT;
ALTER TABLE "thing_source_history" ADD COLUMN "place" TEXT;
