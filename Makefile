# Heluo: one Makefile, not recursive. `make` alone builds ./heluo; `make help` lists the rest.
# tools/*.mk and ui/*.mk add what is generated: they append to GEN_OBJ (objects of the binary) and
# GEN_HEADERS (they must exist before the layers above the kernel are compiled).
BUILD    ?= build
CC       ?= cc
OPT      ?= -O2
SANITIZE ?=
V        ?=

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:
.SECONDEXPANSION:
.DEFAULT_GOAL := all

# ---- what is needed of Debian and npm ----
PKGS := libmicrohttpd sqlite3 jansson libcrypto libcurl libutf8proc libfyaml zlib
ifneq ($(filter-out help clean tidy,$(or $(MAKECMDGOALS),all)),)
  ABSENT := $(shell { pkg-config --exists $(PKGS) && command -v npm node; } >/dev/null 2>&1 || \
    { tools/setup --missing build; echo "(the whole list: tools/packages.txt)"; })
  ifneq ($(ABSENT),)
    $(error Debian packages are missing. As root: $(ABSENT))
  endif
endif
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LIBS       := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm

# ---- flags ----
CFLAGS_ALL := -std=c11 -D_GNU_SOURCE -I. -I$(BUILD)/gen $(OPT) -g \
  -Wall -Wextra -Werror -Wformat=2 -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
  -Wimplicit-fallthrough -Wpointer-arith -Wwrite-strings -Wundef \
  -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -fPIE \
  -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing \
  $(if $(SANITIZE), -Wno-error -fsanitize=$(SANITIZE) -fno-omit-frame-pointer \
    -fno-sanitize-recover=all, -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3) \
  -pthread $(PKG_CFLAGS) $(CFLAGS)
LDFLAGS_ALL := -pie -pthread -Wl,-z,relro,-z,now,-z,noexecstack \
  $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(LDFLAGS)

# ---- sources: found, never listed; x_test.c beside x.c is its test ----
LAYERS  := lib kernel base systems governance network support sample server
files    = $(sort $(shell find $(1) -name testdata -prune -o -name '$(2)' -print 2>/dev/null))
find_c   = $(filter-out %_test.c,$(call files,$(1),*.c))
obj      = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
MAIN    := server/main.c
SRC     := $(call find_c,$(LAYERS))
TESTS   := $(call files,$(LAYERS) tools tests,*_test.c)
GEN     := $(BUILD)/gen
NPM     := node_modules/.done

all: heluo

include $(wildcard tools/*.mk ui/*.mk)

node_modules/.done: package.json package-lock.json .npmrc
	@echo "  NPM"
	$(Q)npm ci --ignore-scripts --no-progress && touch $@

# ---- objects; a change of the flags or of the list of sources is a change of all they reach ----
Q := $(if $(V),,@)
$(BUILD)/flags.stamp $(BUILD)/sources.stamp: FORCE
	@mkdir -p $(@D); echo '$(STAMP)' | cmp -s - $@ || echo '$(STAMP)' >$@
$(BUILD)/flags.stamp: STAMP = $(subst ','\'',$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL))
$(BUILD)/sources.stamp: STAMP = $(SRC) $(GEN_OBJ)
.PHONY: FORCE
FORCE:

compile = @mkdir -p $(@D); echo "  CC $<"; $(if $(V),set -x;) \
  $(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<
$(BUILD)/obj/%.o: %.c $(BUILD)/flags.stamp
	$(compile)
$(BUILD)/obj/gen/%.o: $(GEN)/%.c $(BUILD)/flags.stamp
	$(compile)
$(call obj,$(filter-out lib/% kernel/% tools/%,$(SRC) $(TESTS))): | $$(GEN_HEADERS)

# ---- the program: every object by itself, for modules register through linker sections ----
link = @mkdir -p $(@D); echo "  LD $@"; $(if $(V),set -x;) $(CC) $(LDFLAGS_ALL) -o $@
$(BUILD)/heluo: $(call obj,$(SRC)) $$(GEN_OBJ) $(BUILD)/sources.stamp
	$(link) $(filter %.o,$^) $(LIBS)

## make              ./heluo, optimised (BUILD=DIR, CC=clang, SANITIZE=address,undefined, V=1)
.PHONY: all heluo
heluo: $(BUILD)/heluo
	@cmp -s $< $@ || { cp -f $< $@.new && mv -f $@.new $@; }

# ---- archives for the tests: those of lib and kernel need nothing above the kernel ----
archive = @rm -f $@; ar rcs $@ $(filter %.o,$^)
$(BUILD)/lib.a: $(call obj,$(filter lib/%,$(SRC))) $(BUILD)/sources.stamp
	$(archive)
GEN_KERNEL = $(filter $(BUILD)/obj/gen/texts.o $(BUILD)/obj/gen/kernel/%,$(GEN_OBJ))
$(BUILD)/kernel.a: $(call obj,$(filter kernel/%,$(SRC))) $$(GEN_KERNEL) $(BUILD)/sources.stamp
	$(archive)
UPPER := $(filter-out lib/% kernel/% $(MAIN),$(SRC))
GEN_UPPER = $(filter-out $(GEN_KERNEL),$(GEN_OBJ))
$(BUILD)/heluo.a: $(call obj,$(UPPER)) $$(GEN_UPPER) $(BUILD)/sources.stamp
	$(archive)

TEST_BINS := $(patsubst %.c,$(BUILD)/test/%,$(TESTS))
LOW       := $(BUILD)/kernel.a $(BUILD)/lib.a
WHOLE      = -Wl,--whole-archive $(BUILD)/heluo.a $(BUILD)/kernel.a -Wl,--no-whole-archive
in         = $(filter $(addprefix $(BUILD)/test/,$(1)),$(TEST_BINS))
$(call in,lib/%): $(BUILD)/test/%: $(BUILD)/obj/%.o $(BUILD)/lib.a
	$(link) $^ $(LIBS) -lcmocka
$(call in,kernel/%): $(BUILD)/test/%: $(BUILD)/obj/%.o $(LOW)
	$(link) $^ $(LIBS) -lcmocka
UPPER_TESTS := $(filter-out $(call in,lib/% kernel/% tools/%),$(TEST_BINS))
$(UPPER_TESTS): $(BUILD)/test/%: $(BUILD)/obj/%.o $(BUILD)/heluo.a $(LOW)
	$(link) $< $(WHOLE) $(BUILD)/lib.a $(LIBS) -lcmocka

# A tool is a folder tools/X: main.c holds main, the rest is linked into its tests too. What it
# needs beside lib it names in tools/X.mk: $(BUILD)/tools/X: $(BUILD)/kernel.a
tool_obj = $(call obj,$(filter-out %/main.c,$(call find_c,tools/$(1))))
$(call in,tools/%): $(BUILD)/test/tools/%: $(BUILD)/obj/tools/%.o $$(call tool_obj,$$(*D)) \
    $(BUILD)/lib.a
	$(link) $(filter-out %/lib.a,$^) $(BUILD)/lib.a $(LIBS) -lcmocka
$(BUILD)/tools/%: $(BUILD)/obj/tools/%/main.o $$(call tool_obj,$$*) $(BUILD)/lib.a
	$(link) $(filter-out %/lib.a,$^) $(BUILD)/lib.a $(LIBS)

## make tests        every test program, into build/test (./test builds and runs them)
## make objects      every object, linking nothing
.PHONY: tests list-tests objects help clean
tests: $(TEST_BINS)
list-tests:
	@printf '%s\n' $(TEST_BINS:$(BUILD)/test/%=%)
objects: $(call obj,$(SRC) $(TESTS) $(call find_c,tools)) $$(GEN_OBJ)

## make clean        removes what was built
clean:
	rm -rf $(BUILD) build-asan build-clang heluo

help:
	@grep -hE '^## ' $(MAKEFILE_LIST) | cut -c4-

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
