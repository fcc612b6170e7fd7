#!/bin/sh
# Builds .venv and installs this checkout into it, editable: environment.sh EXTRAS
# A working .venv is kept; otherwise $PYTHON makes a new one.
set -eu
cd "${0%/*}/.."
python=${PYTHON:-python3}

fail() {
    echo "$1" >&2
    exit 1
}

is_recent='import sys; print("%d.%d" % sys.version_info[:2]); sys.exit(sys.version_info < (3, 11))'

has_venv() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null
}

# Debian and Ubuntu keep ensurepip in a package of its own.
install_venv() {
    echo "Installing $1, which Debian and Ubuntu keep apart from Python …"
    apt-get -qq update || true
    log=$(DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$1" 2>&1) || echo "$log" >&2
}

make_venv() {
    version=$("$python" -c "$is_recent" 2>/dev/null) || fail \
        "Landscape needs Python 3.11 or later, but $python is ${version:-missing}. Choose another: PYTHON=python3.12 make …"
    if ! has_venv && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        install_venv "python$version-venv"
    fi
    has_venv || fail "$python comes without venv. Install it (as root: apt-get install python$version-venv), then try again."
    "$python" -m venv --clear .venv
}

.venv/bin/python -c "import pip; $is_recent" >/dev/null 2>&1 || make_venv

echo "Installing Landscape [$1] into .venv: several hundred megabytes and a few minutes, the first time …"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[$1]"

# The adapter for PyTorch is tested with its CPU build: the usual one brings gigabytes of CUDA along, so no extra names it.
case ",$1," in
*,dev,*)
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch 2>/dev/null ||
        echo "No package index here has PyTorch's CPU build: the tests of its adapter will be skipped."
    ;;
esac
