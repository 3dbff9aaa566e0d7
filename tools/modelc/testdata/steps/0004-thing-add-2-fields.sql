-- 高度
ALTER TABLE "thing" ADD COLUMN "height" INTEGER CHECK ("height" >= 1);
-- 开着
ALTER TABLE "thing" ADD COLUMN "open" INTEGER CHECK ("open" IN (0, 1));
ALTER TABLE "thing_history" ADD COLUMN "height" INTEGER;
ALTER TABLE "thing_history" ADD COLUMN "open" INTEGER;
ALTER TABLE "thing_source" ADD COLUMN "height" INTEGER;
ALTER TABLE "thing_source" ADD COLUMN "open" INTEGER;
ALTER TABLE "thing_source_history" ADD COLUMN "height" INTEGER;
ALTER TABLE "thing_source_history" ADD COLUMN "open" INTEGER;
DROP INDEX "thing_by_name_made_on";
