#!/bin/sh
set -e
/app/serve.sh | grep -q 'api, by the base'
# What .dockerignore leaves out is not there.
test ! -e /app/notes
test -e /app/README.md
