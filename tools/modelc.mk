# modelc: the definitions (*.dataset.yaml) become C in $(GEN) and migrations in their modules.
# It is built from few files, so that a half-written one elsewhere does not stop it.
MODELC      := $(BUILD)/tools/modelc
MODELC_USES := $(call find_c,kernel/model) \
  lib/base.c lib/text.c lib/time.c lib/encoding.c lib/csv.c
MODELC_OBJ  := $(call obj,$(filter-out %/main.c,$(call find_c,tools/modelc)) $(MODELC_USES))

MODEL_LAYERS := kernel base support systems governance network
DEFINITIONS  := $(call files,$(MODEL_LAYERS),*.dataset.yaml)
MODEL_FILES  := $(DEFINITIONS) $(call files,$(MODEL_LAYERS),*.sql) \
  $(call files,$(MODEL_LAYERS),*.csv)
model_gen     = $(patsubst %.dataset.yaml,$(GEN)/%.gen,$(notdir $(1)))

# Tables, migrations, seed rows and the kernel's own datasets go into the kernel's archive, as its
# tests need them; rules.c does not, as it names functions of the layers above.
MODEL_KERNEL := $(GEN)/model $(GEN)/migrations $(GEN)/codes $(GEN)/codes.gen \
  $(call model_gen,$(filter kernel/%,$(DEFINITIONS)))
MODEL_UPPER  := $(GEN)/rules $(call model_gen,$(filter-out kernel/%,$(DEFINITIONS)))
MODEL_H      := $(GEN)/codes.gen.h $(addsuffix .h,$(call model_gen,$(DEFINITIONS)))
model_obj     = $(patsubst $(GEN)/%,$(BUILD)/obj/gen/%.o,$(1))
GEN_OBJ     += $(call model_obj,$(MODEL_UPPER))
GEN_HEADERS += $(MODEL_H)
$(BUILD)/kernel.a $(BUILD)/heluo: $(call model_obj,$(MODEL_KERNEL))

$(MODELC): $(BUILD)/obj/tools/modelc/main.o $(MODELC_OBJ)
	$(link) $^ $(LIBS)
$(BUILD)/test/tools/modelc/modelc_test: $(call obj,$(call find_c,kernel/model))

$(BUILD)/model.stamp: FORCE
	@mkdir -p $(@D); echo '$(MODEL_FILES)' | cmp -s - $@ || echo '$(MODEL_FILES)' >$@

# A stamp beside the outputs: they keep their time when they do not change.
$(GEN)/model.made: $(MODELC) $(MODEL_FILES) $(BUILD)/model.stamp
	@mkdir -p $(GEN); echo "  MODELC"
	$(Q)$(MODELC) gen . $(GEN) && touch $@
$(addsuffix .c,$(MODEL_KERNEL) $(MODEL_UPPER)) $(MODEL_H): $(GEN)/model.made ;

# Everything above lib but modelc itself may include what is generated.
$(filter-out $(MODELC_OBJ),$(call obj,$(filter-out lib/% tools/%,$(SRC) $(TESTS)))) \
  $(call model_obj,$(MODEL_KERNEL) $(MODEL_UPPER)): | $(MODEL_H)

## make migrations   writes the migrations that the definitions ask for; read them, then commit them
.PHONY: migrations
migrations: $(MODELC)
	$(Q)$(MODELC) migrate .
