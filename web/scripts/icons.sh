#!/bin/sh
# Draws the icons again after a change of packages/ui/art. Needs rsvg-convert (Debian: librsvg2-bin).
# The results are committed: neither the build nor the tests need this tool.
set -eu
cd "$(dirname "$0")/.."
art=packages/ui/art
out=apps/client/public/icons
rsvg-convert -w 192 -h 192 $art/icon.svg -o $out/icon-192.png
rsvg-convert -w 512 -h 512 $art/icon.svg -o $out/icon-512.png
rsvg-convert -w 512 -h 512 $art/icon.svg -o $out/maskable-512.png
rsvg-convert -w 180 -h 180 $art/icon.svg -o $out/apple-touch-180.png
rsvg-convert -w 96 -h 96 $art/badge.svg -o $out/badge-96.png
