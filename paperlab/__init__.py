"""paperlab: read, search, mark and understand papers in the terminal."""

import os

__version__ = "0.1.0"

# No library may tell anybody anything: ONNX Runtime writes an identifier of the machine and reports to its makers
# unless it finds this when it is imported, here or in a child process; the model hub's client likewise.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
