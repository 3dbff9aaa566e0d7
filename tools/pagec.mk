# Templates (*.page.html) and texts (texts.csv) become C in $(GEN); ui/README.md has the syntax.
# pagec is built before the library, from lib/base.c alone, as the kernel includes what it makes.
PAGEC       := $(BUILD)/tools/pagec
PAGEC_SRC   := $(call find_c,tools/pagec)
PAGE_HTML   := $(sort $(shell find $(LAYERS) -name '*.page.html' 2>/dev/null))
PAGE_TEXTS  := $(sort $(shell find ui $(LAYERS) -name texts.csv 2>/dev/null))
PAGE_C      := $(patsubst %.html,$(GEN)/%.c,$(PAGE_HTML))
PAGE_H      := $(GEN)/texts.h $(PAGE_C:.c=.h)
PAGE_OBJ    := $(patsubst $(GEN)/%.c,$(BUILD)/obj/gen/%.o,$(PAGE_C))
PAGE_KERNEL := $(filter $(BUILD)/obj/gen/kernel/%,$(PAGE_OBJ)) $(BUILD)/obj/gen/texts.o

$(PAGEC): $(PAGEC_SRC) tools/pagec/pagec.h lib/base.c lib/base.h
	@mkdir -p $(@D); echo "  LD $@"
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(PAGEC_SRC) lib/base.c

# A stamp beside the outputs: they keep their time when they do not change.
$(GEN)/texts.made: $(PAGE_TEXTS) $(PAGEC)
	@mkdir -p $(@D); echo "  PAGEC texts.csv"
	$(Q)$(PAGEC) texts $(GEN)/texts.h $(GEN)/texts.c $(PAGE_TEXTS) && touch $@
$(GEN)/texts.h $(GEN)/texts.c: $(GEN)/texts.made ;

$(PAGE_C:.c=.made): $(GEN)/%.page.made: %.page.html $(PAGE_TEXTS) $(PAGEC)
	@mkdir -p $(@D); echo "  PAGEC $<"
	$(Q)$(PAGEC) page $< $(GEN)/$*.page.c $(GEN)/$*.page.h $(PAGE_TEXTS) && touch $@
$(PAGE_C): $(GEN)/%.c: $(GEN)/%.made ;
$(PAGE_C:.c=.h): $(GEN)/%.h: $(GEN)/%.made ;

# Pages of the kernel go into its archive, as its tests need them; the others to what is made.
GEN_OBJ += $(filter-out $(PAGE_KERNEL),$(PAGE_OBJ))
GEN_H   += $(PAGE_H)
$(BUILD)/kernel.a $(BUILD)/heluo: $(PAGE_KERNEL)
$(PAGE_OBJ) $(BUILD)/obj/gen/texts.o: | $(PAGE_H)
$(call obj,$(filter kernel/%,$(SRC) $(TESTS))): | $(PAGE_H)

## make texts        every text of the catalogue is used somewhere
.PHONY: texts
texts: $(PAGEC)
	$(Q)$(PAGEC) unused $(PAGE_TEXTS) -- $(PAGE_HTML) $(filter-out lib/%,$(SRC) $(TESTS))
