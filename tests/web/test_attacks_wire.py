"""Requests that two readers would read differently, paths that lead out, and small things that grow: refused."""

from __future__ import annotations

import functools
import gzip
import io
import json
import re
import zipfile
import zlib

import pytest

from tests.web.served import SECRET, Served, frame, parsed, read_all

GROWTH_MB = 60.0
"""what a refused attack may leave resident (our choice): far below any of the bombs"""
HIDDEN = b"GET /api/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
SMUGGLED = {
    "length and chunks": "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "chunks and length": "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "two lengths": "Content-Length: 5\r\nContent-Length: 6\r\n",
    "the same length twice": "Content-Length: 5\r\nContent-Length: 5\r\n",
    "a list of lengths": "Content-Length: 5, 5\r\n",
    "a negative length": "Content-Length: -5\r\n",
    "a signed length": "Content-Length: +5\r\n",
    "a hexadecimal length": "Content-Length: 0x5\r\n",
    "a length with a gap": "Content-Length: 5 5\r\n",
    "a length beyond all numbers": "Content-Length: 99999999999999999999999\r\n",
    "a folded line": "Content-Length:\r\n 5\r\n",
    "a folded coding": "Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n",
    "a gap before the colon": "Content-Length : 5\r\n",
    "a gap before the coding's colon": "Transfer-Encoding : chunked\r\nContent-Length: 5\r\n",
    "a line without a colon": "Content-Length 5\r\n",
    "a gap before a name": " Content-Length: 5\r\n",
    "a bare line feed": "X: y\nContent-Length: 5\r\n",
    "a bare carriage return": "X: y\rContent-Length: 5\r\n",
    "a zero byte": "X: y\0z\r\nContent-Length: 5\r\n",
    "a zero byte in a name": "X\0: y\r\nContent-Length: 5\r\n",
    "an empty name": ": y\r\nContent-Length: 5\r\n",
    "an unknown coding": "Transfer-Encoding: xchunked\r\n",
    "two codings": "Transfer-Encoding: chunked, identity\r\n",
    "codings in two lines": "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    "a coding with a tab": "Transfer-Encoding:\x0bchunked\r\nContent-Length: 5\r\n",
}
CHUNKS = {
    "a signed size": b"+2\r\n{}\r\n0\r\n\r\n",
    "a size with 0x": b"0x2\r\n{}\r\n0\r\n\r\n",
    "a size with _": b"0_2\r\n{}\r\n0\r\n\r\n",
    "a size with a gap": b" 2\r\n{}\r\n0\r\n\r\n",
    "a huge size": b"ffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    "no size": b"\r\n{}\r\n0\r\n\r\n",
    "a bare line feed after the size": b"2\n{}\r\n0\r\n\r\n",
    "a bare line feed in an extension": b"2;a\nb\r\n{}\r\n0\r\n\r\n",
    "more than its size": b"2\r\n{}x\r\n0\r\n\r\n",
    "less than its size": b"3\r\n{}\r\n0\r\n\r\n",
}
PATHS = (
    "/assets/../../secret.js", "/assets/..%2f..%2fsecret.js", "/assets/%2e%2e/%2e%2e/secret.js", "/assets//secret.js",
    "/assets/..%252f..%252fsecret.js", "/assets/%252e%252e%252f%252e%252e%252fsecret.js", "/assets/..\\..\\secret.js",
    "/assets/..%5c..%5csecret.js", "/assets/%2e%2e%5c%2e%2e%5csecret.js", "/assets/..%c0%af..%c0%afsecret.js",
    "/assets/%c0%ae%c0%ae/secret.js", "/assets/..%ef%bc%8f..%ef%bc%8fsecret.js", "/assets/....//....//secret.js",
    "/assets/..;/..;/secret.js", "/assets/%00/../secret.js", "/assets/secret.js%00.js", "/assets/./secret.js",
    "/assets/deep/secret.js", "/assets/deep%2fsecret.js", "/assets/folder.js", "/assets/link.js", "/assets/link.js/",
    "/assets/index-abc123.js.gz", "/assets/%2fetc%2fpasswd", "/assets//etc/passwd", "/assets/~/secret.js", "/assets/",
    "/assets", "/secret.js", "/../secret.js", "/%2e%2e/secret.js", "/index.html", "/kiosk_ui/dist/secret.js",
    "/admin/../secret.js", "/admin.html", "/assets/CON.js", "/assets/secret.js::$DATA",
    "/assets/" + "a" * 5_000 + ".js",
    "/api/kiosk/sound/..%2f..%2fsecret.wav", "/api/kiosk/speech/..%2f1.wav",
)  # fmt: skip
DEEP = b"[" * 100_000
HUGE_NUMBER = b'{"question":"q","answer":"a","x":' + b"9" * 900_000 + b"}"


def answers(found: bytes) -> int:
    """How many; what could not be read may be quoted in a refusal."""
    return len(re.findall(rb"^HTTP/1\.[01] \d{3} ", found, re.MULTILINE))


def head(served: Served, lines: str, method: str = "POST", path: str = "/score") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: {served.host}\r\nConnection: close\r\n{lines}\r\n".encode(
        "latin-1"
    )


@pytest.mark.parametrize("lines", SMUGGLED.values(), ids=SMUGGLED.keys())
def test_a_head_that_can_be_read_in_two_ways_is_refused(served: Served, lines: str) -> None:
    found = served.raw(head(served, lines) + b"0\r\n\r\n" + HIDDEN)
    assert answers(found) == 1
    assert parsed(found).status == 400


@pytest.mark.parametrize("body", CHUNKS.values(), ids=CHUNKS.keys())
def test_chunks_that_can_be_read_in_two_ways_are_refused(served: Served, body: bytes) -> None:
    found = served.raw(head(served, "Transfer-Encoding: chunked\r\n") + body + HIDDEN)
    assert answers(found) <= 1
    assert parsed(found).status in (0, 400)


@pytest.mark.parametrize(
    "line",
    ["GET /health HTTP/9.9", "GET /health HTTP/2.0", "GET /health", "GET  /health HTTP/1.1", "GET /health\tHTTP/1.1",
     "GET /he\0alth HTTP/1.1", "G\0T /health HTTP/1.1", "GET /health HTTP/1.1 HTTP/1.1", "get\x0b/health HTTP/1.1",
     "PRI * HTTP/2.0"],
)  # fmt: skip
def test_a_request_line_that_can_be_read_in_two_ways_is_refused(served: Served, line: str) -> None:
    found = served.raw(f"{line}\r\nHost: {served.host}\r\nConnection: close\r\n\r\n".encode() + HIDDEN)
    assert answers(found) <= 1
    assert b'"status"' not in found


def test_pipelined_requests_are_answered_in_order_and_not_kept(served: Served) -> None:
    one = f"GET /nowhere HTTP/1.1\r\nHost: {served.host}\r\n\r\n".encode()
    last = head(served, "", "GET", "/api/openapi.json")
    before = served.resident_mb()
    with served.connect() as connection:
        connection.sendall(one * 2_000 + last)
        found = read_all(connection)
    assert found.count(b" 404 ") == 2_000
    assert b"openapi" in found[-100_000:]
    assert served.resident_mb() - before < GROWTH_MB


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_out_of_the_page(served: Served, path: str) -> None:
    for headers in ({}, {"Accept-Encoding": "gzip, br"}):
        answer = served.ask("GET", path, served.page(**headers))
        assert answer.status in (400, 403, 404, 414), answer
        assert SECRET.encode() not in answer.whole


def test_a_link_beside_a_file_is_not_sent_in_its_place(served: Served) -> None:
    for encoding in ("gzip", "br", "gzip, br", "*"):
        answer = served.ask("GET", "/assets/index-abc123.js", {"Accept-Encoding": encoding})
        assert (answer.status, answer.body) == (200, b"export {};")


def test_an_index_that_is_a_link_is_not_followed(served: Served) -> None:
    for name, path in (("index.html", "/"), ("admin.html", "/admin")):
        page = served.folder / "kiosk_ui" / "dist" / name
        text = page.read_text()
        page.unlink()
        page.symlink_to(served.folder / "secret.js")
        try:
            answer = served.ask("GET", path)
        finally:
            page.unlink()
            page.write_text(text)
        assert SECRET.encode() not in answer.whole
        assert answer.error == "web.no_page"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "x-gzip", "gzip, gzip", "identity, gzip", "GZIP",
                                      "identity;q=0", "*"])  # fmt: skip
@pytest.mark.parametrize(
    "path", ["/score", "/stt", "/expression", "/api/kiosk/command", "/whep", "/api/admin/login"]
)
def test_a_packed_body_is_not_opened(served: Served, path: str, encoding: str) -> None:
    bomb = packed(31 if "gzip" in encoding else 15)
    before = served.resident_mb()
    answer = served.ask("POST", path, served.page(**{"Content-Encoding": encoding}), bomb)
    assert (answer.status, answer.error) == (400, "web.encoded_body")
    assert served.resident_mb() - before < GROWTH_MB


@functools.cache
def packed(wbits: int) -> bytes:
    """Fifty megabytes in fifty kilobytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return b"".join([*(packer.compress(bytes(1_000_000)) for _ in range(50)), packer.flush()])


def test_a_packed_transfer_is_not_opened(served: Served) -> None:
    found = served.raw(head(served, "Transfer-Encoding: gzip, chunked\r\n") + b"0\r\n\r\n")
    assert parsed(found).status in (400, 501)


def test_a_packed_part_of_a_form_is_not_opened(served: Served) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    part = b'Content-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Encoding: gzip\r\n\r\n'
    body = b"--x\r\n" + part + bomb + b"\r\n--x--\r\n"
    before = served.resident_mb()
    for path in ("/stt", "/expression"):
        answer = served.ask("POST", path, {"Content-Type": "multipart/form-data; boundary=x"}, body)
        assert answer.status == 400
    assert served.resident_mb() - before < GROWTH_MB


@pytest.mark.parametrize(
    "path",
    [
        "/score",
        "/start",
        "/qa",
        "/finalize",
        "/api/questions/generate",
        "/api/kiosk/command",
        "/api/admin/login",
    ],
)
@pytest.mark.parametrize(
    "body",
    [DEEP, b'{"a":' * 50_000, HUGE_NUMBER[:190_000], b'{"question":"\\ud800","answer":"a"}', b'{"x":1e999999}',
     b'{"' + b'","'.join(b"%d" % n for n in range(20_000)) + b'"}', b"\xff\xfe{\0}\0", b"\0" * 100_000],
    ids=["deep list", "deep object", "huge number", "half a letter", "infinite", "many keys", "UTF-16", "zeros"],
)  # fmt: skip
def test_json_that_no_page_sends_is_refused(served: Served, path: str, body: bytes) -> None:
    before = served.resident_mb()
    answer = served.ask("POST", path, served.page(), body)
    assert 400 <= answer.status < 500
    assert answer.error
    assert served.resident_mb() - before < GROWTH_MB


def test_heads_without_end_are_refused(served: Served) -> None:
    before = served.resident_mb()
    for lines in (
        f"X: {'y' * 100_000}\r\n",
        "".join(f"X-{n}: y\r\n" for n in range(20_000)),
        f"Cookie: {'; '.join(f'c{n}=v' for n in range(5_000))}\r\n",
        "X" * 1_000_000,
    ):
        assert parsed(served.raw(head(served, lines, "GET", "/health"))).status in (0, 400, 431)
    assert parsed(served.raw(head(served, "", "GET", "/" + "a" * 200_000))).status in (400, 414)
    assert served.resident_mb() - before < GROWTH_MB


@pytest.mark.parametrize("name", ["Cookie", "Authorization", "Origin", "Sec-Fetch-Site", "Content-Type", "Range",
                                  "Content-Encoding", "Upgrade", "Accept-Encoding", "If-Range", "If-None-Match",
                                  "If-Modified-Since", "Content-Disposition", "Expect"])  # fmt: skip
@pytest.mark.parametrize(
    "value", ["\xff\xfe", "kabil=\xff", "bytes=" + "9" * 400 + "-", "a;" * 1_000, '"', "\xe2\x82", "\t"]
)
def test_any_byte_in_a_header_is_no_defect(served: Served, name: str, value: str) -> None:
    for method, path in (("GET", "/"), ("GET", "/api/kiosk/report.pdf"), ("POST", "/stt"), ("GET", "/ws/stt"),
                         ("GET", "/assets/index-abc123.js")):  # fmt: skip
        answer = served.ask(method, path, {**served.page(), name: value})
        assert answer.status < 500, (path, answer)


def test_a_workbook_that_would_burst_stays_closed(served: Served) -> None:
    """As staff: a small XLSX that says it is small, and one whose XML names itself again and again."""
    signed = served.ask("POST", "/api/admin/setup", served.page(), b'{"pin":"271828"}')
    cookie = f"{served.cookie}; {signed.headers['set-cookie'].partition(';')[0]}"
    before = served.resident_mb()
    for content in (_workbook(b" " * 80_000_000), _workbook(_laughing()), _workbook(b"<a>" * 3_000_000)):
        answer = served.ask(
            "POST", "/api/admin/packs/cell.xlsx", {"Origin": served.origin, "Cookie": cookie}, content
        )
        assert answer.status in (400, 413), answer
    served.ask("POST", "/api/admin/logout", {"Origin": served.origin, "Cookie": cookie})
    assert served.resident_mb() - before < 2 * GROWTH_MB


def _workbook(sheet: bytes) -> bytes:
    types = (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Override PartName="/xl/workbook.xml" '
        b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    )
    relations = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    book = (
        b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="'
        + relations
        + b'">'
        b'<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    links = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        b'Type="' + relations + b'/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    )
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", types)
        file.writestr("xl/workbook.xml", book)
        file.writestr("xl/_rels/workbook.xml.rels", links)
        file.writestr("xl/worksheets/sheet1.xml", sheet)
    return whole.getvalue()


def _laughing() -> bytes:
    """XML entities that double thirty times."""
    lines = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 30))
    return f'<!DOCTYPE w [<!ENTITY a0 "ha">{lines}]><worksheet>&a29;</worksheet>'.encode()


# --- bombs and nonsense in the frames of a websocket ---


FRAMES = {
    "packed though nothing was agreed": frame(2, zlib.compress(bytes(50_000_000)), head=0xC0),
    "reserved bits": frame(1, b"{}", head=0xB0),
    "an unknown opcode": frame(3, b"x"),
    "a huge ping": frame(9, b"x" * 200),
    "a ping in pieces": frame(9, b"x", head=0x00),
    "not masked": frame(1, b"{}", masked=False),
    "text that is no UTF-8": frame(1, b"\xff\xfe\xed\xa0\x80"),
    "a continuation of nothing": frame(0, b"x"),
    "a beginning within a message": frame(1, b"a", head=0x00) + frame(1, b"b"),
    "a length without end": bytes([0x82, 0xFF]) + b"\xff" * 8 + b"\0" * 4,
    "five gigabytes announced": bytes([0x82, 0xFF])
    + (5 * 10**9).to_bytes(8, "big")
    + b"\0" * 4
    + b"x" * 1_000,
    "a message in endless pieces": frame(2, b"x" * 60_000, head=0x00)
    + frame(0, b"x" * 60_000, head=0x00) * 100,
    "a close code that is none": frame(8, b"\x00\x00"),
    "a close with one byte": frame(8, b"\x03"),
    "a close with nonsense": frame(8, b"\x03\xe8\xff\xff"),
    "HTTP again": HIDDEN,
    "ten thousand pings": frame(9, b"") * 10_000 + frame(8, b"\x03\xe8"),
}


@pytest.mark.parametrize("path", ["/api/kiosk/events", "/ws/stt", "/ws/stt/{session}", "/ws/video/{session}"])
def test_frames_that_no_browser_sends_end_the_connection(served: Served, path: str) -> None:
    session = served.session() if "{" in path else ""
    for name, sent in FRAMES.items():
        before = served.resident_mb()
        offer = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
        status, connection = served.upgrade(path.format(session=session), served.page(**offer))
        assert status == 101, name
        try:
            connection.sendall(sent)
            connection.sendall(frame(8, b"\x03\xe8"))  # where it was let pass, we end it ourselves
            found = read_all(connection)
        except ConnectionError:
            found = b""
        finally:
            connection.close()
        assert b"openapi" not in found, name
        assert served.resident_mb() - before < GROWTH_MB, name
    if session:
        body = json.dumps({"session_id": session}).encode()
        assert served.ask("POST", "/finalize", body=body).status < 500
