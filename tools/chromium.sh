#!/bin/sh
# Makes sure that there is a Chromium or Chrome: browser tests and PNG, SVG and PDF files need one.
set -eu

fail() {
    echo "$1" >&2
    exit 1
}

# Ubuntu's chromium-browser only points to a snap, so that being there is not enough: it has to run.
find_browser() {
    for browser in "${CHROMIUM:-}" "${BROWSER_PATH:-}" chromium chromium-browser google-chrome google-chrome-stable; do
        if [ -n "$browser" ] && "$browser" --version >/dev/null 2>&1; then
            return 0
        fi
    done
    return 1
}

# Prints how to become root without a password: nothing to do, sudo, or no way.
root_command() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then
        echo env
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        echo sudo -n
    else
        return 1
    fi
}

find_browser && exit 0
as_root=$(root_command) || fail \
    "No Chromium or Chrome was found. Install one (as root: apt-get install chromium fonts-liberation) or set BROWSER_PATH."

echo "Installing Chromium and a font …"
$as_root apt-get -qq update || true
log=$($as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends chromium fonts-liberation 2>&1) || echo "$log" >&2
find_browser || fail \
    "The chromium package did not bring a Chromium that runs; Ubuntu's only points to a snap. Install Google Chrome or set BROWSER_PATH."
