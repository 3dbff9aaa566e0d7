# The theme is compiled from ui/heluo.scss and npm's govuk-frontend; what is served is embedded.
ASSETS := $(GEN)/ui/heluo.css ui/heluo-mark.svg

ASSETS_TOOL := $(BUILD)/tools/assets
$(ASSETS_TOOL): tools/assets/main.c lib/base.c lib/base.h lib/hash.c lib/hash.h
	@mkdir -p $(@D); echo "  LD $@"
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(filter %.c,$^) -lcrypto -lz

$(GEN)/ui/heluo.css: ui/heluo.scss $(NPM)
	@mkdir -p $(@D); echo "  SASS $<"
	$(Q)node_modules/.bin/sass --load-path=node_modules --quiet-deps --style=compressed \
	  --no-source-map $< $@

$(GEN)/ui/assets.c: $(ASSETS) $(ASSETS_TOOL)
	@echo "  ASSETS"
	$(Q)$(ASSETS_TOOL) $(GEN)/ui $(ASSETS)
$(BUILD)/obj/gen/ui/assets.o: | $(PAGE_H)
GEN_OBJ += $(BUILD)/obj/gen/ui/assets.o
