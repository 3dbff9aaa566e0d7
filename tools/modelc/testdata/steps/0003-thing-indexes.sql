CREATE INDEX "thing_by_place" ON "thing" ("place");
DROP INDEX "thing_by_name_made_on";
CREATE UNIQUE INDEX "thing_by_name_made_on" ON "thing" ("name", "made_on");
