# Every command that a developer needs. Nothing here asks a question; each may be given again at any time.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
# Two recipes side by side would both want apt, and their output would mix.
.NOTPARALLEL:
.DEFAULT_GOAL := help

# node, npm, ruff … all come from the venv, so that a machine needs none of its own.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Loop mounts and fault injection belong to root.
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo env PYTHONDONTWRITEBYTECODE=1)

VENV := .venv/.stamp
NODE := web/node_modules/.stamp
WEB := web/dist/.stamp
VOICE := web/src/voice/made/.stamp
# Folders too: their dates tell of a file that was taken away.
WEB_SOURCES := $(shell find web/src -path web/src/voice/made -prune -o -print 2>/dev/null) web/vite.config.ts web/vite.portal.config.ts web/svelte.config.js web/tsconfig.json

.PHONY: help
help: ## this list
	@sed -nE 's/^([a-z0-9-]+):[^#]*## (.*)/make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; do \
		printf '%-20s %s\n' "$$name" "$$what"; done

.PHONY: demo
demo: install web demo-packages ## a whole council on this machine: http://localhost:8080/demo
	@exec .venv/bin/python -m appliance demo

.PHONY: test
test: install web test-packages ## every test, then the power cuts and a bad line (tests of the network as root or with sudo)
	.venv/bin/pytest -n 2 --ignore=tests/box --ignore=tests/machine
	$(AS_ROOT) .venv/bin/pytest -n 2 tests/box
	@$(MAKE) --no-print-directory power-cut
	.venv/bin/python -m tests.gates.push_faults

.PHONY: power-cut
power-cut: install test-packages ## cut the power under the ledger and under the archive, many times (root or sudo)
	$(AS_ROOT) .venv/bin/python -m tests.gates.power_cut
	$(AS_ROOT) .venv/bin/python -m tests.gates.video_power_cut

.PHONY: machine-test
machine-test: install web test-packages image-packages ## units, updates, backups on a machine of its own under systemd (root or sudo)
	$(AS_ROOT) .venv/bin/pytest tests/machine

.PHONY: update-cuts
update-cuts: install web test-packages ## kill everything, and the power, at random moments of an update; one whole release must be left
	.venv/bin/python -m tests.gates.update_cuts
	$(AS_ROOT) .venv/bin/python -m tests.gates.update_power_cut

.PHONY: bad-network
# Beside what make test needs: a line is made of two TAP devices, so the kernel must have them.
bad-network: install web test-packages ## sixty tablets behind 5 % loss, 100 ms jitter and 10 Mbit/s for all: what they wait for (root or sudo)
	$(AS_ROOT) .venv/bin/python -m tests.bench.bad_network

.PHONY: push-faults
push-faults: install test-packages ## a push target that stalls, resets and refuses for a minute each
	.venv/bin/python -m tests.gates.push_faults --seconds 60

.PHONY: image-test
# A machine of its own under systemd, cut from this one's network, clock and control groups (tests/beds/machine.py).
image-test: install release image-packages ## from a bare Debian to a meeting over TLS, twice, and cut off five times (root or sudo)
	$(AS_ROOT) .venv/bin/python -m tests.witness.image

.PHONY: box-update
box-update: install release image-packages ## from one release to the next and back, by the play, on a box that has held a meeting (root or sudo)
	$(AS_ROOT) .venv/bin/python -m tests.witness.image_update

.PHONY: box-kinds
box-kinds: install release image-packages ## a Pi's own settings, a screen's Pi, and a box set up by itself with ansible-pull (root or sudo)
	$(AS_ROOT) .venv/bin/python -m tests.witness.image_kinds

.PHONY: arm64-test
arm64-test: install release image-packages ## the release on an emulated arm64: installed, native code at work, a meeting held (root or sudo)
	@.ci/apt qemu-user-static
	$(AS_ROOT) .venv/bin/python -m tests.witness.arm64

.PHONY: box-power-cuts
box-power-cuts: install web image-packages uml-packages ## pull the plug of a whole box in a vote, a recording, an update, a backup (root or sudo; about an hour)
	$(AS_ROOT) .venv/bin/python -m tests.witness.power_cuts

.PHONY: box-clock
box-clock: install web image-packages uml-packages ## a box that is switched on in 1970, and its clock really set (root or sudo)
	$(AS_ROOT) .venv/bin/python -m tests.witness.own_clock

.PHONY: restore-test
restore-test: install release image-packages ## a box is stolen, a box dies in a vote: restore, standby, what is lost (root or sudo)
	$(AS_ROOT) .venv/bin/python -m tests.witness.theft

.PHONY: scan
scan: install release image-packages ## a box that is set up: its ports from each place, TLS, sandboxes, lynis (root or sudo)
	@.ci/apt lynis nmap testssl.sh
	$(AS_ROOT) .venv/bin/python -m tests.witness.scan

.PHONY: check
check: install $(NODE) check-packages ## what a machine can say about the code without running it
	ruff check .
	ruff format --check .
	mypy
	lint-imports --no-logo
	npm --prefix web run --silent check
	shellcheck .ci/ansible .ci/apt .ci/lock .ci/no-addresses .ci/run .ci/types .ci/units .ci/venv ansible/roles/*/files/nghi-truong-*
	.ci/units
	.ci/ansible
	.venv/bin/python .ci/lock_is_fresh.py
	.ci/no-addresses
	.ci/types --check

.PHONY: format
format: install $(NODE) ## put the code in the house's shape
	ruff check --fix .
	ruff format .
	cd web && npx eslint --fix .

.PHONY: bench
bench: install web bench-packages ## what the appliance can bear, in numbers
	.venv/bin/python -m tests.bench
	.venv/bin/python -m tests.bench.latency
	.venv/bin/python -m tests.bench.losses
	.venv/bin/python -m tests.bench.panel_bus
	.venv/bin/python -m tests.bench.papers
	.venv/bin/python -m tests.bench.page_turn
	.venv/bin/python -m tests.bench.standby

.PHONY: bench-profile
bench-profile: install web bench-packages ## where the time goes under that load
	.venv/bin/python -m tests.bench --profile

.PHONY: web
web: $(WEB) ## build the screens into web/dist

.PHONY: types
types: install $(NODE) ## write protocol.ts and the table of commands in ARCHITECTURE.md from the code's own description
	.ci/types
	PYTHONPATH=. .venv/bin/python .ci/command_table.py

.PHONY: wheel
wheel: install ## the release wheel, in dist/; it carries no demo
	rm -rf build dist
	.venv/bin/python -m build --wheel --no-isolation
	@! .venv/bin/python -m zipfile --list dist/*.whl | grep -E '^(appliance/demo|tests)/'

.PHONY: release
release: install web ## a release for the box, in dist/: our wheel, all others, the screens, hashed; SIGN=key: signed with an ssh key
	.venv/bin/python .ci/release.py $(if $(SIGN),--sign $(SIGN))

.PHONY: lock
lock: install ## take newer packages into the locks (the one command that picks versions)
	.ci/lock --upgrade

.PHONY: install
install: $(VENV) ## .venv with all that is needed here, from the lock

.PHONY: clean
clean: ## remove what make made; var/ stays
	rm -rf .venv web/node_modules web/dist web/dist-portal web/src/voice/made build dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: test-packages
# qemu-system-common holds qemu-storage-daemon; libatomic1 is what Playwright's own driver links to. Then what the box's
# network is tested with.
test-packages:
	@.ci/apt $(DEMO_PACKAGES) chromium e2fsprogs git libatomic1 mount mpv procps qemu-system-common rclone restic strace \
		busybox curl dnsmasq-base hostapd iproute2 iputils-ping libnss3-tools nftables openssl

.PHONY: image-packages
image-packages:
	@.ci/apt iproute2 mmdebstrap openssh-client slirp4netns systemd-container util-linux

.PHONY: uml-packages
# A kernel as a process, its disk (qemu-storage-daemon, qemu-img) and its wires.
uml-packages:
	@.ci/apt busybox cpio e2fsprogs ethtool iproute2 openssh-client qemu-system-common qemu-utils user-mode-linux

.PHONY: demo-packages
# ffmpeg encodes; DejaVu writes the test pattern's clock; nginx serves the public site.
DEMO_PACKAGES := bubblewrap ffmpeg fonts-dejavu-core fonts-liberation libreoffice-calc-nogui libreoffice-writer-nogui nginx-light
demo-packages:
	@.ci/apt $(DEMO_PACKAGES)

.PHONY: bench-packages
# strace delays each fsync from outside, so that the appliance which is measured is the one which is sold.
bench-packages:
	@command -v strace >/dev/null || .ci/apt strace
	@.ci/apt $(DEMO_PACKAGES) chromium libatomic1 restic

.PHONY: check-packages
check-packages:
	@command -v git >/dev/null || .ci/apt git
	@command -v shellcheck >/dev/null || .ci/apt shellcheck
	@command -v systemd-analyze >/dev/null || .ci/apt systemd

$(VENV): requirements-dev.txt
	@echo "Making .venv"
	@.ci/venv

$(NODE): web/package-lock.json web/package.json web/.npmrc | $(VENV)
	cd web && npm ci --no-fund --no-audit
	@touch $@

$(VOICE): web/src/words/vi.json web/src/words/en.json .ci/voice
	@.ci/apt espeak-ng ffmpeg
	.ci/voice
	@touch $@

$(WEB): $(WEB_SOURCES) $(NODE) $(VOICE)
	cd web && npm run --silent build
	@touch $@
