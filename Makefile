# Heluo: one Makefile, not recursive. `make` alone builds ./heluo; `make help` lists the rest.
BUILD   ?= build
CC      ?= cc
SANITIZE ?=
OPT     ?= -O2

PKGS     := libmicrohttpd sqlite3 jansson libcrypto libcurl libutf8proc libfyaml zlib libsodium
CFLAGS_ALL = -std=c11 -D_GNU_SOURCE -I. -I$(BUILD)/gen $(OPT) -g \
  -Wall -Wextra -Werror -Wformat=2 -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
  -Wimplicit-fallthrough -Wpointer-arith -Wwrite-strings -Wundef \
  -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -fPIE \
  -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing \
  $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3) \
  -pthread $(shell pkg-config --cflags $(PKGS)) $(CFLAGS)
LDFLAGS_ALL = -pie -pthread -Wl,-z,relro,-z,now,-z,noexecstack $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(LDFLAGS)
LIBS = $(shell pkg-config --libs $(PKGS)) -lm

# ---- sources: found, never listed; x_test.c beside x.c is its test ----
LAYERS  := lib kernel base systems governance network support server
find_c   = $(filter-out %_test.c,$(sort $(shell find $(1) -name '*.c' 2>/dev/null)))
SRC      := $(foreach l,$(LAYERS),$(call find_c,$(l)))
TESTS    := $(sort $(shell find $(LAYERS) tools tests -name '*_test.c' 2>/dev/null))
MAIN     := server/main.c
GEN      := $(BUILD)/gen
obj       = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

.PHONY: all clean help
all: heluo

help:
	@grep -hE '^## ' Makefile

include $(wildcard tools/*.mk)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/obj/gen/%.o: $(GEN)/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/lib.a: $(call obj,$(call find_c,lib))
	@rm -f $@; ar rcs $@ $^

REST := $(filter-out $(MAIN) lib/%,$(SRC))
$(BUILD)/heluo.a: $(call obj,$(REST)) $(GEN_OBJ)
	@rm -f $@; ar rcs $@ $^

heluo: $(BUILD)/heluo
	@cp -f $< $@.new && mv -f $@.new $@

$(BUILD)/heluo: $(call obj,$(MAIN)) $(BUILD)/heluo.a $(BUILD)/lib.a
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

# ---- tests: one program a file; those under lib/ need lib.a only ----
$(BUILD)/test/lib/%_test: $(BUILD)/obj/lib/%_test.o $(BUILD)/lib.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS) -lcmocka

$(BUILD)/test/%_test: $(BUILD)/obj/%_test.o $(BUILD)/heluo.a $(BUILD)/lib.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS) -lcmocka

TEST_BINS := $(patsubst %.c,$(BUILD)/test/%,$(TESTS))
## make tests        builds every test program
.PHONY: tests
tests: $(TEST_BINS)

clean:
	rm -rf $(BUILD) heluo

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
