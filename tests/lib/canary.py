#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What canary.sh cannot do in a shell.

needles WORD...            the spellings that are searched, one a line: as it is, in small and in capital letters; each of these as
                           hexadecimal in both cases and as base64 (both alphabets, three alignments), and that as hexadecimal
objects URL DIR            make DIR a copy of the bucket of s3:http://HOST:PORT/BUCKET, one file an object, as its name says
put URL KEY                an object with the bytes of standard input
"""
import base64
import datetime
import hashlib
import hmac
import os
import pathlib
import sys
import urllib.parse
import urllib.request
import xml.etree.ElementTree as tree


def as_base64(word):
    """The characters of base64 that depend on nothing but the word, wherever it begins."""
    for encode in base64.b64encode, base64.urlsafe_b64encode:
        for before in range(3):
            text = encode(b"\0" * before + word).rstrip(b"=")
            yield text[(0, 2, 3)[before] : len(text) - ((before + len(word)) % 3 != 0)]


def needles(words):
    found = set()
    for word in words:
        if len(word.encode()) < 8 or "\n" in word:
            sys.exit(f'"{word}": a word to search has at least 8 bytes, so that nothing holds it by chance, and no line breaks')
        for spelling in word, word.lower(), word.upper():
            raw = spelling.encode()
            for text in raw, *as_base64(raw):
                found |= {text, text.hex().encode(), text.hex().upper().encode()}
    sys.stdout.buffer.write(b"\n".join(sorted(found)) + b"\n")


class Bucket:
    def __init__(self, url):
        self.at = urllib.parse.urlsplit(url.removeprefix("s3:"))

    def ask(self, key="", query=(), method="GET", body=b""):
        """AWS Signature Version 4, path style."""
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        path = self.at.path + ("/" + urllib.parse.quote(key) if key else "")
        text = "&".join(f"{k}={urllib.parse.quote(v, safe='')}" for k, v in sorted(query))
        digest = hashlib.sha256(body).hexdigest()
        names = "host;x-amz-content-sha256;x-amz-date"
        canonical = f"{method}\n{path}\n{text}\nhost:{self.at.netloc}\nx-amz-content-sha256:{digest}\nx-amz-date:{now}\n\n{names}\n{digest}"
        scope = f"{now[:8]}/us-east-1/s3/aws4_request"
        signed = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        mac = ("AWS4" + os.environ["PL_S3_SECRET"]).encode()
        for part in *scope.split("/"), signed:
            mac = hmac.new(mac, part.encode(), "sha256").digest()
        head = {
            "x-amz-content-sha256": digest,
            "x-amz-date": now,
            "Authorization": f"AWS4-HMAC-SHA256 Credential={os.environ['PL_S3_KEY']}/{scope}, SignedHeaders={names}, Signature={mac.hex()}",
        }
        url = f"{self.at.scheme}://{self.at.netloc}{path}" + (f"?{text}" if text else "")
        request = urllib.request.Request(url, headers=head, method=method, data=body if method == "PUT" else None)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def keys(self):
        """Each object's key and entity tag; asked for in small pages, so that a bucket of a story has more than one."""
        more = []
        while True:
            page = tree.fromstring(self.ask(query=[("list-type", "2"), ("max-keys", "10"), *more]))
            space = page.tag[: page.tag.index("}") + 1]
            for item in page.iter(space + "Contents"):
                yield item.findtext(space + "Key"), item.findtext(space + "ETag")
            if page.findtext(space + "IsTruncated") != "true":
                return
            more = [("continuation-token", page.findtext(space + "NextContinuationToken"))]


def objects(url, folder):
    bucket, there = Bucket(url), set()
    for key, tag in bucket.keys():
        # What was fetched before and is the same is not fetched again.
        file = pathlib.Path(folder, key + "@" + tag.strip('"'))
        there.add(file)
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(bucket.ask(key))
    for file in pathlib.Path(folder).rglob("*"):
        if file.is_file() and file not in there:
            file.unlink()


if sys.argv[1] == "needles":
    needles(sys.argv[2:])
elif sys.argv[1] == "objects":
    objects(sys.argv[2], sys.argv[3])
elif sys.argv[1] == "put":
    Bucket(sys.argv[2]).ask(sys.argv[3], method="PUT", body=sys.stdin.buffer.read())
else:
    sys.exit(__doc__)
