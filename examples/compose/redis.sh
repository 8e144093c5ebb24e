#!/bin/sh
# Starts Redis with one user that may do what our processes do, and nothing an operator does. Further arguments are Redis' own.
set -eu

# The file holds a digest: the password is in no file and on no command line.
digest=$(printf '%s' "${REDIS_PASSWORD:?}" | sha256sum | cut -d ' ' -f 1)
cat > "${ACL_FILE:?}" <<ACL
user default off
user uitsmijter on #$digest ~* &* +@all -@admin -@dangerous +info
ACL
unset REDIS_PASSWORD

# appendonly, appendfsync: what was answered is on disk; a code that was spent stays spent when Redis is killed.
# noeviction: a Redis that is full refuses writes, and never forgets a session or a revocation to make room.
exec redis-server \
    --aclfile "$ACL_FILE" \
    --appendonly yes \
    --appendfsync always \
    --maxmemory 256mb \
    --maxmemory-policy noeviction \
    "$@"
