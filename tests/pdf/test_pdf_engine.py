"""PyMuPDF is loaded without its layout model until a page needs it."""

import subprocess
import sys

SCRIPT = """
import sys
from paperlab.pdf.engine import load_layout_model, pymupdf_alone
pymupdf = pymupdf_alone()
assert "onnxruntime" not in sys.modules and "numpy" not in sys.modules
page = pymupdf.open().new_page()
page.insert_text((72, 72), "A line of text")
load_layout_model()
page.get_layout(return_raw=True)
print([item["class_name"] for item in page.layout_information])
"""


def test_the_layout_model_comes_when_it_is_asked_for() -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("['")
