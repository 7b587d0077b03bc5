import Foundation

/// Speaks TLS with clients on 127.0.0.1, and passes what they say on to a server without it, each connection to one of its own. What a
/// server writes at once is one record; where it hangs up or resets a connection, so does the relay.
package final class TLSRelay {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    private static let source = """
        import os, select, socket, ssl, struct, sys, threading, time
        target, certificate, key, piece, version = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        if version == "1.2":
            context.maximum_version = ssl.TLSVersion.TLSv1_2

        def serve(client):
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = context.wrap_bio(incoming, outgoing, server_side=True)
            server = None

            def flush():
                data = outgoing.read()
                for start in range(0, len(data), piece or len(data) or 1):
                    client.sendall(data[start:start + (piece or len(data))])
                    if piece:
                        time.sleep(0.0001)

            try:
                while True:
                    ready, _, _ = select.select([client] + ([server] if server else []), [], [])
                    if client in ready:
                        data = client.recv(1 << 16)
                        if not data:
                            return
                        incoming.write(data)
                        try:
                            if server is None:
                                tls.do_handshake()
                                flush()
                                server = socket.create_connection(("127.0.0.1", target))
                                server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                            while True:
                                data = tls.read(1 << 16)
                                if not data:
                                    return
                                server.sendall(data)
                        except ssl.SSLWantReadError:
                            pass
                        flush()
                    if server in ready:
                        data = server.recv(1 << 16)
                        if not data:
                            return
                        tls.write(data)
                        flush()
            except ConnectionResetError:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            except (OSError, ssl.SSLError):
                pass
            finally:
                client.close()
                if server:
                    server.close()

        def accept(listener):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        print("PORT", listener.getsockname()[1], flush=True)
        sys.stdin.read()
        os._exit(0)
        """

    package let port: Int
    /// What its certificate is trusted by.
    package let authority: TestAuthority
    private let program: Program

    /// - Parameters:
    ///   - target: the server's port on 127.0.0.1.
    ///   - piece: bytes of what is sent to clients, each piece in a packet of its own; 0 for all at once.
    ///   - version: the newest of TLS, `1.2` or `1.3`.
    package init(
        to target: Int, authority: TestAuthority? = nil, pair: TestAuthority.Pair? = nil, piece: Int = 0,
        version: String = "1.3"
    ) throws {
        let authority = try authority ?? TestAuthority()
        self.authority = authority
        let pair = try pair ?? authority.issue()
        program = try Program(
            "/usr/bin/env",
            ["python3", "-c", Self.source, "\(target)", pair.certificate, pair.key, "\(piece)", version],
            folder: authority.folder.path, files: authority.folder.path,
            environment: ProcessInfo.processInfo.environment,
            input: .pipe)
        let said = program
        guard
            TestProcess.eventually(
                withinSeconds: 30, { said.output.hasPrefix("PORT ") && said.output.hasSuffix("\n") }),
            let port = Int(said.output.dropFirst(5).trimmingCharacters(in: .whitespacesAndNewlines))
        else { throw Failure(description: "the relay did not start: \(program.errors)") }
        self.port = port
    }

    deinit {
        program.closeInput()
        _ = program.wait(seconds: 10)
    }
}
