#!/bin/sh
# Prints a Python that is new enough, or says in one sentence that there is none.
# PYTHON=/path/to/python names one yourself.
newenough='import sys; sys.exit(sys.version_info < (3, 11))'

if [ -n "${PYTHON:-}" ]; then
    candidates=$PYTHON
else
    candidates="python3.13 python3.12 python3.11 python3"
fi
for candidate in $candidates; do
    if "$candidate" -c "$newenough" >/dev/null 2>&1; then
        echo "$candidate"
        exit 0
    fi
done

found=$("${PYTHON:-python3}" --version 2>/dev/null) || found=""
[ -n "$found" ] || found="${PYTHON:+$PYTHON does not run}"
echo "Bangfu needs Python 3.11 or newer; found here: ${found:-none}. Install one, or name it: make run PYTHON=/path/to/python3.11" >&2
echo "帮扶需要 Python 3.11 或更高版本；本机现有：${found:-无}。请先安装，或指明路径：make run PYTHON=/path/to/python3.11" >&2
exit 1
