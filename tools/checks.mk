# Checks beside ./test. Each builds into a folder of its own.

## make tidy         the rules of the source (layers, lengths, banned calls; tools/tidy)
.PHONY: tidy sanitize clang soak bench
tidy: $(BUILD)/tools/tidy
	@{ [ -e .git ] && git ls-files -z -co --exclude-standard 2>/dev/null || \
	find . \( -path ./node_modules -o -path './build*' -o -path ./data -o -path ./.git \) -prune \
	-o -type f -print0; } | $<

## make sanitize     the C tests with address and undefined-behaviour sanitizers
sanitize:
	@BUILD=build-asan SANITIZE=address,undefined OPT=-O1 ./test --programs

## make clang        every object with clang: no warnings
clang:
	@$(MAKE) BUILD=build-clang CC=clang objects

## make soak         the tests with longer rigs (HELUO_SOAK=1) and sanitizers; prints a ledger line
soak:
	@tests/soak/run

## make bench        the table of speeds against plain tools, into build/bench.txt
bench: heluo $(BUILD)/bench/companies
	@tests/bench/run $(ARGS)
$(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(BUILD)/kernel.a $(BUILD)/lib.a
	$(link) $^ $(LIBS)
