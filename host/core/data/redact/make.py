"""Makes `rules.json` and `samples.json` from gitleaks (MIT): see README.md beside this file.

Usage: make.py GITLEAKS_TOML SAMPLES_JSONL VERSION
"""

import json
import re
import sys
import tomllib

toml_path, samples_path, version = sys.argv[1:4]
CONFIG = tomllib.load(open(toml_path, "rb"))
NOTICE = {
    "source": f"github.com/gitleaks/gitleaks {version}, config/gitleaks.toml",
    "copyright": "Copyright (c) 2019 Zachary Rice",
    "licence": "MIT; its text stands in README.md beside this file",
}
# Any name before a keyword: never needed for a match, and without it a match begins at the keyword.
ANY_NAME = r"[\w.-]{0,50}?"


def rust(pattern):
    """A brace that repeats nothing is a letter to Go and an error here."""
    return re.sub(r"(?<!\\)\{(?!\d+(?:,\d*)?\})", r"\\{", pattern)


def allow(one):
    found = {"target": one.get("regexTarget", "secret")}
    found["regexes"] = [rust(regex) for regex in one.get("regexes", [])]
    found["stopwords"] = one.get("stopwords", [])
    return found


def rule(one):
    regex = one["regex"]
    named = ANY_NAME in regex
    if named:
        regex = regex.replace(ANY_NAME, "")
    # The first credential behind a word, not the last: each of several on one line has a word of its own.
    regex = regex.replace(r"(?:.*|.*(?:[\r\n]{1,2}.*){1,5})", r"(?:.*?|.*?(?:[\r\n]{1,2}.*?){1,5})")
    found = {"id": one["id"], "regex": rust(regex), "keywords": [word.lower() for word in one["keywords"]]}
    if named:
        found["named"] = True
    if "entropy" in one:
        found["entropy_milli"] = round(one["entropy"] * 1000)
    if "secretGroup" in one:
        found["group"] = one["secretGroup"]
    # What is allowed for some paths only is nothing here: there are no paths.
    allows = [allow(a) for a in one.get("allowlists", []) if "paths" not in a]
    if allows:
        found["allow"] = allows
    return found


# Rules for files of one name say nothing about a text.
rules = [rule(one) for one in CONFIG["rules"] if "path" not in one]
everywhere = allow(CONFIG["allowlist"])


def lines(name, items):
    body = ",\n".join(json.dumps(item, ensure_ascii=False) for item in items)
    return f'"{name}": [\n{body}\n]'


with open("rules.json", "w", encoding="utf-8") as out:
    out.write(f'{{"notice": {json.dumps(NOTICE)},\n"allow": {json.dumps(everywhere)},\n{lines("rules", rules)}}}\n')

carried = {one["id"] for one in rules}
samples = [json.loads(line) for line in open(samples_path, encoding="utf-8")]
samples = [
    {"rule": one["rule"], "positive": one["positive"] or [], "negative": one["negative"] or []}
    for one in samples
    if one["rule"] in carried
]
NOTICE["source"] = f"github.com/gitleaks/gitleaks {version}, cmd/generate/config/rules"
with open("samples.json", "w", encoding="utf-8") as out:
    out.write(f'{{"notice": {json.dumps(NOTICE)},\n{lines("samples", samples)}}}\n')
print(len(rules), "rules,", len(samples), "sets of samples")
