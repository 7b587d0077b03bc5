"""As much of a Redis client as these examples need."""

import socket
import urllib.parse


class Redis:
    """One connection. call("GET", "key") returns an integer, a text, a list of these, or None; an error is raised."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self._stream = socket.create_connection((parts.hostname, parts.port or 6379)).makefile("rwb")
        if parts.password:
            user = [urllib.parse.unquote(parts.username)] if parts.username else []
            self.call("AUTH", *user, urllib.parse.unquote(parts.password))
        if parts.path.strip("/"):
            self.call("SELECT", parts.path.strip("/"))

    def call(self, *words):
        encoded = [str(word).encode() for word in words]
        request = b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)
        self._stream.write(b"*%d\r\n%s" % (len(encoded), request))
        self._stream.flush()
        return self._reply()

    def _reply(self):
        line = self._stream.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("Redis has closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"+":
            return rest.decode()
        if int(rest) < 0:
            return None
        if kind == b"$":
            return self._stream.read(int(rest) + 2)[:-2].decode()
        return [self._reply() for _ in range(int(rest))]
