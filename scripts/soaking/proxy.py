"""A proxy between a run and its server that cuts, drops, delays and garbles, as its seed says."""

import random
import selectors
import socket
import threading
import time

PIECE = 16 * 1024
# What a delayed piece waits.
DELAY = 0.003


class _Connection:
    """Two sockets, and what is to happen on them after so many bytes from the server."""

    def __init__(self, client, server, wire, draw):
        self.client, self.server = client, server
        self.is_attacked = draw.random() < wire.share
        self.kind = wire.kind
        self.left = draw.randrange(wire.within_bytes)
        self.draw = draw

    def passed(self, piece, from_server):
        """What goes on of a piece; None to close both sides."""
        if not self.is_attacked:
            return piece
        if self.kind == "delay":
            time.sleep(DELAY)
            return piece
        if self.kind == "garble":
            return self._garbled(piece)
        if not from_server:
            return piece
        kept, self.left = piece[: self.left], max(0, self.left - len(piece))
        if self.left > 0 or len(kept) == len(piece):
            return kept
        return None if self.kind == "cut" else kept

    def _garbled(self, piece):
        self.left -= len(piece)
        if self.left > 0:
            return piece
        self.left = self.draw.randrange(2000)
        changed = bytearray(piece)
        for _ in range(self.draw.choice((1, 1, 3, 20))):
            changed[self.draw.randrange(len(changed))] = self.draw.randrange(256)
        return bytes(changed)


class Proxy:
    """Listens on a free port of 127.0.0.1 until it is closed. One thread drives everything."""

    def __init__(self, server_port, wire, seed):
        self._server_port, self._wire, self._seed = server_port, wire, seed
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self._listener.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._count = 0
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self):
        self._is_closing = True
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()

    def _run(self):
        while not self._is_closing:
            for key, _ in self._selector.select(0.05):
                if key.fileobj is self._listener:
                    self._accept()
                elif key.data[0] is not None:
                    self._pass(key)

    def _accept(self):
        client, _ = self._listener.accept()
        try:
            server = socket.create_connection(("127.0.0.1", self._server_port), timeout=2)
        except OSError:
            client.close()
            return
        # Each connection has a generator of its own: what happens on it does not depend on the others.
        connection = _Connection(client, server, self._wire, random.Random(f"{self._seed}:{self._count}"))
        self._count += 1
        for end, other, from_server in ((client, server, False), (server, client, True)):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            end.settimeout(2)
            self._selector.register(end, selectors.EVENT_READ, [connection, other, from_server])

    def _pass(self, key):
        connection, other, from_server = key.data
        try:
            piece = key.fileobj.recv(PIECE)
            passed = connection.passed(piece, from_server) if piece else None
            if passed:
                other.sendall(passed)
        except OSError:
            passed = None
        if passed is None:
            for end in (connection.client, connection.server):
                try:
                    entry = self._selector.unregister(end)
                    entry.data[0] = None
                except (KeyError, ValueError):
                    pass
                end.close()
