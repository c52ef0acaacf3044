#!/usr/bin/env bash
# The machine's own limits for a tarball: how fast it can be inflated, and how fast as many bytes reach the disk.
#
# usage: limits.sh TARBALL.tar.gz FOLDER [REPETITIONS]
#
# FOLDER lies on the disk to measure; a file as large as the inflated tarball is written there and removed.
# Prints a tab-separated line for each limit: name, bytes (inflated), best and median seconds, MB/s of the best.
#   gunzip-gzip   gzip -dc to /dev/null
#   gunzip-igzip  igzip -dc to /dev/null, where Debian's package isal is installed
#   write-fsync   as many bytes written in 4 MiB pieces, and fsync
# The runs alternate, so that what else the machine does falls on all alike.
set -euo pipefail

if [ $# -lt 2 ] || [ ! -r "$1" ] || [ ! -d "$2" ]; then
    echo "usage: limits.sh TARBALL.tar.gz FOLDER [REPETITIONS]" >&2
    exit 2
fi
tarball=$1
target=$(mktemp "$2/machine-limits.XXXXXX")
repetitions=${3:-3}
trap 'rm -f "$target"' EXIT

gunzip_gzip() { gzip -dc "$tarball" >/dev/null; }
gunzip_igzip() { igzip -dc "$tarball" >/dev/null; }

# The tarball itself is what is written, again and again: it does not compress, and it lies in memory by now.
write_fsync() {
    local written=0 piece
    : >"$target"
    while [ "$written" -lt "$bytes" ]; do
        piece=$((bytes - written < packed ? bytes - written : packed))
        dd if="$tarball" of="$target" bs=4M count="$piece" seek="$written" conv=notrunc status=none \
            iflag=count_bytes,fullblock oflag=seek_bytes
        written=$((written + piece))
    done
    sync "$target"
}

packed=$(stat -L -c %s "$tarball")
bytes=$(gzip -dc "$tarball" | wc -c)  # also brings the file into memory
limits=(gunzip_gzip write_fsync)
if command -v igzip >/dev/null; then limits=(gunzip_gzip gunzip_igzip write_fsync); fi

declare -A times
for _ in $(seq "$repetitions"); do
    for limit in "${limits[@]}"; do
        start=$(date +%s%N)
        "$limit"
        times[$limit]+="$(($(date +%s%N) - start)) "
    done
done

printf 'limit\tbytes\tbest_s\tmedian_s\tMB_per_s\n'
for limit in "${limits[@]}"; do
    # shellcheck disable=SC2086  # one word for each time
    printf '%s\n' ${times[$limit]} | sort -n | awk -v name="${limit/_/-}" -v bytes="$bytes" '
        { t[NR] = $1 / 1e9 }
        END { printf "%s\t%d\t%.3f\t%.3f\t%.1f\n", name, bytes, t[1], t[int((NR + 1) / 2)], bytes / t[1] / 1e6 }'
done
