# Reports (MODULE/reports/NAME.sql) become constants REPORT_MODULE_NAME in $(GEN)/reports.gen.h:
# plain SQL that runs on both engines, prepared like any statement.
REPORT_SQL  := $(sort $(foreach f,$(call files,$(LAYERS),*.sql),\
  $(if $(findstring /reports/,$(f)),$(f))))
GEN_HEADERS += $(GEN)/reports.gen.h
GEN_OBJ     += $(BUILD)/obj/gen/reports.gen.o

# base/entities/reports/age.sql -> REPORT_ENTITIES_AGE
report_name  = REPORT_$$(echo $$f | tr / ' ' | sed 's/\.sql$$//' | \
  awk '{print toupper($$(NF-2) "_" $$NF)}')
$(GEN)/reports.gen.h: $(REPORT_SQL) tools/reports.mk
	@mkdir -p $(@D); echo "  REPORTS"
	$(Q){ echo '/* Made by tools/reports.mk from the reports of the modules. */'; \
	  echo '#pragma once'; for f in $(REPORT_SQL); do \
	  echo "extern const char $(report_name)[]; /* $$f */"; done; } >$@
$(GEN)/reports.gen.c: $(GEN)/reports.gen.h
	$(Q){ echo '#include "reports.gen.h"'; for f in $(REPORT_SQL); do \
	  echo "const char $(report_name)[] ="; \
	  sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/    "&\\n"/' $$f; echo '    ;'; done; } >$@
$(BUILD)/obj/gen/reports.gen.o: $(GEN)/reports.gen.h
