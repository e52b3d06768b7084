#!/usr/bin/env bash
# gen.sh VERSION: writes go.mod and go.sum for Ollama's program at that version. Needs the network.
#
#   ./gen.sh 0.24.0
#
# A wrapper module, because Ollama's own can't be installed: module files leave out folders called `vendor`, and with them
# headers its C++ includes. They come from Debian (nlohmann-json3-dev, libstb-dev) and from the module malgo (miniaudio.h).
set -euo pipefail
cd "$(dirname "$0")"
version=v${1#v}
malgo=v0.11.24
export GOFLAGS='' GOWORK=off
printf 'module ollama-for-tests\n\ngo 1.26.0\n' >go.mod
rm -f go.sum
go get -tool "github.com/ollama/ollama@$version" "github.com/gen2brain/malgo@$malgo"
# Only its header is used, no package: `go get -tool` must not list it as a program.
go mod edit -droptool github.com/gen2brain/malgo
