# SPDX-License-Identifier: AGPL-3.0-or-later
# One Makefile for the whole tree. Sources are found by folder; `make help` lists the targets.
#
# B is where a build goes and VARIANT what it is: ship (build/), test (build/test: fault points and
# test switches), san (build/san: the same under AddressSanitizer and UndefinedBehaviorSanitizer).

B ?= build
VARIANT ?= ship
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
AWK ?= awk
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
# One line a file; V=1 shows the whole commands.
Q := $(if $(V),,@)

## ---- flags -------------------------------------------------------------------------------------
PACKAGES := libsodium libmicrohttpd gnutls libpq jansson inih libutf8proc liboath gpgme \
            libcurl libcrypto cairo pangocairo pangoft2 fontconfig libseccomp libqrencode libical
CLEANER_PACKAGES := gmime-3.0 gumbo poppler-glib vips libheif gdk-pixbuf-2.0 tesseract lept zbar libpng libjpeg zlib
PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lcsv -lm
CLEANER_CFLAGS = $(shell pkg-config --cflags $(CLEANER_PACKAGES) 2>/dev/null)

# Headers of other people's libraries are not ours to warn about.
SYSTEM_CFLAGS = $(patsubst -I%,-isystem %,$(1))

WARN := -Wall -Wextra -Wconversion -Wshadow -Wvla -Wformat=2 -Wmissing-prototypes
IS_CLANG := $(findstring clang,$(shell $(CC) --version 2>/dev/null))
HARDEN := -fvisibility=hidden -ftrivial-auto-var-init=zero -fstack-protector-strong -fPIC \
          -ffunction-sections -fdata-sections
ifneq ($(IS_CLANG),)
HARDEN += -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang
endif
CPPFLAGS := -D_GNU_SOURCE -Ilib -I. -I$(B)/gen
CFLAGS := -std=gnu17 -g $(WARN) $(HARDEN) $(WERROR)
LDFLAGS := -pie -Wl,-z,relro,-z,now -Wl,--as-needed -Wl,--gc-sections
ifeq ($(VARIANT),san)
SAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
CFLAGS += -O1 $(SAN)
LDFLAGS += $(SAN)
CPPFLAGS += -DLETTERBOX_TEST
else
CFLAGS += -O2
CPPFLAGS += -D_FORTIFY_SOURCE=3
endif
ifeq ($(VARIANT),test)
CPPFLAGS += -DLETTERBOX_TEST
endif
ALL_CFLAGS = $(CPPFLAGS) $(CFLAGS) $(call SYSTEM_CFLAGS,$(PKG_CFLAGS))
# The redactor reads every letter, and gcc makes a tenth more of it when it sees all its files at once.
JOINED := $(if $(filter ship,$(VARIANT)),$(if $(IS_CLANG),,-flto=auto))
LDFLAGS += $(JOINED)
$(B)/obj/lib/redact/%.o $(B)/obj/lib/core/%.o: CFLAGS += $(JOINED)

## ---- sources -----------------------------------------------------------------------------------
ROOMS := $(wildcard lib/*/*.c) $(wildcard server/http/*.c) $(wildcard worker/queue/*.c)
# A folder with a main.c is a binary.
PROGRAM_FOLDERS := $(filter-out worker/cleaner/,$(dir $(wildcard server/*/main.c worker/*/main.c ops/*/main.c)))
program_name = $(if $(filter letterboxctl,$(notdir $(1:/=))),letterboxctl,letterbox-$(notdir $(1:/=)))
PROGRAMS := $(foreach folder,$(PROGRAM_FOLDERS),$(B)/$(call program_name,$(folder)))
# The cleaner loads only the module of its kind.
CLEANER_MODULES := $(patsubst worker/cleaner/module_%.c,$(B)/cleaner-%.so,$(wildcard worker/cleaner/module_*.c))
CLEANER := $(if $(wildcard worker/cleaner/main.c),$(B)/letterbox-cleaner)
QUERIES := $(sort $(wildcard sql/queries/*.sql))
TEMPLATES := $(sort $(wildcard templates/*/*))
SQL_FILES := $(sort $(wildcard sql/roles.sql sql/migrations/*.sql sql/policies.sql))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/*/test_*.c))
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_REPLAYS := $(patsubst tests/fuzz/fuzz_%.c,$(B)/tests/fuzz/replay_%,$(wildcard tests/fuzz/fuzz_*.c))
BENCHES := $(patsubst tests/bench/%.c,$(B)/tests/bench/%,$(wildcard tests/bench/bench_*.c))
PROBES := $(patsubst tests/probe/%.c,$(B)/tests/probe/%,$(wildcard tests/probe/probe_*.c))
object = $(patsubst %.c,$(B)/obj/%.o,$(1))

GEN := $(B)/gen/queries.h $(B)/gen/queries.c $(B)/gen/templates.c $(B)/gen/assets.c $(B)/gen/schema.c \
       $(B)/gen/lexicon.c $(B)/gen/sense.c
GEN_OBJECTS := $(patsubst %.c,%.o,$(filter %.c,$(GEN)))

## ---- build -------------------------------------------------------------------------------------
all: $(PROGRAMS) $(CLEANER) $(CLEANER_MODULES) ## build everything into build/

$(B)/gen/queries.h: ops/gen/queries.awk $(QUERIES) $(B)/names
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)$(AWK) -v out=h -f ops/gen/queries.awk $(QUERIES) > $@
$(B)/gen/queries.c: ops/gen/queries.awk $(QUERIES) $(B)/names
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)$(AWK) -v out=c -f ops/gen/queries.awk $(QUERIES) > $@
$(B)/gen/templates.c: ops/gen/embed.sh $(TEMPLATES) $(B)/names
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)sh ops/gen/embed.sh embedded_templates templates $(TEMPLATES) > $@
$(B)/gen/schema.c: ops/gen/embed.sh $(SQL_FILES) $(B)/names
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)sh ops/gen/embed.sh embedded_schema sql $(SQL_FILES) > $@
# Words, names and places, for the redactor: lists of packages, brought to one form. What takes long and is the
# same for every variant is made once, in build/gen.
WORD_LISTS := /usr/share/dict/british-english /usr/share/dict/british-english-huge
LEXICON_SOURCES := $(wildcard ops/lexicon/*.json ops/lexicon/*.mjs ops/lexicon/build.sh)
build/gen/lexicon/words.bin: $(LEXICON_SOURCES) $(WORD_LISTS)
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)sh ops/lexicon/build.sh > $@
$(B)/gen/lexicon.c: ops/gen/embed.sh build/gen/lexicon/words.bin
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)sh ops/gen/embed.sh embedded_lexicon build/gen/lexicon build/gen/lexicon/words.bin > $@
# How concerns sound, for the redactor: learnt from labelled sentences. The teacher reads a letter with
# the redactor's own eyes, and is built for speed whatever the rest is built for.
TEACHER := ops/sense/teach.c lib/redact/sense.c lib/redact/norm.c lib/redact/lookalike.c $(wildcard lib/core/*.c)
TAUGHT := $(wildcard ops/sense/lines.mjs ops/sense/said/*.txt tests/corpus/redaction/more/*.txt tests/corpus/redaction/letters/*.txt)
$(sort build/gen/teach $(B)/gen/teach): $(TEACHER) $(wildcard lib/redact/sense*.h lib/redact/sense*.def lib/redact/norm.h lib/redact/concern.*)
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)$(CC) -std=gnu17 -O2 $(WARN) $(WERROR) -D_GNU_SOURCE -Ilib -I. $(call SYSTEM_CFLAGS,$(PKG_CFLAGS)) -o $@ $(TEACHER) $(PKG_LIBS)
build/gen/sense/sense.bin: build/gen/teach $(TAUGHT)
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)node ops/sense/lines.mjs > $(@D)/lines.jsonl
	$(Q)build/gen/teach < $(@D)/lines.jsonl > $@.new 2> $(@D)/said.txt
	@mv $@.new $@
$(B)/gen/sense.c: ops/gen/embed.sh build/gen/sense/sense.bin
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)sh ops/gen/embed.sh embedded_sense build/gen/sense build/gen/sense/sense.bin > $@
WEB_SOURCES := $(wildcard web/*.scss web/*.js web/*.svg web/*.json web/build.sh web/assets.sha256)
build/web/stamp: $(WEB_SOURCES) ops/install
	@mkdir -p build/web
	sh web/build.sh build/web
	@touch $@
web: build/web/stamp ## the browser's files alone
$(B)/gen/assets.c: ops/gen/embed.sh build/web/stamp
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)sh ops/gen/embed.sh embedded_assets build/web $$(ls -d build/web/*.* build/web/*/*.* 2>/dev/null | sort) > $@
# .incbin is invisible to the dependency scanner: the objects depend on what they embed.
$(B)/gen/templates.o: $(TEMPLATES)
$(B)/gen/schema.o: $(SQL_FILES)
$(B)/gen/lexicon.o: build/gen/lexicon/words.bin
$(B)/gen/sense.o: build/gen/sense/sense.bin
$(B)/gen/assets.o: build/web/stamp
$(B)/gen/queries.o: $(B)/gen/queries.h

$(B)/gen/%.o: $(B)/gen/%.c
	@echo "  MAKE $@"
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<
$(B)/obj/%.o: %.c $(B)/flags | $(B)/gen/queries.h
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(if $(filter worker/cleaner/% tests/fuzz/%,$<),$(call SYSTEM_CFLAGS,$(CLEANER_CFLAGS))) -MMD -MP -c -o $@ $<

# Objects are rebuilt when the flags or the compiler change.
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(VARIANT) $(ALL_CFLAGS) $(JOINED)' | cmp -s - $@ || \
	    echo '$(CC) $(VARIANT) $(ALL_CFLAGS) $(JOINED)' > $@
# What is made of many files is made again when one of them was renamed or is gone.
$(B)/names: FORCE
	@mkdir -p $(@D)
	@echo '$(QUERIES) $(TEMPLATES) $(SQL_FILES) $(ROOMS)' | cmp -s - $@ || \
	    echo '$(QUERIES) $(TEMPLATES) $(SQL_FILES) $(ROOMS)' > $@
FORCE:

$(B)/letterbox.a: $(call object,$(ROOMS)) $(GEN_OBJECTS) $(B)/names
	@rm -f $@
	@$(AR) rcs $@ $(filter %.o,$^)
	@echo "AR $@"

define program_rule
$(B)/$(call program_name,$(1)): $(call object,$(wildcard $(1)*.c)) $(B)/letterbox.a
	@echo "  MAKE $$@"
	$$(Q)$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(PKG_LIBS)
endef
$(foreach folder,$(PROGRAM_FOLDERS),$(eval $(call program_rule,$(folder))))

$(B)/letterbox-cleaner: $(call object,worker/cleaner/main.c) $(B)/letterbox.a
	@echo "  MAKE $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -ldl
# module_NAME.c with what is called NAME_*.c; the office module takes the document's PDF reader too, and
# whoever converts pictures draws them as the image module does.
define module_rule
$(B)/cleaner-$(1).so: $(call object,worker/cleaner/module_$(1).c $(wildcard worker/cleaner/$(1)_*.c) \
                      $(if $(filter office,$(1)),$(wildcard worker/cleaner/document_*.c)) \
                      $(if $(filter convert,$(1)),$(wildcard worker/cleaner/image_*.c))) $(B)/letterbox.a
	@echo "  MAKE $$@"
	$$(Q)$$(CC) $$(CFLAGS) -shared $$(SAN) -Wl,-z,relro,-z,now -Wl,--as-needed -Wl,--gc-sections -o $$@ $$^ \
	    $$(shell pkg-config --libs $$(CLEANER_PACKAGES)) $$(PKG_LIBS)
endef
$(foreach module,$(patsubst worker/cleaner/module_%.c,%,$(wildcard worker/cleaner/module_*.c)),\
    $(eval $(call module_rule,$(module))))

# What the cleaner's own parsers need: their tests include their sources, the archive doesn't hold them.
CLEANER_TEST_LIBS := $(shell pkg-config --libs gumbo zlib gmime-3.0 2>/dev/null)
$(B)/tests/unit/%: $(B)/obj/tests/unit/%.o $(B)/letterbox.a
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(CLEANER_TEST_LIBS) -lcmocka
# bench_redact measures beside PCRE2.
$(B)/tests/bench/%: $(B)/obj/tests/bench/%.o $(B)/letterbox.a
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lpcre2-8
$(B)/tests/probe/%: $(B)/obj/tests/probe/%.o $(B)/letterbox.a
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
# The probe in the place of a cleaner's module, with the last walls up and with them left to it.
$(B)/tests/probe/walls-up.so $(B)/tests/probe/walls-open.so: tests/probe/module_probe.c tests/probe/tries.h $(B)/letterbox.a
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)$(CC) $(ALL_CFLAGS) -DPROBE_KEEPS_WALLS_OPEN=$(if $(filter %open.so,$@),1,0) -shared -o $@ $< $(B)/letterbox.a \
	    -Wl,--as-needed $(PKG_LIBS)
$(B)/tests/fuzz/replay_%: $(B)/obj/tests/fuzz/fuzz_%.o $(B)/obj/tests/fuzz/replay.o $(B)/letterbox.a
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(B)/letterbox.a $(PKG_LIBS) $(CLEANER_TEST_LIBS)
$(B)/tests/fuzz/fuzz_%: $(B)/obj/tests/fuzz/fuzz_%.o $(B)/letterbox.a
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)clang $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $(filter %.o,$^) $(B)/letterbox.a $(PKG_LIBS) $(CLEANER_TEST_LIBS)

# These go through a message as the cleaner does, with all of its files.
$(foreach target,mail head,$(B)/tests/fuzz/fuzz_$(target) $(B)/tests/fuzz/replay_$(target)): \
    $(call object,$(wildcard worker/cleaner/mail_*.c))

# Each header compiles alone.
HEADERS := $(wildcard lib/*/*.h server/*/*.h worker/*/*.h ops/*/*.h)
$(B)/headers/%.h: %.h $(B)/flags | $(B)/gen/queries.h
	@mkdir -p $(@D)
	@echo "  MAKE $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(call SYSTEM_CFLAGS,$(CLEANER_CFLAGS)) -Wno-unused-function -x c -fsyntax-only $<
	@touch $@
headers: $(patsubst %,$(B)/headers/%,$(HEADERS))

unit-programs: $(UNIT_TESTS) $(FUZZ_REPLAYS)
fuzz-programs: $(FUZZ_TARGETS)
bench-programs: $(BENCHES)
probe-programs: $(PROBES) $(if $(PROBES),$(B)/tests/probe/walls-up.so $(B)/tests/probe/walls-open.so)

## ---- targets -----------------------------------------------------------------------------------
JOBS ?= $(shell nproc)
VARIANT_TEST = $(MAKE) --no-print-directory -j$(JOBS) B=build/test VARIANT=test
VARIANT_SAN = $(MAKE) --no-print-directory -j$(JOBS) B=build/san VARIANT=san

DESTDIR ?=
install: all ## copy programs and units into DESTDIR (else the system); ops/RUNBOOK.md says what then
	install -d $(DESTDIR)/usr/lib/letterbox $(DESTDIR)/usr/sbin $(DESTDIR)/usr/lib/systemd/system \
	    $(DESTDIR)/usr/lib/sysusers.d $(DESTDIR)/usr/lib/tmpfiles.d $(DESTDIR)/usr/share/doc/letterbox
	install $(PROGRAMS) $(CLEANER) $(CLEANER_MODULES) $(DESTDIR)/usr/lib/letterbox/
	ln -sf ../lib/letterbox/letterboxctl $(DESTDIR)/usr/sbin/letterboxctl
	install -m 644 ops/systemd/*.service ops/systemd/*.target $(DESTDIR)/usr/lib/systemd/system/
	install -m 644 ops/systemd/letterbox.sysusers $(DESTDIR)/usr/lib/sysusers.d/letterbox.conf
	install -m 644 ops/systemd/letterbox.tmpfiles $(DESTDIR)/usr/lib/tmpfiles.d/letterbox.conf
	install -m 644 ops/RUNBOOK.md docs/mail.md docs/import.md docs/import-template.csv ops/letterbox.conf.example SECURITY.md $(DESTDIR)/usr/share/doc/letterbox/

install-build:
	@sh ops/install build
install-demo:
	@sh ops/install demo
install-test:
	@sh ops/install test

demo: install-demo ## install, build, run everything with synthetic letters (ONCE=1: end after them)
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@sh ops/demo/run

test: install-test ## install what is missing, build the three variants, run every test
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@$(VARIANT_TEST) all probe-programs
	@$(VARIANT_SAN) all unit-programs
	@node tests/run unit check sql probe flow browser

test-unit: install-test ## the unit tests alone: seconds
	@$(VARIANT_SAN) unit-programs
	@node tests/run unit

lint: install-test ## warnings are errors, layout, house rules (CC=gcc or clang)
	@$(MAKE) --no-print-directory -j$(JOBS) B=build/lint-$(CC) VARIANT=test WERROR=-Werror all headers bench-programs probe-programs unit-programs build/lint-$(CC)/gen/teach
	@clang-format --dry-run -Werror $$(git ls-files '*.c' '*.h')
	@node tests/run check

bench: install-test ## measure speed and memory: one line a figure, `name value unit`
	@$(MAKE) --no-print-directory -j$(JOBS) all bench-programs
	@$(VARIANT_TEST) all
	@node tests/bench/run.mjs

bench-national: install-test ## the register of a whole country: most of an hour, 60 GB of disk
	@$(MAKE) --no-print-directory -j$(JOBS) all bench-programs
	@$(VARIANT_TEST) all
	@node tests/bench/run.mjs national

pictures: install-test ## picture every page in build/screens, wide and narrow, with scripts and without
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@$(VARIANT_TEST) all
	@PICTURES=1 node tests/run browser

fuzz: install-test ## run each fuzz target for FUZZ_SECONDS (default 60)
	@$(MAKE) --no-print-directory -j$(JOBS) B=build/fuzz VARIANT=san CC=clang SAN="-fsanitize=fuzzer-no-link,address,undefined" fuzz-programs
	@node tests/fuzz/run.mjs

gates: install-test ## put each known bug back and see its test fail
	@node tests/gates/run.mjs

http-doc: ## write docs/http.md from the tables of routes
	@sh ops/gen/http-doc.sh > docs/http.md

format: ## lay out the C sources
	clang-format -i $$(git ls-files '*.c' '*.h')

clean: ## remove build/
	rm -rf build

help: ## this list
	@$(AWK) -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

.PHONY: all install web demo test test-unit lint bench bench-national pictures fuzz gates http-doc format clean help install-build install-demo install-test \
        unit-programs fuzz-programs bench-programs probe-programs FORCE
.SECONDARY:
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
