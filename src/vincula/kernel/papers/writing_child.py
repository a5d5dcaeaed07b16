"""The child process that writes a paper: it limits itself, then draws and typesets; see kernel/confined.py.

``writing_child.py '{"form": …, "fonts": …, "memory": …, "seconds": …}' < PAPER`` with the paper (tree.py) as JSON. It
answers with one line of JSON, ``{"remarks": […]}`` or ``{"problem": …}``, and the bytes of the file behind it.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

FILES = 64  # fonts, and what V8 opens for itself


def write(paper: dict[str, Any], settings: dict[str, Any]) -> tuple[bytes, list[str]]:
    """The file and remarks about it. Engines and fonts are loaded before the limits are set."""
    from vincula.kernel import confined

    form = settings["form"]
    charts = [block["chart"] for block in paper["blocks"] if block["is"] == "Picture"]
    if charts:
        from vincula.kernel.charts import drawing
        from vincula.kernel.charts.declaration import of_json

        drawing.prepare(settings["fonts"])
    if form == "pdf":
        from vincula.kernel.papers import write_pdf

        known = write_pdf.fonts(settings["fonts"])
    elif form == "docx":
        from vincula.kernel.papers import write_docx
    confined.limit(data=settings["memory"], seconds=settings["seconds"], files=FILES, alone=False)
    drawn = [drawing.svg(of_json(chart)) for chart in charts]
    if form == "pdf":
        return write_pdf.write(paper, drawn, settings["fonts"], known)
    if form == "docx":
        return write_docx.write(paper, [drawing.png(svg) for svg in drawn]), []
    return json.dumps(drawn).encode(), []


def main() -> None:
    """Read, write, say; whatever goes wrong is a problem for the parent to put into words."""
    here = os.path.realpath(__file__)
    sys.path.insert(0, here.rpartition(f"{os.sep}vincula{os.sep}kernel{os.sep}")[0])
    import site

    site.main()  # -S left the installed packages out
    out = sys.stdout.buffer
    try:
        made, remarks = write(json.loads(sys.stdin.buffer.read()), json.loads(sys.argv[1]))
        out.write(json.dumps({"remarks": remarks}).encode() + b"\n")
        out.write(made)
    except MemoryError:
        out.write(b'{"problem": "limits"}\n')
    except Exception as error:  # a writer met what it was not made for; the parent logs it and says one sentence
        out.write(
            json.dumps({"problem": "writer", "raised": f"{type(error).__name__}: {error}"[:800]}).encode() + b"\n"
        )
    out.flush()
    os._exit(0)  # threads of the engines need not be waited for


if __name__ == "__main__":
    main()
