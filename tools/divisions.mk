# The divisions that ship: facts.csv and two npm packages become rows and a table in C.
DIVISIONS_CSV := $(GEN)/divisions.csv
DIVISIONS_C   := $(GEN)/kernel/codes/divisions.c
GEN_OBJ       += $(BUILD)/obj/gen/kernel/codes/divisions.o

$(DIVISIONS_C): tools/divisions/divisions.mjs tools/divisions/facts.csv $(NPM)
	@mkdir -p $(@D)
	@echo "  NODE $@"
	$(Q)node $< . $(DIVISIONS_CSV) $@ && touch $@
